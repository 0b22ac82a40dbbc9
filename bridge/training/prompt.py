"""Trains the reader of prompts on captions, and measures it on wordings it has not seen.

python -m bridge.training.prompt --out models/prompt.npz
python -m bridge.training.prompt --measure
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.core.wishes import WISH_NAMES, WISHES
from bridge.respond.prompt import (
    BUCKETS,
    COLUMNS,
    FINGERPRINT,
    PromptReader,
    features,
)
from bridge.respond.understood import VOICE, Understood
from bridge.training.captions import FILLER, NOTHING, Caption, Lexicon, caption, lexicon, pair_rows

SEED = 3
CAPTIONS, MEASURED = 30_000, 2_000
BATCH, ROUNDS, RATE = 512, 4, 0.05
DROPPED = 0.1  # share of a word's n-grams that are left out, lest it be known as a whole only
SIZES = [1 + len(wish.choices) for wish in WISHES]
_VOICES = slice(sum(SIZES), len(COLUMNS) - 1)


def draw(book: Lexicon, count: int, seed: int) -> list[Caption]:
    """Draw captions."""
    rng = np.random.default_rng(seed)
    return [caption(book, rng) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class Weights:
    """A reader as it is written: 8 bit, a scale for each column."""

    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    pairs: dict[str, int]

    def reader(self) -> PromptReader:
        """Return what reads with them."""
        return PromptReader(self.weights * self.scale, self.bias, self.pairs)

    def write(self, path: Path) -> None:
        """Write the file that PromptReader.load reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path, fingerprint=FINGERPRINT, weights=self.weights, scale=self.scale, bias=self.bias,
            pairs=np.array(list(self.pairs)),
        )  # fmt: skip


def train(captions: Sequence[Caption], pairs: dict[str, int]) -> Weights:
    """Return what captions teach; `pairs` are the rows of words that mean something together."""
    torch.manual_seed(SEED)
    buckets, counts, starts, targets = _rows(captions, pairs)
    weights = nn.EmbeddingBag(BUCKETS + len(pairs), len(COLUMNS), mode="sum")
    nn.init.zeros_(weights.weight)
    bias = nn.Parameter(torch.zeros(len(COLUMNS)))
    optimiser = torch.optim.Adam([weights.weight, bias], lr=RATE)
    rows = len(starts) - 1
    steps, step = ROUNDS * -(-rows // BATCH), 0
    for _ in range(ROUNDS):
        order = torch.randperm(rows)
        for begin in range(0, rows, BATCH):
            optimiser.param_groups[0]["lr"] = RATE * (1 - step / steps)
            chosen = order[begin : begin + BATCH].tolist()
            parts = [slice(starts[r], starts[r + 1]) for r in chosen]
            lengths = torch.tensor([0] + [p.stop - p.start for p in parts[:-1]])
            inside = torch.cat([buckets[p] for p in parts])
            # Pairs stay: without its neighbour, a word would be taught what both mean together.
            kept = (torch.rand(len(inside)) >= DROPPED) | (inside >= BUCKETS)
            strength = torch.cat([counts[p] for p in parts]) * kept
            scores = weights(inside, lengths.cumsum(0), strength)
            loss = _loss(scores + bias, targets[chosen])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            step += 1
    exact = weights.weight.detach().numpy()
    scale = np.maximum(np.abs(exact).max(axis=0) / 127, 1e-12).astype(np.float32)
    return Weights(np.round(exact / scale).astype(np.int8), scale, bias.detach().numpy(), pairs)


def _rows(
    captions: Sequence[Caption], pairs: dict[str, int]
) -> tuple[Tensor, Tensor, list[int], Tensor]:
    """Return all words of all captions: buckets, counts, where each word begins, its targets."""
    buckets: list[int] = []
    counts: list[float] = []
    starts, keys = [0], []
    for each in captions:
        words = [word for word, _ in each]
        for at, (_, key) in enumerate(each):
            found, weight = features(words, at, pairs)
            buckets += found
            counts += weight
            starts.append(len(buckets))
            keys.append(key)
    silent = [(wish.name, "") for wish in WISHES]
    table = torch.zeros(len(keys), len(COLUMNS))
    column = {key: at for at, key in enumerate(COLUMNS)}
    said = torch.tensor([column[name] for name in silent])
    table[:, said] = 1
    for row, key in enumerate(keys):
        if key == NOTHING:
            continue
        table[row, column[key]] = 1
        if key[0] in WISH_NAMES:
            table[row, column[key[0], ""]] = 0
    return torch.tensor(buckets), torch.tensor(counts), starts, table


def _loss(scores: Tensor, targets: Tensor) -> Tensor:
    """Return nats: a choice of each wish, and every voice and the filler by itself."""
    loss = torch.zeros(())
    begin = 0
    for size in SIZES:
        part = slice(begin, begin + size)
        loss = loss + F.cross_entropy(scores[:, part], targets[:, part])
        begin += size
    alone = F.binary_cross_entropy_with_logits(scores[:, begin:], targets[:, begin:])
    return loss + alone * (len(COLUMNS) - begin)


def truth_of(each: Caption) -> dict[str, str]:
    """Return what a caption asks for, by group: of each the first choice named."""
    found: dict[str, str] = {}
    for _, (group, choice) in each:
        if (group, choice) not in (FILLER, NOTHING):
            found.setdefault(group, choice)
    return found


def taken(understood: Understood) -> dict[str, str]:
    """Return what was understood in the same form."""
    return understood.wishes | ({VOICE: understood.voices[0]} if understood.voices else {})


def measure(reader: PromptReader, captions: Sequence[Caption]) -> dict[str, tuple[float, float]]:
    """Return by group how often it is read right where it is said, and kept silent where not.

    Shares of captions; of "unknown" shares of words: those said back of all that are not known, and
    those not said back of all that are.
    """
    rows = [(truth_of(each), reader.read(" ".join(w for w, _ in each)), each) for each in captions]
    found = {}
    for group in (*WISH_NAMES, VOICE):
        right = [(group in t, taken(u).get(group) == t.get(group)) for t, u, _ in rows]
        spoken, silent = ([hit for said, hit in right if said == is_] for is_ in (True, False))
        found[group] = (float(np.mean(spoken)), float(np.mean(silent)))
    strange = [
        (word in " ".join(u.unknown).split(), key == NOTHING)
        for _, u, each in rows
        for word, key in each
    ]
    told = [said for said, is_strange in strange if is_strange]
    quiet = [not said for said, is_strange in strange if not is_strange]
    return found | {"unknown": (float(np.mean(told)), float(np.mean(quiet)))}


def main() -> None:
    """Train or measure as the command line says."""
    parser = argparse.ArgumentParser(description="Train the reader of prompts.")
    parser.add_argument("--out", type=Path, default=Path("models/prompt.npz"))
    parser.add_argument("--measure", action="store_true", help="measure on held-out wordings")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not options.measure:
        everything = lexicon()
        train(draw(everything, CAPTIONS, SEED), pair_rows(everything)).write(options.out)
        print(f"{options.out}: {options.out.stat().st_size / 1e3:.0f} kB, reads {FINGERPRINT}")
        return
    taught = lexicon(synonyms=False, inflections=False, templates=False)
    reader = train(draw(taught, CAPTIONS, SEED), pair_rows(taught)).reader()
    tests = {
        "new templates": lexicon(synonyms=False, inflections=False, templates=True),
        "new inflections": lexicon(synonyms=False, inflections=True, templates=True),
        "new synonyms": lexicon(synonyms=True, templates=True),
    }
    columns = {
        name: measure(reader, draw(book, MEASURED, SEED + 1)) for name, book in tests.items()
    }
    print("| said, not said | " + " | ".join(columns) + " |\n|---|" + "---:|" * len(columns))
    for group in (*WISH_NAMES, VOICE, "unknown"):
        cells = (
            f"{100 * a:.0f} %, {100 * b:.0f} %" for a, b in (c[group] for c in columns.values())
        )
        print(f"| {group} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
