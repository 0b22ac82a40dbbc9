"""A clock that comes twice, by two cables or from two masters: every second tick is left out.

Conventions: intervals are seconds between a tick and the one before.

Two ticks in one go are no proof: a sound card with long periods sends them so. But in pairs less
than 40 ms apart, which would be a tempo above 125 BPM, it does not for long. Some of the pairs may
straddle the edge of an audio period: the second of them is late by a period then, but nearer to its
first than to the next one. Where tick and period divide, all of them may: it takes longer to
believe that.
"""

from __future__ import annotations

from collections import deque

TWIN, ASTRIDE = 0.003, 0.006  # seconds within a pair at most; where 256 frames begin between
APART = 0.040  # seconds from one pair to the next at most
NEARER = 0.6  # of the way from pair to pair: what comes sooner is the second of a straddling pair
BESIDE, SLOW = 0.4, 0.018  # of that way; seconds of it at least: else where all straddle it may
#                            be a fast clock, whose ticks are one period and two apart
SAME = 1.4  # times that way: two intervals that make no more of it are one pair's
BELIEVED, PROVEN = 8, 24  # pairs in a row: if some are twins; if all straddle
OFTEN = 0.25  # of the pairs must be twins, or all lie beside each other
DOUBTED = 4  # ticks in a row that come alone: the second cable is gone
STEADY = 4  # pairs over which the way from one to the next is smoothed
BEFORE = 96  # intervals that are kept of those before a row of pairs


class Doubles:
    """Tells which ticks to leave out."""

    def __init__(self) -> None:
        self.believed = False  # whether the clock comes twice
        self._pairs = self._twins = 0  # in a row; of these, those within a period
        self._beside = 0  # in a row that are near beside what lies between them and the next
        self._alone = 0  # ticks in a row
        self._second = False  # whether the last tick was the second of a pair
        self._way = 0.0  # seconds from pair to pair
        self._since = 0.0  # seconds since the first of the last pair
        self._before: deque[float] = deque(maxlen=BEFORE)  # intervals before the row of pairs

    @property
    def suspected(self) -> bool:
        """Whether the last ticks came in pairs, and it is too soon to believe it."""
        return self._pairs > 0 and not self.believed

    @property
    def counted(self) -> int:
        """How many seconds of pairs there were before the one that proved it."""
        straddled, back = 0, list(reversed(self._before))
        for after, within in zip(back[::2], back[1::2], strict=False):
            if after + within >= SAME * self._way:
                break
            straddled += 1
        return self._pairs - 1 + straddled

    def is_double(self, interval: float) -> bool:
        """Take in a tick; tell whether it repeats the one before it."""
        self._since += interval
        near = max(TWIN, NEARER * self._way) if self._pairs else ASTRIDE
        if interval < near and not self._second:
            self._pair(interval)
            return self.believed
        alone = not self._second
        self._second = False
        self._alone = self._alone + 1 if alone else 0
        # Even a believed pair may lose one of its ticks, or come late along with others.
        broken = self._alone >= DOUBTED if self.believed else alone or interval < TWIN
        if broken or interval > APART:
            self._pairs = self._twins = self._beside = 0
            self.believed = False
        if not self._pairs:
            self._way = 0.0
            self._before.append(interval)
        elif not alone:
            self._way += (self._since - self._way) / (STEADY if self._way else 1)
        self._since = 0.0
        return False

    def _pair(self, interval: float) -> None:
        """Take in the second of a pair."""
        self._second, self._alone = True, 0
        self._pairs += 1
        self._twins += interval < TWIN
        beside = interval < BESIDE * self._way and self._way > SLOW
        self._beside = self._beside + 1 if beside else 0
        believed = self._pairs >= BELIEVED and self._twins >= OFTEN * self._pairs
        self.believed |= believed or self._beside >= PROVEN
