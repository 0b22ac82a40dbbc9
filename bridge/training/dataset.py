"""Training rows drawn from a prepared file: pieces sampled by pack, cut, varied and packed.

A row holds T steps; several pieces may share it, each opened by a START step and told apart by
`document` (-1 where the row is empty). Variation (train only): transposition, tracks dropped,
velocity shifts, durations and velocities hidden from the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.core.voices import DRUMS
from bridge.respond.steps import (
    LONGEST_SHIFT,
    START,
    UNKNOWN_DURATION,
    UNKNOWN_VELOCITY,
)
from bridge.training.network import TABLE_TICKS
from bridge.training.packs import PACK_SHARES

SHORTEST = 24  # notes: what is left of a row below this stays empty
TRANSPOSE = (-5, 6)  # semitones
DROP_TRACKS = 0.35  # chance that some tracks are left out
HIDE = 0.15  # chance that a row's input durations and velocities are unknown

Batch = dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One split of a prepared file, with the chance of drawing each piece."""

    columns: dict[str, NDArray[np.int64]]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    chance: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path, split: int) -> Corpus:
        """Read split 0 (train), 1 (valid) or 2 (test)."""
        with np.load(path) as data:
            chosen = data["split"] == split
            starts = data["starts"][:-1][chosen]
            ends = data["starts"][1:][chosen]
            names = data["pack_names"][data["pack"][chosen]]
            columns = {
                name: data[name]
                for name in (
                    "onset", "voice", "pitch", "duration", "velocity", "track", "position", "bar",
                )
            }  # fmt: skip
        chance = np.zeros(len(starts))
        for share, packs in PACK_SHARES:
            member = np.isin(names, packs)
            notes = (ends - starts) * member
            if notes.sum():
                chance += share * notes / notes.sum()
        return cls(columns, starts, ends, chance / chance.sum())


def segment(
    corpus: Corpus, room: int, rng: np.random.Generator, *, vary: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Draw a piece and cut it: notes (n, 5), position, bar, tick, with START first, n <= room."""
    piece = rng.choice(len(corpus.chance), p=corpus.chance)
    first, end = int(corpus.starts[piece]), int(corpus.ends[piece])
    begin = first if rng.random() < 0.1 else int(rng.integers(first, max(end - 64, first) + 1))
    rows = np.arange(begin, min(end, begin + (4 * room if vary else room)))
    column = {name: values[rows].astype(np.int64) for name, values in corpus.columns.items()}
    if vary and rng.random() < DROP_TRACKS:
        tracks = np.unique(column["track"])
        if len(tracks) > 1:
            kept = tracks[rng.random(len(tracks)) < 0.5]
            kept = kept if len(kept) else rng.choice(tracks, 1)
            keep = np.isin(column["track"], kept)
            column = {name: values[keep] for name, values in column.items()}
    onset = column["onset"][: room - 1]
    origin = onset[0] - column["position"][0]
    count = int(np.searchsorted(onset, origin + TABLE_TICKS - 1))
    column = {name: values[:count] for name, values in column.items()}
    onset, pitch, velocity = column["onset"], column["pitch"], column["velocity"]
    if vary:
        tuned = column["voice"] != DRUMS
        low, high = TRANSPOSE
        step = int(rng.integers(low, high + 1))
        if tuned.any() and 0 <= pitch[tuned].min() + step and pitch[tuned].max() + step <= 127:
            pitch = pitch + step * tuned
        velocity = np.clip(velocity + int(rng.integers(-2, 3)), 0, 15)
    notes = np.stack(
        [
            np.minimum(np.diff(onset, prepend=origin), LONGEST_SHIFT),
            column["voice"],
            pitch,
            column["duration"],
            velocity,
        ],
        axis=1,
    )
    return (
        np.concatenate([[START], notes]),
        np.concatenate([[0], column["position"]]),
        np.concatenate([column["bar"][:1], column["bar"]]),
        np.concatenate([[0], onset - origin]),
    )


def draw(corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool) -> Batch:
    """Draw a batch of arrays (rows, steps[, 5]): notes, target, position, bar, tick, document."""
    batch: Batch = {
        "target": np.zeros((rows, steps, 5), np.int64),
        "position": np.zeros((rows, steps), np.int64),
        "bar": np.full((rows, steps), 96, np.int64),
        "tick": np.zeros((rows, steps), np.int64),
        "document": np.full((rows, steps), -1, np.int64),
    }
    for row in range(rows):
        filled, document = 0, 0
        while steps - filled >= SHORTEST:
            notes, position, bar, tick = segment(corpus, steps - filled, rng, vary=vary)
            place = slice(filled, filled + len(notes))
            batch["target"][row, place] = notes
            batch["position"][row, place] = position
            batch["bar"][row, place] = bar
            batch["tick"][row, place] = tick
            batch["document"][row, place] = document
            filled += len(notes)
            document += 1
    batch["notes"] = batch["target"].copy()
    if vary:
        hidden = rng.random(rows) < HIDE
        batch["notes"][hidden, :, 3] = UNKNOWN_DURATION
        batch["notes"][hidden, :, 4] = UNKNOWN_VELOCITY
    return batch
