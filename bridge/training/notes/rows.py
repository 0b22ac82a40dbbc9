"""Training rows of the note-step families: excerpts packed side by side.

A row holds T steps; several pieces may share it, each opened by a START step and told apart by
`document` (-1 where the row is empty). In training, durations and velocities are hidden from the
input of some rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.respond.steps import LONGEST_SHIFT, START, UNKNOWN_DURATION, UNKNOWN_VELOCITY
from bridge.training.corpus import Batch, Corpus, excerpt
from bridge.training.notes.network import TABLE_TICKS

SHORTEST = 24  # notes: what is left of a row below this stays empty
HIDE = 0.15  # chance that a row's input durations and velocities are unknown


def segment(
    corpus: Corpus, room: int, rng: np.random.Generator, *, vary: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Draw an excerpt: notes (n, 5), position, bar, tick, with START first, n <= room."""
    column = excerpt(corpus, room - 1, rng, vary=vary)
    onset = column["onset"]
    origin = onset[0] - column["position"][0]
    count = int(np.searchsorted(onset, origin + TABLE_TICKS - 1))
    column = {name: values[:count] for name, values in column.items()}
    onset = column["onset"]
    notes = np.stack(
        [
            np.minimum(np.diff(onset, prepend=origin), LONGEST_SHIFT),
            column["voice"],
            column["pitch"],
            column["duration"],
            column["velocity"],
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
