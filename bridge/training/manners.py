"""Learns how the notes of each style differ from those of all, for `bridge.respond.manner`.

    python -m bridge.training.manners --data notes.npz --out models/styles.npz

Counts of the train split. Every style weighs the same in "all". A share of a style is drawn towards
that of all by PSEUDO notes, so that what was hardly heard says little:

    log P_style(x) - log P_all(x) = log((c_style(x) / P_all(x) + PSEUDO) / (n_style + PSEUDO))
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.core.errors import BridgeError
from bridge.core.voices import DRUMS
from bridge.respond.manner import FINGERPRINT, SHAPES, STYLES, UNITS, Manners, seen
from bridge.training.corpus import Corpus

PSEUDO = 20.0  # notes
CLIP = 3.0  # logits
FEWEST = 2_000  # notes of a style with, or without, tuned instruments, from which it has its own
RARE = 1e-3  # share of all that is evenly spread

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often what came where, by style; arrays of SHAPES."""

    shifts: Floats
    intervals: Floats
    drums: Floats


def counted(corpus: Corpus) -> Counts:
    """Count all pieces that have a style."""
    found = Counts(*(np.zeros(shape) for shape in SHAPES.values()))
    columns = corpus.columns
    for style, first, end in zip(corpus.style, corpus.starts, corpus.ends, strict=True):
        if style < 0:
            continue
        rows = slice(int(first), int(end))
        onset = columns["onset"][rows].astype(np.int64)
        # Pieces may begin anywhere, and change their meter: beats are told by bar lines.
        late = int(columns["position"][first]) - int(onset[0])
        voice = columns["voice"][rows].astype(np.int64)
        each = seen(onset + late, voice, columns["pitch"][rows].astype(np.int64))
        np.add.at(found.shifts[style, int((voice == DRUMS).all())], tuple(each.shifts), 1)
        np.add.at(found.intervals[style], tuple(each.intervals), 1)
        np.add.at(found.drums[style], tuple(each.drums), 1)
    return found


def differences(count: Floats) -> NDArray[np.int8]:
    """Return by style (S, ..., choices) how much likelier each choice is, in 1 / UNITS logits."""
    whole = count.reshape(len(STYLES), -1).sum(axis=1).reshape(-1, *[1] * (count.ndim - 1))
    everywhere = (count / np.maximum(whole, 1)).sum(axis=0)
    total = everywhere.sum(axis=-1, keepdims=True)
    share = everywhere / np.where(total, total, 1)
    share = (1 - RARE) * share + RARE / share.shape[-1]
    heard = count.sum(axis=-1, keepdims=True)
    logits = np.log((count / share + PSEUDO) / (heard + PSEUDO))
    return np.round(np.clip(logits, -CLIP, CLIP) * UNITS).astype(np.int8)


def learn(corpus: Corpus) -> Manners:
    """Return what a corpus teaches."""
    count = counted(corpus)
    kinds = [differences(count.shifts[:, kind]) for kind in (0, 1)]
    few = count.shifts.sum(axis=(2, 3, 4, 5)) < FEWEST
    for row in range(len(STYLES)):
        # Who knows a style by its drums alone has its rhythm from them, and the other way round.
        if few[row, 0] != few[row, 1]:
            poor = int(few[row, 1])
            kinds[poor][row] = kinds[1 - poor][row]
    shifts = np.stack(kinds, axis=1)
    return Manners(shifts, differences(count.intervals), differences(count.drums))


def write(manners: Manners, path: Path) -> None:
    """Write the file that Manners.load reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = {name: getattr(manners, name) for name in SHAPES}
    np.savez_compressed(path, fingerprint=FINGERPRINT, **tables)


def main() -> None:
    """Learn as the command line says."""
    parser = argparse.ArgumentParser(description="Learn how styles differ.")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--out", type=Path, default=Path("models/styles.npz"))
    options = parser.parse_args()
    try:
        write(learn(Corpus.load(options.data, 0)), options.out)
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")
    print(f"{options.out}: {options.out.stat().st_size / 1e3:.0f} kB, reads {FINGERPRINT}")


if __name__ == "__main__":
    main()
