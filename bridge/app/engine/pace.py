"""How long the steps of a model took lately."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

REMEMBERED = 256  # steps


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the ordered values lie; 0 of none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of a step: half, 95 and 99 in 100 took at most this; 0 before the first."""

    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0

    @classmethod
    def of(cls, ordered: Sequence[float]) -> Pace:
        """Return the pace of steps, shortest first."""
        return cls(*(percentile(ordered, share) for share in (0.5, 0.95, 0.99)))


class Stopwatch:
    """Remembers the last steps; `pace` may be read from another thread."""

    def __init__(self) -> None:
        self.pace = Pace()
        self._steps: deque[float] = deque()
        self._ordered: list[float] = []  # the same steps

    def note(self, seconds: float) -> None:
        """Take in one step."""
        if len(self._steps) == REMEMBERED:
            del self._ordered[bisect_left(self._ordered, self._steps.popleft())]
        self._steps.append(seconds)
        insort(self._ordered, seconds)
        self.pace = Pace.of(self._ordered)

    def reset(self) -> None:
        """Forget all steps: another model takes over."""
        self._steps.clear()
        self._ordered.clear()
        self.pace = Pace()
