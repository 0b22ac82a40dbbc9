"""Straight lines through clock ticks: least squares, and what is too far off to count.

Conventions: a tick is (how many came before it, the monotonic second it came).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Tick = tuple[int, float]  # how many came before it, the second it came


@dataclass(frozen=True, slots=True)
class Fit:
    """A line through ticks: `tick` fell at `second`, and one falls every `period` seconds."""

    tick: float
    second: float
    period: float

    def error(self, tick: Tick) -> float:
        """Return how many seconds late a tick came."""
        return tick[1] - self.second - (tick[0] - self.tick) * self.period


def regress(ticks: Sequence[Tick], period: float, prior: float) -> Fit:
    """Return the least-squares line; `prior` (square ticks) pulls its slope towards `period`."""
    tick = sum(t for t, _ in ticks) / len(ticks)
    second = sum(s for _, s in ticks) / len(ticks)
    square = prior + sum((t - tick) ** 2 for t, _ in ticks)
    product = prior * period + sum((t - tick) * (s - second) for t, s in ticks)
    return Fit(tick, second, product / square)


def without_outliers(ticks: Sequence[Tick], fit: Fit, near: float) -> list[Tick]:
    """Return the ticks within three robust standard deviations, or `near` seconds, of the line."""
    errors = sorted(abs(fit.error(t)) for t in ticks)
    limit = max(3 * 1.4826 * errors[len(errors) // 2], near)
    return [t for t in ticks if abs(fit.error(t)) <= limit]
