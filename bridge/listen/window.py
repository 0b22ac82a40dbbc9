"""The last ticks of a clock, and the straight line through them.

Conventions: a tick is (how many came before it, the monotonic second it came).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from bridge.core import midi
from bridge.listen.edges import within_bounds
from bridge.listen.regression import Fit, Tick, counted_anew, regress, without_outliers
from bridge.listen.strays import NEAR

WINDOW = 96  # ticks: one bar of 4/4
CERTAIN = 48  # ticks that bear a tempo out
ROBUST = 12  # ticks before one can be told to stray from the line
PRIOR = 6.0  # square ticks: the weight of the tempo so far against the first few ticks


class Window:
    """Up to a bar of ticks."""

    def __init__(self, bpm: float) -> None:
        """`bpm` is the tempo until there is another."""
        self.ticks: deque[Tick] = deque(maxlen=WINDOW)
        self.former = bpm  # the tempo before this window began
        self.spread = 0.0  # seconds by which ticks stray from the line, root mean square

    def __len__(self) -> int:
        return len(self.ticks)

    @property
    def young(self) -> bool:
        """Whether there are too few ticks to judge another by them."""
        return len(self.ticks) < ROBUST

    @property
    def certain(self) -> bool:
        """Whether there are so many that their tempo outlives ticks that make no sense."""
        return len(self.ticks) >= CERTAIN

    def restart(self, ticks: Iterable[Tick], bpm: float) -> None:
        """Begin anew with these ticks, at the tempo so far."""
        kept = list(ticks)
        self.ticks.clear()
        self.ticks.extend(kept)
        self.former = bpm

    def fill_gaps(self, first: Tick, audio_period: float) -> int:
        """Count those that were lost while there were too few to tell; return how many.

        `first` is the tick at which the song began.
        """
        counted = counted_anew(self.ticks, first, audio_period)
        lost = counted[-1][0] - self.ticks[-1][0]
        self.ticks.clear()
        self.ticks.extend(counted)
        return lost

    def fit(self, audio_period: float) -> Fit:
        """Return the line: of the middle one of those possible where the periods are known."""
        former = 60.0 / self.former / midi.CLOCKS_PER_BEAT
        fit = regress(self.ticks, former, PRIOR if self.young else 0.0)
        if self.young:
            return fit
        kept = without_outliers(self.ticks, fit, NEAR)
        fit = regress(kept, former, 0.0)
        self.spread = math.sqrt(sum(fit.error(t) ** 2 for t in kept) / len(kept))
        if audio_period and len(kept) >= CERTAIN:
            fit = within_bounds(kept, fit, audio_period)
        return fit
