"""A clock that comes twice, by two cables from one master: every second tick is left out.

Conventions: intervals are seconds between a tick and the one before.

Two ticks in one go are no proof: a sound card with long periods sends them so. But in pairs less
than 40 ms apart, which would be a tempo above 125 BPM, it does not for long. Some of the pairs may
straddle the edge of an audio period: the second of them is late by a period then, but nearer to its
first than to the next one.
"""

from __future__ import annotations

from collections import deque

TWIN, APART = 0.001, 0.040  # seconds: within a pair at most; from one pair to the next at most
NEARER = 0.6  # of the way from pair to pair: what comes sooner is the second of a straddling pair
SAME = 1.4  # times that way: two intervals that make no more of it are one pair's
BELIEVED = 8  # pairs in a row
DOUBTED = 4  # ticks in a row that come alone: the second cable is gone
STEADY = 4  # pairs over which the way from one to the next is smoothed


class Doubles:
    """Tells which ticks to leave out."""

    def __init__(self) -> None:
        self.pairs = 0  # in a row
        self._alone = 0  # ticks in a row
        self._second = False  # whether the last tick was the second of a pair
        self._way = 0.0  # seconds from pair to pair
        self._since = 0.0  # seconds since the first of the last pair
        self._before: deque[float] = deque(maxlen=2)  # intervals before the row of pairs

    @property
    def believed(self) -> bool:
        """Whether the clock comes twice."""
        return self.pairs >= BELIEVED

    @property
    def counted(self) -> int:
        """How many seconds of pairs there were before the one that proved it."""
        straddled = len(self._before) == 2 and sum(self._before) < SAME * self._way
        return BELIEVED - 1 + straddled

    def is_double(self, interval: float) -> bool:
        """Take in a tick; tell whether it repeats the one before it."""
        self._since += interval
        near = max(TWIN, NEARER * self._way) if self.pairs else TWIN
        if interval < near and not self._second:
            self._second, self._alone = True, 0
            self.pairs += 1
            return self.believed
        alone = not self._second
        self._second = False
        self._alone = self._alone + 1 if alone else 0
        # Even a believed pair may lose one of its ticks, or come late along with others.
        broken = self._alone >= DOUBTED if self.believed else alone or interval < TWIN
        if broken or interval > APART:
            self.pairs = 0
        if not self.pairs:
            self._way = 0.0
            self._before.append(interval)
        elif not alone:
            self._way += (self._since - self._way) / (STEADY if self._way else 1)
        self._since = 0.0
        return False
