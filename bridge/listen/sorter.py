"""The ticks of two clocks that come by one way, told apart.

Conventions: seconds are monotonic, periods are seconds from tick to tick, `near` is by how many
seconds a tick may be off its clock's line, `jitter` the seconds of the periods in which ticks come.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from itertools import accumulate, pairwise

from bridge.core import midi
from bridge.listen.limits import FASTEST, SLOWEST
from bridge.listen.regression import Fit, Tick, regress

SHARP = 0.002  # seconds by which a tick may be off a line where nothing jitters
WIDEST = 0.36  # ticks: with a wider tolerance nothing could be told apart
SERVED = 0.95  # of a clock's ticks that must have come
# Two clocks stray by up to sqrt(1/6) = 0.41 ticks from one line, root mean square; one clock by the
# length of its audio periods / sqrt(12).
UNEVEN, ROUGH = 0.12, 0.45
FEW = 16  # ticks of the second clock, at least
SURE = 48  # ticks of it before its tempo is told
EVEN = 0.6  # of `near`: how far its ticks are off their line, root mean square
MISSING = 12  # ticks in a row that the first clock lacks when it has ended, or is elsewhere
HALF = 0.6  # of its ticks that come by chance where it has changed its tempo
# Ticks that come by chance are off by anything up to `near`, sqrt(1/3) of it root mean square.
SEEN, BY_CHANCE = 24, 0.5
NEAREST = 0.42  # likewise, where of several the nearest was taken
STRANGE = 8  # of so many ticks that are not the first clock's: on the second's line neither
GONE = 48  # ticks without one of the second clock
PHASE, PACE = 0.25, 0.03  # shares of an error by which a clock's place and period are mended
NEWS = 1.5  # BPM by which the tempo of the second clock differs from the one told


class Sorter:
    """Two clocks that are known: tells whose each tick is."""

    def __init__(self, anchor: float, period: float, other: Fit, near: float) -> None:
        """`anchor` is when a tick of the first clock was due, `other` the line of the second.

        That tick counts as come: whatever was heard nearest to it has been taken for it.
        """
        self.period, self.other = period, other
        self.told = 0.0  # tempo of the second clock, for a player; 0 until it is sure
        self.alone = False  # whether the second has ended
        self.lost = False  # whether ticks cannot be told apart any more
        self._near = near
        self._last = anchor  # where the first clock's last tick was due, and mended
        self._others: deque[Tick] = deque(maxlen=GONE)  # ticks of the second clock
        self._strange: deque[bool] = deque(maxlen=GONE)  # of those: whether it was on no line
        self._lacks = deque[int](maxlen=GONE)  # by ticks of the first: how many were missing before
        self._errors: deque[float] = deque(maxlen=SEEN)  # seconds by which its ticks were off
        self._since = 0  # ticks of the first since the last one of the second

    def own(self, second: float) -> float | None:
        """Return when a tick of the first clock came; None: it is the second's.

        Where both are due, nobody can tell whose it is: then it came when it was due.
        """
        steps = round((second - self._last) / self.period)
        due = self._last + steps * self.period
        error = second - due
        if steps < 1 or abs(error) > min(self._near, WIDEST * self.period):
            self._since = 0
            self._note_other(second)
            self.lost |= second - self._last > MISSING * self.period
            return None
        self._lacks.append(steps - 1)
        self._since += 1
        many = len(self._lacks) == GONE
        self.alone = self._since >= GONE
        self.lost |= many and GONE < HALF * (GONE + sum(self._lacks))
        if self._is_others(second):
            self._last = due
            return due
        self._errors.append(error)
        square = sum(error**2 for error in self._errors) / SEEN
        self.lost |= len(self._errors) == SEEN and math.sqrt(square) > BY_CHANCE * self._near
        self._last = due + PHASE * error
        self.period += PACE * error / steps
        return second

    def _note_other(self, second: float) -> None:
        """Take in a tick of the second clock, or of nobody: then the first may be elsewhere."""
        self._strange.append(not self._is_others(second))
        if self._strange[-1]:
            self.lost |= sum(self._strange) > STRANGE
            return
        self._others.append((round(self.other.place(second)), second))
        if len(self._others) >= FEW:
            fit = regress(self._others, 0.0, 0.0)
            self.other = fit if fit.period > 0 else self.other
        bpm = 60.0 / self.other.period / midi.CLOCKS_PER_BEAT
        if len(self._others) >= SURE and abs(bpm - self.told) > NEWS:
            self.told = bpm

    def _is_others(self, second: float) -> bool:
        """Tell whether a tick may be the second clock's as well."""
        place = self.other.place(second)
        return abs(place - round(place)) * self.other.period < self._near


def split(
    ticks: Sequence[float], anchor: float, period: float, near: float, jitter: float
) -> Fit | None:
    """Return the line of a second clock beside a first that has a tick at `anchor`; else None."""
    if near > WIDEST * period:
        return None
    best: dict[int, float] = {}  # by ticks of the first clock: what is nearest
    for second in ticks:
        place = round((second - anchor) / period)
        due = anchor + place * period
        if abs(second - due) <= min(near, abs(best.get(place, math.inf) - due)):
            best[place] = second
    rest = sorted(set(ticks) - set(best.values()))
    if not best or len(best) < SERVED * (max(best) - min(best) + 1) or len(rest) < FEW:
        return None
    errors = [second - anchor - place * period for place, second in best.items()]
    mean = sum(errors) / len(errors)
    spread = math.sqrt(sum((error - mean) ** 2 for error in errors) / len(errors))
    if spread > NEAREST * near:
        return None
    if is_even([second for second in ticks if second >= rest[0]], jitter):
        return None
    intervals = [late - early for early, late in pairwise(rest)]
    usual = sorted(intervals)[len(intervals) // 2]
    if usual <= 0:
        return None
    counts = accumulate((round(interval / usual) for interval in intervals), initial=0)
    other, stray = _strays(list(zip(counts, rest, strict=True)))
    if other.period <= 0 or stray * other.period > EVEN * near:
        return None
    bpm = 60.0 / other.period / midi.CLOCKS_PER_BEAT
    return other if SLOWEST <= bpm <= FASTEST else None


def is_even(seconds: Sequence[float], jitter: float) -> bool:
    """Tell whether one clock may have sent all these ticks; a backlog in one go is one's, too."""
    line, stray = _strays(list(enumerate(seconds)))
    return line.period <= 0 or stray < max(UNEVEN, ROUGH * jitter / line.period)


def _strays(ticks: Sequence[Tick]) -> tuple[Fit, float]:
    """Return the line of these ticks, and how far they are off it, in ticks (RMS)."""
    fit = regress(ticks, 0.0, 0.0)
    if fit.period <= 0:
        return fit, math.inf
    square = sum(fit.error(tick) ** 2 for tick in ticks) / len(ticks)
    return fit, math.sqrt(square) / fit.period
