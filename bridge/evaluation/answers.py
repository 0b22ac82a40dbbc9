"""What all that continues a prime has in common: the contract, and the form of an answer."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from bridge.evaluation.items import CONTINUATION_BEATS, Ints, Item
from bridge.evaluation.notes import END, SEAM
from bridge.respond.answer import NOTES_PER_BEAT

MOST = NOTES_PER_BEAT * CONTINUATION_BEATS  # notes; what draws more has lost its way


class Generator(Protocol):
    """Anything that can continue an item's prime."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:
        """Return the notes (N, 5) of the beats after the prime; N may be 0.

        They are as in `Item.steps.notes`, but the shifts are true ticks, however long: the first
        counts from the prime's last note. The same `rng` gives the same notes.
        """


def onsets_of(item: Item, notes: Ints) -> Ints:
    """Return the onsets (N,) of drawn notes in ticks since the item's first bar line."""
    return np.cumsum(notes[:, 0]) + int(item.steps.tick[item.begin - 1])


def answer_of(item: Item, played: Ints) -> Ints:
    """Return what was played as the notes of an answer.

    `played` (N, 5) has onsets in ticks since the item's first bar line instead of shifts, in any
    order; what falls outside the beats after the prime is left out, and doubles count once.
    """
    played = played[(played[:, 0] >= SEAM) & (played[:, 0] < END)]
    _, first = np.unique(played[:, :3], axis=0, return_index=True)  # also sorts
    notes = played[first]
    notes[:, 0] = np.diff(notes[:, 0], prepend=item.steps.tick[item.begin - 1])
    return notes


def prime_table(item: Item) -> Ints:
    """Return the notes of the prime (N, 5), with onsets in ticks instead of shifts."""
    return _table(item, slice(1, item.begin))


def truth_table(item: Item) -> Ints:
    """Return the notes that really follow (N, 5), with onsets in ticks instead of shifts."""
    return _table(item, slice(item.begin, None))


def _table(item: Item, rows: slice) -> Ints:
    return np.column_stack([item.steps.tick[rows], item.steps.notes[rows, 1:]])
