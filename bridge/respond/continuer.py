"""The contract of every model family.

Times are ticks on the song's timeline, bar lines at multiples of the bar. A heard note of duration
or velocity 0 is one whose length or loudness is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from bridge.core.music import Note
from bridge.respond.carried import CHUNK
from bridge.respond.limits import Limits
from bridge.respond.timeline import USUAL_BAR

#: What a note cost in bits, in the order of `bridge.respond.steps.ATTRIBUTES`; 0 for what a family
#: does not foretell.
Bits = tuple[float, ...]


class Continuer(Protocol):
    """A model that listens note by note and continues.

    Every family mixes the session's memory (`bridge.respond.memory`) into its onsets and sounds.
    """

    name: str
    provider: str

    def feed(self, notes: Sequence[Note], bar: int, *, counted: bool = True) -> None:
        """Hear notes in order of onset, voice, pitch; `bar` is the length of a bar in ticks.

        What the player did not play is not `counted`: it is context only, as what is drawn is.
        """

    def catch_up(self) -> None:
        """Read what was fed but not yet read: for when nothing else is to be done.

        Whoever does not call it gets the same notes, later.
        """

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        """Draw one note and take it as heard; onsets never fall.

        With `limits.earliest` the note falls at that tick or after it, with `exact` right there. An
        empty context opens in 4/4, at the bar line before that tick, or at 0.
        """

    def mark(self) -> int:
        """Return a mark of what has been heard so far: the number of notes since `forget`."""

    def rewind(self, mark: int) -> None:
        """Forget everything heard after a mark; a mark older than the context empties it."""

    def forget(self) -> None:
        """Begin a new context."""

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[Bits]:
        """Hear notes and return what each cost; `memory` (0..1) is how much of it is mixed in."""


def warmed(model: Continuer) -> Continuer:
    """Return the model after some notes of nothing: the first run of every kind is the slowest."""
    rng = np.random.default_rng(0)
    model.feed([Note(12 * i, 0, 60, 12, 64) for i in range(2 * CHUNK)], USUAL_BAR)
    for _ in range(4):
        model.next_note(Limits(), rng)
    model.forget()
    return model
