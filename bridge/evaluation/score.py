"""What one continuation of one prime costs a model in bits, attribute by attribute.

Both are notes on one timeline (ticks) whose bar lines are multiples of the bar. The rules are the
table's: every note is foretold from all before it, and the memory counts them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bridge.core.music import Note
from bridge.evaluation.items import Item
from bridge.evaluation.models import ModelScorer
from bridge.respond.steps import (
    DURATION,
    LONGEST_BAR,
    LONGEST_SHIFT,
    PITCH,
    SHIFT,
    START,
    VELOCITY,
    VOICE,
    Steps,
    encode,
)
from bridge.respond.timeline import LONGEST_SILENCE

#: Columns of ATTRIBUTES by the names musicians read.
SCORED = {
    "onset": SHIFT,
    "pitch": PITCH,
    "duration": DURATION,
    "velocity": VELOCITY,
    "voice": VOICE,
}
UNHIDDEN = ("onset", "pitch", "voice")  # what is scored when nobody sees the rest


@dataclass(frozen=True, slots=True)
class Score:
    """What a continuation cost."""

    notes: int
    beats: float  # of the continuation
    bits: dict[str, float]  # of all notes together, by attribute

    @property
    def per_note(self) -> dict[str, float]:
        """Bits per note by attribute."""
        return {name: paid / self.notes for name, paid in self.bits.items()}

    @property
    def per_beat(self) -> float:
        """Bits per beat, all attributes together."""
        return sum(self.bits.values()) / self.beats


def item_of_pair(prime: Sequence[Note], continuation: Sequence[Note], bar: int) -> Item:
    """Return a prime and what follows it, both in order and not empty, as one item.

    The context opens on the bar line at or before the first note. Long silences lose whole bars,
    as they do live, but stay longer than the longest shift.
    """
    bar = min(bar, LONGEST_BAR)
    notes = _gathered([*prime, *continuation], bar)
    origin = notes[0].onset // bar * bar
    steps = encode(notes, bar, origin, origin)
    opened = Steps(
        notes=np.concatenate([[START], steps.notes]),
        position=np.concatenate([[0], steps.position]),
        bar=np.concatenate([[bar], steps.bar]),
        tick=np.concatenate([[0], steps.tick]),
    )
    return Item(-1, "", opened, 1 + len(prime))


def _gathered(notes: list[Note], bar: int) -> list[Note]:
    """Shorten silences of more than some bars by whole bars."""
    onset = np.array([n.onset for n in notes])
    longest = max(LONGEST_SILENCE * bar, LONGEST_SHIFT)
    spare = np.maximum(np.diff(onset, prepend=onset[0]) - longest, 0) // bar * bar
    onset -= np.cumsum(spare)
    return [replace(n, onset=tick) for n, tick in zip(notes, onset.tolist(), strict=True)]


def score(scorer: ModelScorer, item: Item, beats: float, *, hidden: bool = False) -> Score:
    """Return what a continuation of `beats` (> 0) beats costs.

    `hidden` makes all durations and velocities unknown and leaves theirs out, as the table does.
    """
    paid = scorer.bits(item, hidden=hidden).sum(axis=0)
    names = UNHIDDEN if hidden else tuple(SCORED)
    return Score(item.count, beats, {name: float(paid[SCORED[name]]) for name in names})
