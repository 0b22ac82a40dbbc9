"""Nats a frame on chorales, the figure piano-roll models are usually told by.

`python -m bridge.training.rolls.frame_loss best.pt --data notes.npz`

Protocol: every piece of a pack (JS Fakes) in the valid and the test split, whole, from its first
bar line to its last onset, in frames of a sixteenth; 84 independent keys, natural logarithms,
everything before a frame is known. `roll` asks which keys sound in a frame, struck or held, and
takes the two cases of the sustains by the chance that anything is struck; `onsets` asks which are
struck. Frames of the JSB chorales in the literature are longer, and its models do not see onsets,
so figures are to be compared between our own models only.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bridge.core.errors import SettingError
from bridge.respond.rolls.frames import CELL, FRAME
from bridge.training.checkpoint import load_lesson
from bridge.training.corpus import Batch, Corpus
from bridge.training.lesson import Lesson
from bridge.training.rolls.lesson import cross_entropy
from bridge.training.rolls.rows import fill

SPLITS = {"valid": 1, "test": 2}
NEVER = 1e-9


def pieces(data: Path, pack: str, split: int) -> list[Batch]:
    """Return each piece of a pack as a batch of one row; raises SettingError where it has none."""
    corpus = Corpus.load(data, split)
    with np.load(data) as arrays:
        chosen = arrays["pack"][arrays["split"] == split]
        wanted = np.flatnonzero(arrays["pack_names"][chosen] == pack)
    if not len(wanted):
        raise SettingError(f"data {data}: pack {pack!r} has no pieces in split {split}")
    found = []
    for piece in wanted:
        rows = slice(int(corpus.starts[piece]), int(corpus.ends[piece]))
        column = {name: values[rows].astype(np.int64) for name, values in corpus.columns.items()}
        length = int(column["onset"][-1] - column["onset"][0] + column["position"][0])
        steps = length // CELL + 2
        batch: Batch = {
            "roll": np.zeros((1, steps, FRAME), np.uint8),
            "place": np.zeros((1, steps, 2), np.int64),
            "known": np.zeros((1, steps), bool),
            "held": np.zeros(1, bool),
        }
        fill(batch, 0, column, hidden=False)
        found.append(batch)
    return found


@torch.no_grad()
def frame_loss(lesson: Lesson, batches: list[Batch]) -> dict[str, float]:
    """Return mean nats a frame of `roll` and `onsets`."""
    lesson.network.eval()
    totals, frames = {"roll": 0.0, "onsets": 0.0}, 0
    for arrays in batches:
        batch = {name: torch.from_numpy(values) for name, values in arrays.items()}
        onsets, sustains = lesson.network(batch["roll"], batch["place"])
        known = batch["known"]
        struck, sounds = batch["roll"].bool().chunk(2, dim=-1)
        totals["onsets"] += float(cross_entropy(onsets[known], struck[known].float()).sum())
        chance = sounding_chance(onsets, sustains, struck | sounds)[known]
        was = (struck | sounds)[known]
        totals["roll"] += float(F.binary_cross_entropy(chance, was.double(), reduction="sum"))
        frames += int(known.sum())
    return {name: total / frames for name, total in totals.items()}


def sounding_chance(onsets: Tensor, sustains: Tensor, sounded: Tensor) -> Tensor:
    """Return the chance (B, T, 84) that a key sounds, from logits and what sounded in frames."""
    struck = onsets.double().sigmoid()
    silent = (1 - struck).clamp_min(NEVER).log().sum(-1, keepdim=True).exp()
    alone, beside = sustains.double().sigmoid().unbind(-2)
    held = silent * alone + (1 - silent) * beside
    before = F.pad(sounded[:, :-1].double(), (0, 0, 1, 0))
    return (struck + (1 - struck) * held * before).clamp(NEVER, 1 - NEVER)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description="Nats a frame of a piano-roll network.")
    parser.add_argument("checkpoint", type=Path, help="best.pt of a training run")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--pack", default="jsfakes", help="whose pieces")
    options = parser.parse_args()
    torch.set_num_threads(1)
    lesson, _ = load_lesson(options.checkpoint, options.data)
    for name, split in SPLITS.items():
        batches = pieces(options.data, options.pack, split)
        figures = frame_loss(lesson, batches)
        told = ", ".join(f"{what} {nats:.3f}" for what, nats in figures.items())
        print(f"{options.pack} {name}, {len(batches)} pieces, nats a frame: {told}")


if __name__ == "__main__":
    main()
