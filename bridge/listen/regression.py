"""Straight lines through clock ticks: least squares, and what is too far off to count.

Conventions: a tick is (how many came before it, the monotonic second it came).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Tick = tuple[int, float]  # how many came before it, the second it came

GAPS = (2, 3)  # ticks that an interval may be worth where some were lost
WHOLE = 0.25  # ticks: how far from a whole number of them a gap may be
WIDE, NARROW = 1.6, 0.5  # times the usual interval: a gap at least; what no single tick is
#: Seconds of audio periods as long as a tick may be: of ticks at their edges, one that comes a
#: period later looks like one after a gap. CLOSE: the share by which a tick differs from such one.
PERIODS = tuple(f / r for f in (512, 1024, 2048) for r in (44100, 48000))
CLOSE = 0.005


@dataclass(frozen=True, slots=True)
class Fit:
    """A line through ticks: `tick` fell at `second`, and one falls every `period` seconds."""

    tick: float
    second: float
    period: float

    def error(self, tick: Tick) -> float:
        """Return how many seconds late a tick came."""
        return tick[1] - self.second - (tick[0] - self.tick) * self.period

    def place(self, second: float) -> float:
        """Return where on the line a second is, in ticks."""
        return self.tick + (second - self.second) / self.period


def regress(ticks: Sequence[Tick], period: float, prior: float) -> Fit:
    """Return the least-squares line; `prior` (square ticks) pulls its slope towards `period`."""
    tick = sum(t for t, _ in ticks) / len(ticks)
    second = sum(s for _, s in ticks) / len(ticks)
    square = prior + sum((t - tick) ** 2 for t, _ in ticks)
    product = prior * period + sum((t - tick) * (s - second) for t, s in ticks)
    return Fit(tick, second, product / square)


def with_gaps(ticks: Sequence[Tick], period: float = 0.0) -> list[Tick]:
    """Return ticks counted anew where some must have been lost between them, else as they are.

    An interval is a gap if it is as long as GAPS of the others together, all of which are alike,
    and not because all are whole audio periods, of `period` seconds where that is known.
    """
    intervals = [late - early for (_, early), (_, late) in pairwise(ticks)]
    usual = sorted(intervals)[len(intervals) // 2]
    if min(intervals) <= NARROW * usual:
        return list(ticks)
    alike = [interval for interval in intervals if interval < WIDE * usual]
    mean = sum(alike) / len(alike)
    if all(like_a_period(interval, period) for interval in alike):
        return list(ticks)
    steps = [round(interval / mean) for interval in intervals]
    # Two in a row, or one at the beginning alone, are of a slower tempo before.
    slower = max(steps[1:]) == 1 or any(min(pair) > 1 for pair in pairwise(steps))
    if slower or not set(steps) <= {1, *GAPS}:
        return list(ticks)
    lost = accumulate((step - 1 for step in steps), initial=0)
    return [(count + more, second) for (count, second), more in zip(ticks, lost, strict=True)]


def counted_anew(ticks: Sequence[Tick], first: Tick, period: float = 0.0) -> list[Tick]:
    """Return ticks with those counted that were lost between them, or after a song's first."""
    counted = with_gaps(ticks, period)
    if counted[0][0] == first[0] + 1:
        lost = lost_after(first, counted)
        counted = [(count + lost, second) for count, second in counted]
    return counted


def lost_after(first: Tick, ticks: Sequence[Tick]) -> int:
    """Return how many ticks were lost between a song's first and those that came then.

    Senders take their time after the first, too: only whole ticks count, of GAPS.
    """
    line = regress(ticks, 0.0, 0.0)
    due = -line.error(first) / line.period + 1  # ticks from the first to the next
    return round(due) - 1 if round(due) in GAPS and abs(due - round(due)) < WHOLE else 0


def like_a_period(interval: float, period: float = 0.0) -> bool:
    """Tell whether an interval is an audio period, `period` seconds or else one of PERIODS."""
    return any(abs(interval / known - 1) <= CLOSE for known in ((period,) if period else PERIODS))


def without_outliers(ticks: Sequence[Tick], fit: Fit, near: float) -> list[Tick]:
    """Return the ticks within three robust standard deviations, or `near` seconds, of the line."""
    errors = sorted(abs(fit.error(t)) for t in ticks)
    limit = max(3 * 1.4826 * errors[len(errors) // 2], near)
    return [t for t in ticks if abs(fit.error(t)) <= limit]
