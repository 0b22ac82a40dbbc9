"""The loop pedal as a baseline: the last beats of the prime, over and over.

What the loop would play next from where the truth stands, mixed with how common onsets and sounds
are in the train split. A loop gives equal chances to all that it still has at an onset.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from bridge.core.music import TICKS_PER_BEAT
from bridge.evaluation.baselines import Weights, best_weights, learnt_by_order
from bridge.evaluation.items import PRIME_BEATS, Ints, Item
from bridge.evaluation.ppm import SHIFTS, LongMemory, symbols
from bridge.evaluation.scoring import Floats
from bridge.respond.steps import LONGEST_SHIFT

LAGS = range(2, 33)  # beats
RECENT = 12  # beats at the end of the prime that are compared


class Loop:
    """The last `lag` beats of a prime, for ever; sounds are numbers, in order of voice, pitch."""

    def __init__(self, tick: Ints, sound: Ints, lag: int) -> None:
        self.length = lag * TICKS_PER_BEAT
        self._sounds: dict[int, list[int]] = {}
        for at, number in sorted(zip(tick.tolist(), sound.tolist(), strict=True)):
            if at >= PRIME_BEATS * TICKS_PER_BEAT - self.length:
                self._sounds.setdefault(self._place(at), []).append(number)
        self._onsets = sorted(self._sounds)

    def _place(self, tick: int) -> int:
        return (tick - PRIME_BEATS * TICKS_PER_BEAT) % self.length

    def later(self, tick: int, after: int = -1) -> list[int]:
        """Return what sounds at a tick, of that what comes after a sound."""
        return [s for s in self._sounds.get(self._place(tick), ()) if s > after]

    def shift(self, tick: int, sound: int) -> int | None:
        """Return the ticks from a note to the loop's next one; None for an empty loop."""
        if not self._onsets:
            return None
        if self.later(tick, sound):
            return 0
        place = self._place(tick)
        row = bisect_right(self._onsets, place)
        if row == len(self._onsets):
            return self._onsets[0] + self.length - place
        return self._onsets[row] - place


def best_lag(tick: Ints, sound: Ints) -> int:
    """Return the lag in beats at which the end of a prime repeats most of what was before it."""
    points = set(zip(tick.tolist(), sound.tolist(), strict=True))
    begin = (PRIME_BEATS - RECENT) * TICKS_PER_BEAT
    recent = [(t, s) for t, s in points if t >= begin]
    overlap = [sum((t - lag * TICKS_PER_BEAT, s) in points for t, s in recent) for lag in LAGS]
    return LAGS[int(np.argmax(overlap))]


@dataclass(frozen=True, slots=True)
class CopyBestLag:
    """A loop as long as the lag at which the prime repeats itself best."""

    long: LongMemory
    weights: Weights  # of the loop
    name: str = "copy the prime's best lag"

    @property
    def settings(self) -> dict[str, object]:
        """The weights."""
        return {"loop_weights": self.weights}

    @staticmethod
    def loop_shares(item: Item) -> Floats:
        """Return what the loop alone gives to onset and sound (N, 2); nan where it is silent."""
        tick, sound = item.steps.tick, symbols(item.steps.notes)[1::2] - SHIFTS
        prime = slice(1, item.begin)
        loop = Loop(tick[prime], sound[prime], best_lag(tick[prime], sound[prime]))
        found = np.full((item.count, 2), np.nan)
        for row, i in enumerate(range(item.begin, len(tick))):
            last, now = (int(tick[i - 1]), int(sound[i - 1])), (int(tick[i]), int(sound[i]))
            if (shift := loop.shift(*last)) is not None:
                found[row, 0] = min(shift, LONGEST_SHIFT) == item.steps.notes[i, 0]
            if expected := loop.later(now[0], last[1] if now[0] == last[0] else -1):
                found[row, 1] = (now[1] in expected) / len(expected)
        return found

    def shares(self, item: Item) -> Floats:
        """Return the probability (N, 2) of onset and sound."""
        common = learnt_by_order(self.long, item)[..., 0]
        loop = self.loop_shares(item)
        mixed = np.array(self.weights) * loop + (1 - np.array(self.weights)) * common
        return np.where(np.isnan(loop), common, mixed)

    @classmethod
    def fitted(cls, long: LongMemory, items: list[Item]) -> CopyBestLag:
        """Return the one with the best weights on some items."""
        common = np.concatenate([learnt_by_order(long, item)[..., 0] for item in items])
        loop = np.concatenate([cls.loop_shares(item) for item in items])
        _, weights = best_weights(np.where(np.isnan(loop), common, loop), common)
        return cls(long, weights)
