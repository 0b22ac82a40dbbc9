"""Training rows of the roll families: excerpts as frames.

A row holds T frames from a bar line on; `known` says which of them the excerpt reaches. Drums and
pitches off the roll are left out. In training, some rows show no lengths: every note lasts one
frame there, as it does for a model that is not told.
"""

from __future__ import annotations

import numpy as np

from bridge.core.voices import DRUMS
from bridge.respond.rolls.frames import CELL, FRAME, KEYS, LOWEST, strike
from bridge.respond.steps import DURATIONS
from bridge.training.corpus import HIDE, Batch, Columns, Corpus, excerpt

NOTES_A_FRAME = 6  # of an excerpt; denser ones end before their row does

_CELLS = np.maximum((np.array(DURATIONS) + CELL // 2) // CELL, 1)


def fill(batch: Batch, row: int, column: Columns, *, hidden: bool) -> None:
    """Write the notes of an excerpt into a row; what they do not reach stays unknown."""
    roll, steps = batch["roll"][row], batch["roll"].shape[1]
    onset = column["onset"]
    origin = onset[0] - column["position"][0]
    cell = (onset - origin + CELL // 2) // CELL
    key = column["pitch"] - LOWEST
    cells = np.ones_like(cell) if hidden else _CELLS[column["duration"]]
    plays = (column["voice"] != DRUMS) & (key >= 0) & (key < KEYS) & (cell < steps)
    for at in np.flatnonzero(plays).tolist():
        strike(roll, int(cell[at]), int(key[at]), int(cells[at]))
    tick = origin + CELL * np.arange(steps)
    before = np.clip(np.searchsorted(onset, tick, side="right") - 1, 0, None)
    bar = np.maximum((column["bar"][before] + CELL // 2) // CELL, 1)
    within = (column["position"][before] + tick - onset[before]) % column["bar"][before]
    batch["place"][row] = np.stack([(within + CELL // 2) // CELL % bar, bar], axis=1)
    batch["known"][row] = np.arange(steps) < cell[-1]  # the last frame may lack notes
    batch["held"][row] = not hidden


def draw(corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool) -> Batch:
    """Draw a batch of arrays (rows, steps, ...).

    roll (FRAME) uint8; place (2), position in and length of the bar in frames; known, bool; and
    held (rows,), whether the lengths are those of the music.
    """
    batch: Batch = {
        "roll": np.zeros((rows, steps, FRAME), np.uint8),
        "place": np.zeros((rows, steps, 2), np.int64),
        "known": np.zeros((rows, steps), bool),
        "held": np.zeros(rows, bool),
    }
    for row in range(rows):
        _, column = excerpt(corpus, NOTES_A_FRAME * steps, rng, vary=vary)
        fill(batch, row, column, hidden=vary and bool(rng.random() < HIDE))
    return batch
