"""Ticks that stray from the line: another tempo, lost or surplus ticks, a pause, or a backlog.

Conventions: errors are seconds, positive for a tick that came late; `period` is seconds a tick.

A tick that comes late alone tells nothing. What the next ones do decides: they catch up (a
backlog), stray farther and farther (another tempo), or keep the distance. A distance of whole ticks
that began with a gap is as many ticks lost; one that began with two at once, as many too many.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from bridge.listen.regression import Tick, like_a_period, regress

# Ticks sent from an audio period stray by up to one period, and when tick and period nearly divide
# they first fit a wrong tempo perfectly and then step by a period: neither is a change of tempo.
NEAR, FAR = 0.012, 0.030  # seconds: nearer is never off the line, farther always
GROWTH = 0.003  # seconds by which ticks of another tempo stray farther and farther
EVEN = 0.0005  # seconds: ticks that stray less tell nothing of the sender's audio period
BEYOND = 1.5  # periods of the sender: no step by one is as long
SURE, SOON, STEADY, WEARY = 3, 3, 6, 48  # ticks astray: to count lost ones, to judge growth, to
#                                          judge steadiness, to give up
GAP, SAME = 1.5, 0.4  # periods: a longer interval has a gap; intervals of one tempo differ less
WHOLE = 0.2  # periods: how far from a whole number of ticks a step of whole ticks may be
TWIN = 0.001  # seconds between two ticks that came in one go

Verdict = Literal["wait", "count", "shift", "restart"]


@dataclass(frozen=True, slots=True)
class Stray:
    """One tick astray: its error, and how many ticks were lost since the line was left."""

    tick: Tick
    error: float
    lost: int  # negative when there were too many


class Strays:
    """The last ticks, while they are off the line on one side."""

    def __init__(self) -> None:
        self._kept: list[Stray] = []
        self._intervals: deque[float] = deque(maxlen=STEADY)
        self._quiet = 0  # ticks on the line since then
        self._gap = 0  # ticks lost by the intervals since the line was left

    @property
    def recent(self) -> list[Tick]:
        """The ticks that count, oldest first."""
        return [stray.tick for stray in self._kept[-STEADY:]]

    @property
    def lost(self) -> int:
        """How many ticks were lost on the way, once the verdict is `count`."""
        return self._kept[-1].lost

    @property
    def gapped(self) -> bool:
        """Whether ticks may have been lost a moment ago."""
        return self._gap > 0

    def clear(self) -> None:
        """Begin anew: the line has been moved."""
        self._kept.clear()
        self._gap = 0

    def calm(self) -> None:
        """Take in that the last tick was on the line."""
        self._kept.clear()
        self._quiet += 1
        if self._quiet >= SURE:  # until then it may have been off by too little to be seen
            self._gap = 0

    def note(self, interval: float, period: float) -> None:
        """Take note of a tick's distance from the one before."""
        self._intervals.append(interval)
        if GAP * period < interval < math.inf:
            self._gap += round(interval / period) - 1
            self._quiet = 0
        elif interval < TWIN:
            self._gap -= 1
            self._quiet = 0

    def judge(self, tick: Tick, error: float, *, period: float, spread: float) -> Verdict:
        """Say what a tick astray means; `spread` is the usual error, root mean square."""
        if self._kept and (self._kept[-1].error > 0) != (error > 0):
            self._kept.clear()
        self._kept.append(Stray(tick, error, self._gap))
        if self._counts(period, spread):
            return "count"
        errors = [stray.error for stray in self._kept[-STEADY:]]
        if self._one_tempo(period):
            lost = [stray.lost * period for stray in self._kept[-STEADY:]]
            errors = [e - back for e, back in zip(errors, lost, strict=True)]
        drift = regress(list(enumerate(errors)), 0.0, 0.0).period if len(errors) >= SOON else 0.0
        growth = drift * (len(errors) - 1) * (1 if error > 0 else -1)
        limit = max(GROWTH, 3 * spread)
        if growth > limit or len(self._kept) >= WEARY:
            return "restart"
        losing = len({stray.lost for stray in self._kept[-SURE:]}) > 1  # too many to judge yet
        if len(errors) == STEADY and growth > -limit and not losing:
            mean = sum(stray.error for stray in self._kept[-STEADY:]) / STEADY
            return "shift" if abs(mean) <= FAR else "restart"
        return "wait"

    def _counts(self, period: float, spread: float) -> bool:
        """Tell whether the last ticks are off by the ticks that were lost, and by nothing else."""
        last = self._kept[-SURE:]
        lost = last[-1].lost
        if len(last) < SURE or not lost or any(stray.lost != lost for stray in last):
            return False
        mean = sum(stray.error for stray in last) / SURE
        # Ticks spread evenly over a period stray by its length / sqrt(12).
        beyond_a_period = abs(mean) > BEYOND * math.sqrt(12) * spread
        if spread < EVEN:
            beyond_a_period = not like_a_period(period)
        whole = abs(mean - lost * period) < WHOLE * period
        return whole and (beyond_a_period or mean > FAR)

    def _one_tempo(self, period: float) -> bool:
        """Tell whether most ticks still come at the old distance."""
        middle = sorted(self._intervals)[(len(self._intervals) - 1) // 2]
        return abs(middle - period) < SAME * period
