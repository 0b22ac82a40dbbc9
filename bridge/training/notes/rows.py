"""Training rows of the note-step families: excerpts packed side by side.

A row holds T steps; several pieces may share it, each opened by a START step and told apart by
`document` (-1 where the row is empty). In training, durations and velocities are hidden from the
input of some rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.respond.steps import LONGEST_SHIFT, START, UNKNOWN_DURATION, UNKNOWN_VELOCITY
from bridge.respond.wishes import WIDTH
from bridge.training.asked import ask
from bridge.training.corpus import HIDE, Batch, Corpus, excerpt
from bridge.training.notes.network import TABLE_TICKS

SHORTEST = 24  # notes: what is left of a row below this stays empty


@dataclass(frozen=True, slots=True)
class Segment:
    """n steps of an excerpt, START first; `wish` (n, WIDTH) is what is asked of the next note."""

    notes: NDArray[np.int64]
    position: NDArray[np.int64]
    bar: NDArray[np.int64]
    tick: NDArray[np.int64]
    wish: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.tick)


def segment(corpus: Corpus, room: int, rng: np.random.Generator, *, vary: bool) -> Segment:
    """Draw an excerpt of at most `room` steps; nothing is asked for unless it is varied."""
    piece, column = excerpt(corpus, room - 1, rng, vary=vary)
    onset = column["onset"]
    origin = onset[0] - column["position"][0]
    count = int(np.searchsorted(onset, origin + TABLE_TICKS - 1))
    column = {name: values[:count] for name, values in column.items()}
    onset = column["onset"]
    wish = np.zeros((count + 1, WIDTH), np.float32)
    if vary:
        wish[:-1] = ask(column, int(corpus.style[piece]), float(corpus.qpm[piece]), rng)
    shift = np.minimum(np.diff(onset, prepend=origin), LONGEST_SHIFT)
    rest = (column[name] for name in ("voice", "pitch", "duration", "velocity"))
    return Segment(
        notes=np.concatenate([[START], np.stack([shift, *rest], axis=1)]),
        position=np.concatenate([[0], column["position"]]),
        bar=np.concatenate([column["bar"][:1], column["bar"]]),
        tick=np.concatenate([[0], onset - origin]),
        wish=wish,
    )


def draw(corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool) -> Batch:
    """Draw a batch of arrays (rows, steps, ...).

    target (5), position, bar, tick, document; notes (5), as they are shown; wish (WIDTH).
    """
    batch: Batch = {
        "target": np.zeros((rows, steps, 5), np.int64),
        "position": np.zeros((rows, steps), np.int64),
        "bar": np.full((rows, steps), 96, np.int64),
        "tick": np.zeros((rows, steps), np.int64),
        "document": np.full((rows, steps), -1, np.int64),
        "wish": np.zeros((rows, steps, WIDTH), np.float32),
    }
    for row in range(rows):
        filled, document = 0, 0
        while steps - filled >= SHORTEST:
            part = segment(corpus, steps - filled, rng, vary=vary)
            at = (row, slice(filled, filled + len(part)))
            batch["target"][at] = part.notes
            for name in ("position", "bar", "tick", "wish"):
                batch[name][at] = getattr(part, name)
            batch["document"][at] = document
            filled += len(part)
            document += 1
    batch["notes"] = batch["target"].copy()
    if vary:
        hidden = rng.random(rows) < HIDE
        batch["notes"][hidden, :, 3] = UNKNOWN_DURATION
        batch["notes"][hidden, :, 4] = UNKNOWN_VELOCITY
    return batch
