"""Two MIDI clocks at one input, at tempi of their own: which ticks are the first one's.

Conventions: seconds are monotonic, tempi are BPM, periods are seconds from tick to tick; `jitter`
is the length of the audio periods, or the like, in which ticks come.

Together they look like one clock at the sum of their tempi, only uneven. They are told apart by the
line of the first, known from before the second began: where that line still has all its ticks, and
the ones between are as even as a clock's, there are two. That needs ticks that come in less than
half the time between two of them: beyond 512 frames nothing is told. Equal tempi, as of one clock
that comes by two cables, are left to bridge/listen/doubles.py.

Once there are known to be two, ticks that cannot be told apart are nobody's: they are not followed
until one of the two can be found among them again, by its tempo, or only one is left.
"""

from __future__ import annotations

from collections import deque

from bridge.core import midi
from bridge.core.beat import BeatClock
from bridge.listen.regression import Fit
from bridge.listen.sorter import SHARP, Sorter, is_even, split

LOOK = 60  # ticks that are looked at
BEFORE = 30  # ticks until a crowd is seen, and a little more
EVERY = 6  # ticks from one look to the next
CROWDED = 1.15  # times as many ticks as the line has: fewer are no second clock
PATIENCE = 144  # ticks in a crowd that nothing explains
ENOUGH = 36  # ticks that tell whether they are one clock's
APART = 0.03  # share by which two tempi differ
BOTH = 0.85  # of the ticks of both: fewer are not both any more
BLUNT = 0.55  # of the jitter: what lies on a line may be off it
SILENCE = 1.0  # seconds without a tick after which all begins anew


class Rivals:
    """Leaves out the ticks of a second clock, once sure that there is one."""

    def __init__(self) -> None:
        self.line = BeatClock(0.0, 0.0, 120.0)  # of the first, before the second began
        self.bpm = 0.0  # of the second, as it is told; 0 while there is none, or it is not sure
        self._jitter = 0.0  # seconds, of the first
        # Those of the last ticks: where a crowd is seen, the second clock has bent the latest.
        self._before: deque[tuple[BeatClock, float]] = deque(maxlen=BEFORE)
        self._ticks: deque[float] = deque(maxlen=LOOK)
        self._crowd = 0  # ticks since they became too many
        self._sorter: Sorter | None = None
        self._periods: tuple[float, float] | None = None  # of both, while none can be told apart

    @property
    def sorting(self) -> bool:
        """Whether there are two, and it is known whose each tick is."""
        return self._sorter is not None

    @property
    def muddled(self) -> bool:
        """Whether there are two, and it is not known whose the last ticks are."""
        return self._periods is not None

    def clear(self) -> None:
        """Forget everything."""
        self._ticks.clear()
        self._before.clear()
        self._crowd, self._sorter, self._periods, self.bpm = 0, None, None, 0.0

    def move(self) -> None:
        """Take in that the song is somewhere else: where there are two clocks, there still are."""
        if self._sorter:
            self._give_up(self._sorter)
        elif not self.muddled:
            self.clear()

    def own(self, second: float, line: BeatClock, *, jitter: float, doubled: bool) -> float | None:
        """Return when a tick of the first clock, whose line is known, came; None: it is no such.

        Nobody looks for a second one where the first is known to come twice.
        """
        if doubled and not self._crowd:
            return second
        if self._ticks and second - self._ticks[-1] > SILENCE:
            self.clear()
        self._ticks.append(second)
        if self._sorter:
            return self._sort(self._sorter, second)
        if self._periods:
            self._search(second, line, *self._periods)
        elif not self._crowded():
            self._before.append((line, jitter))
            (self.line, self._jitter), self._crowd = self._before[0], 0
        else:
            self._crowd += 1
            if self._crowd % EVERY == 0:
                self._look(second)
        return second

    def _sort(self, sorter: Sorter, second: float) -> float | None:
        own = sorter.own(second)
        self.bpm = sorter.told
        if sorter.alone:
            self.clear()
        elif sorter.lost:
            self._give_up(sorter)
        return own

    def _give_up(self, sorter: Sorter) -> None:
        self._sorter, self._periods = None, (sorter.period, sorter.other.period)

    def _crowded(self) -> bool:
        """Tell whether more ticks came than the first clock's line has."""
        first, last = self._ticks[0], self._ticks[-1]
        due = (last - first) / _period(self.line) + 1
        return len(self._ticks) == LOOK and len(self._ticks) > CROWDED * due

    def _look(self, second: float) -> None:
        """Find out what the crowd is."""
        if self._crowd > PATIENCE or is_even(list(self._ticks)[-ENOUGH:], self._jitter):
            self.clear()  # it is the first clock itself that became faster
            return
        period = _period(self.line)
        ticks = round(self.line.beat_at(second) * midi.CLOCKS_PER_BEAT)
        anchor = self.line.second_at(ticks / midi.CLOCKS_PER_BEAT)
        other = split(self._ticks, anchor, period, self._near, self._jitter)
        if other and abs(other.period / period - 1) > APART:
            self._sorter = Sorter(anchor, period, other, self._near)

    def _search(self, second: float, line: BeatClock, first: float, other: float) -> None:
        """Look for one of the two among ticks that are nobody's, as if the last were its own."""
        if len(self._ticks) < LOOK:
            return
        lasted = self._ticks[-1] - self._ticks[0]
        both = LOOK >= BOTH * lasted * (1 / first + 1 / other)
        if not both and is_even(list(self._ticks)[-ENOUGH:], self._jitter):
            self.clear()  # one is left
        elif rest := split(self._ticks, second, first, self._near, self._jitter):
            self._find(line, second, first, rest)
        elif rest := split(self._ticks, second, other, self._near, self._jitter):
            anchor = rest.second + (round(rest.place(second)) - rest.tick) * rest.period
            self._find(line, anchor, rest.period, Fit(0, second, other))

    def _find(self, line: BeatClock, anchor: float, period: float, other: Fit) -> None:
        """Tell them apart again: the first has a tick at `anchor`, where its line was held."""
        beat = round(line.beat_at(anchor) * midi.CLOCKS_PER_BEAT) / midi.CLOCKS_PER_BEAT
        self.line = BeatClock(anchor, beat, 60.0 / period / midi.CLOCKS_PER_BEAT)
        self._sorter, self._periods = Sorter(anchor, period, other, self._near), None

    @property
    def _near(self) -> float:
        """Seconds by which a tick may be off its line."""
        return SHARP + BLUNT * self._jitter


def _period(line: BeatClock) -> float:
    """Return the seconds from tick to tick."""
    return 60.0 / line.bpm / midi.CLOCKS_PER_BEAT
