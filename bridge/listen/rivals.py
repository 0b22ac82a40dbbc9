"""Two MIDI clocks at one input, at tempi of their own: which ticks are the first one's.

Conventions: seconds are monotonic, tempi are BPM, and a tick of the first clock falls each 1/24
beat of its line; `jitter` is the length of the audio periods, or the like, in which ticks come.

Together they look like one clock at the sum of their tempi, only uneven. They are told apart by the
line of the first, known from before the second began: where that line still has all its ticks, and
the ones between are as even as a clock's, there are two. That needs ticks that come in less than
half the time between two of them: beyond 512 frames nothing is told. Equal tempi, as of one clock
that comes by two cables, are left to bridge/listen/doubles.py.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from itertools import accumulate, pairwise

from bridge.core import midi
from bridge.core.beat import BeatClock
from bridge.listen.limits import FASTEST, SLOWEST
from bridge.listen.regression import Fit, Tick, regress

LOOK = 60  # ticks that are looked at
BEFORE = 30  # ticks until a crowd is seen, and a little more
EVERY = 6  # ticks from one look to the next
CROWDED = 1.15  # times as many ticks as the line has: fewer are no second clock
PATIENCE = 144  # ticks in a crowd that nothing explains
ENOUGH = 36  # ticks that tell whether they are one clock's
SHARP, BLUNT = 0.0015, 0.55  # tolerance for what lies on a line: seconds, and of its jitter
WIDEST = 0.36  # ticks: with a wider tolerance nothing could be told apart
SERVED = 0.95  # of the line's ticks that must have come, for two clocks
# Two clocks stray by up to sqrt(1/6) = 0.41 ticks from one line, root mean square; one clock by the
# length of its audio periods / sqrt(12).
UNEVEN, ROUGH = 0.12, 0.45
FEW = 16  # ticks of the second clock, at least
EVEN = 0.6  # times that tolerance: how far its ticks are off their line, root mean square
APART = 0.03  # share by which two tempi differ
MISSING = 12  # ticks in a row that the first clock lacks when it has ended
HALF = 0.6  # of its ticks that come by chance where it has changed its tempo
GONE = 48  # ticks without one of the second clock


class Rivals:
    """Leaves out the ticks of a second clock, once sure that there is one."""

    def __init__(self) -> None:
        self.line = BeatClock(0.0, 0.0, 120.0)  # of the first, before the second began
        self._jitter = 0.0  # seconds, likewise
        # Those of the last ticks: where a crowd is seen, the second clock has bent the latest.
        self._before: deque[tuple[BeatClock, float]] = deque(maxlen=BEFORE)
        self._ticks: deque[float] = deque(maxlen=LOOK)
        self._crowd = 0  # ticks since they became too many
        self._sorter: Sorter | None = None

    @property
    def bpm(self) -> float:
        """The tempo of the second clock; 0 while there is none."""
        return self._sorter.bpm if self._sorter else 0.0

    def clear(self) -> None:
        """Forget everything: the song begins anew or somewhere else."""
        self._ticks.clear()
        self._before.clear()
        self._crowd, self._sorter = 0, None

    def own(self, second: float, line: BeatClock, *, jitter: float, doubled: bool) -> float | None:
        """Return when a tick of the first clock, whose line is known, came; None: it is no such.

        Nobody looks for a second one where the first is known to come twice.
        """
        if doubled and not self._crowd:
            return second
        self._ticks.append(second)
        if self._sorter:
            own = self._sorter.own(second, line)
            if self._sorter.over:
                self.clear()
            return own
        if not self._crowded():
            self._before.append((line, jitter))
            (self.line, self._jitter), self._crowd = self._before[0], 0
            return second
        self._crowd += 1
        if self._crowd % EVERY == 0:
            self._look(second)
        return second

    def _crowded(self) -> bool:
        """Tell whether more ticks came than the first clock's line has."""
        first, last = self._ticks[0], self._ticks[-1]
        due = (last - first) / _period(self.line) + 1
        return len(self._ticks) == LOOK and len(self._ticks) > CROWDED * due

    def _look(self, second: float) -> None:
        """Find out what the crowd is."""
        if self._crowd > PATIENCE or self._is_even(list(self._ticks)[-ENOUGH:]):
            self.clear()  # it is the first clock itself that became faster
        elif other := self._other():
            self._sorter = Sorter(self.line, other, _near(self._jitter), second)

    def _other(self) -> Fit | None:
        """Return the second clock in what came last, None when there is none."""
        period, near = _period(self.line), _near(self._jitter)
        if near > WIDEST * period:
            return None
        best: dict[int, tuple[float, float]] = {}  # by ticks of the first clock: what is nearest
        for second in self._ticks:
            place = _place(self.line, second)
            error = abs(place - round(place)) * period
            if error <= near:
                best[round(place)] = min(best.get(round(place), (math.inf, 0.0)), (error, second))
        rest = sorted(set(self._ticks) - {second for _, second in best.values()})
        if not best or len(best) < SERVED * (max(best) - min(best) + 1) or len(rest) < FEW:
            return None
        if self._is_even([second for second in self._ticks if second >= rest[0]]):
            return None
        intervals = [late - early for early, late in pairwise(rest)]
        usual = sorted(intervals)[len(intervals) // 2]
        if not usual:
            return None
        counts = accumulate((round(interval / usual) for interval in intervals), initial=0)
        other, stray = _strays(list(zip(counts, rest, strict=True)))
        even = SLOWEST <= _bpm(other.period) <= FASTEST and stray * other.period <= EVEN * near
        return other if even and abs(other.period / period - 1) > APART else None

    def _is_even(self, seconds: Sequence[float]) -> bool:
        """Tell whether one clock may have sent all these ticks."""
        line, stray = _strays(list(enumerate(seconds)))
        return stray < max(UNEVEN, ROUGH * self._jitter / line.period)


class Sorter:
    """Two clocks that are known: tells whose each tick is."""

    def __init__(self, line: BeatClock, other: Fit, near: float, second: float) -> None:
        """`line` is the first one's, `near` the seconds a tick may be off it; now is `second`."""
        self.over = False  # whether one of them has ended, or changed its tempo
        self._near = near
        self._other = other
        self._others: deque[Tick] = deque(maxlen=LOOK)  # ticks of the second clock
        self._grid = round(_place(line, second))  # the first clock's last tick
        self._lacks = deque[int](maxlen=GONE)  # by ticks of it: how many were missing before
        self._alone = 0  # ticks of it since the last one of the second clock

    @property
    def bpm(self) -> float:
        """The tempo of the second clock."""
        return _bpm(self._other.period)

    def own(self, second: float, line: BeatClock) -> float | None:
        """Return when a tick of the first clock came; None: it is the second's.

        Where both are due, nobody can tell whose it is, and the line says when it came.
        """
        place = _place(line, second)
        grid = round(place)
        near = min(self._near / _period(line), WIDEST)
        if grid <= self._grid or abs(place - grid) > near:
            self._alone = 0
            self._note_other(second)
            self.over = place - self._grid > MISSING
            return None
        self._lacks.append(grid - self._grid - 1)
        self._alone += 1
        self._grid = grid
        lost = len(self._lacks) < HALF * (len(self._lacks) + sum(self._lacks))
        self.over = self._alone >= GONE or (len(self._lacks) == GONE and lost)
        both = self._is_others(second) and not self.over
        return line.second_at(grid / midi.CLOCKS_PER_BEAT) if both else second

    def _note_other(self, second: float) -> None:
        """Take in a tick of the second clock."""
        place = self._other.place(second)
        self._others.append((round(place), second))
        if len(self._others) >= FEW:
            self._other = regress(self._others, 0.0, 0.0)

    def _is_others(self, second: float) -> bool:
        """Tell whether a tick may be the second clock's as well."""
        place = self._other.place(second)
        return abs(place - round(place)) * self._other.period < self._near


def _place(line: BeatClock, second: float) -> float:
    """Return where on a clock's line a second is, in ticks."""
    return line.beat_at(second) * midi.CLOCKS_PER_BEAT


def _bpm(period: float) -> float:
    """Return the tempo of so many seconds a tick."""
    return 60.0 / period / midi.CLOCKS_PER_BEAT


def _period(line: BeatClock) -> float:
    """Return the seconds from tick to tick."""
    return 60.0 / line.bpm / midi.CLOCKS_PER_BEAT


def _near(jitter: float) -> float:
    """Return by how many seconds a tick may be off its line."""
    return SHARP + BLUNT * jitter


def _strays(ticks: Sequence[Tick]) -> tuple[Fit, float]:
    """Return the line of these ticks, and how far they are off it, in ticks (RMS)."""
    fit = regress(ticks, 0.0, 0.0)
    square = sum(fit.error(tick) ** 2 for tick in ticks) / len(ticks)
    return fit, math.sqrt(square) / fit.period
