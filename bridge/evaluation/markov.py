"""A walk over the prime: what came after this chord at this place in the bar may come again.

A state is the place in the bar (ticks) and the chord that begins there (voices and pitches), as for
the foils of the MIREX task Patterns for Prediction (2018). Each step goes where the prime once went
from the same state, with its rhythm, lengths and velocities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.core.music import TICKS_PER_BEAT
from bridge.evaluation.items import Ints, Item
from bridge.evaluation.notes import END, SEAM
from bridge.respond.steps import PITCH, VOICE

State = tuple[int, bytes]  # ticks since the bar line; voices and pitches


@dataclass(frozen=True, slots=True)
class Chain:
    """The M onsets of a prime, and for each state the onsets that came next."""

    notes: list[Ints]  # M arrays (n, 5): what begins at each onset
    tick: Ints  # (M,)
    states: list[State]
    after: dict[State, list[int]]
    bar: int  # ticks

    @classmethod
    def of(cls, item: Item) -> Chain:
        """Hear the prime of an item."""
        heard = slice(1, item.begin)
        tick, first = np.unique(item.steps.tick[heard], return_index=True)
        notes = np.split(item.steps.notes[heard], first[1:])
        bar = int(item.steps.bar[0])
        states = [
            (int(t) % bar, chord[:, VOICE : PITCH + 1].tobytes())
            for t, chord in zip(tick, notes, strict=True)
        ]
        after: dict[State, list[int]] = {}
        for row, state in enumerate(states[:-1]):
            after.setdefault(state, []).append(row + 1)
        return cls(notes, tick, states, after, bar)

    def next(self, row: int, rng: np.random.Generator) -> tuple[int, int]:
        """Return the onset that follows, and the ticks until then.

        Where nothing ever followed, as after the last chord, any onset may that has its place in
        the beat to come, or else at the next place that any has.
        """
        choices = self.after.get(self.states[row])
        if choices is None:
            ahead = (self.tick - self.tick[row] - 1) % self.bar + 1
            chosen = int(rng.choice(np.flatnonzero(ahead <= max(TICKS_PER_BEAT, ahead.min()))))
            return chosen, int(ahead[chosen])
        chosen = int(rng.choice(choices))
        return chosen, int(self.tick[chosen] - self.tick[chosen - 1])


def walk(item: Item, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return notes (N, 5) and onsets (N,) of a continuation that begins where the prime ends."""
    chain = Chain.of(item)
    row, at = len(chain.tick) - 1, int(chain.tick[-1])
    notes, tick = [np.empty((0, 5), np.int64)], [np.empty(0, np.int64)]
    while True:
        row, ahead = chain.next(row, rng)
        at += ahead
        if at >= END:
            return np.concatenate(notes), np.concatenate(tick)
        if at >= SEAM:
            notes.append(chain.notes[row])
            tick.append(np.full(len(chain.notes[row]), at))
