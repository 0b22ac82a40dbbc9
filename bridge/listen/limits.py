"""What no tempo can have: too many ticks in too little time, or too few in too much.

Conventions: intervals are seconds between a tick and the one before.

Too many for a moment is a backlog: a busy machine hands over at once what it had kept.
"""

from __future__ import annotations

from collections import deque

SLOWEST, FASTEST = 20.0, 400.0  # BPM
CROWD, CROWDED = 3, 0.005  # so many intervals of so few seconds: a backlog, not a tempo
RUSH, RUSHED = 24, 0.150  # so many within so many seconds, and as many more: hardly a backlog
TOO_MANY = 96  # more than so many: surely none
CRAWL, CRAWLED = 2, 0.1375  # so many intervals of so many seconds: no tempo either


class Limits:
    """Counts the intervals in a row that are too short or too long."""

    def __init__(self) -> None:
        self._crowd = self._crawl = 0  # too short, too long for any tempo
        self._latest: deque[float] = deque(maxlen=RUSH)  # seconds of the last ticks
        self._rush = 0  # ticks in a row that came too soon after those

    def note(self, second: float, interval: float) -> None:
        """Take in a tick."""
        self._crowd = self._crowd + 1 if interval < CROWDED else 0
        self._crawl = self._crawl + 1 if interval > CRAWLED else 0
        rushed = len(self._latest) == RUSH and second - self._latest[0] < RUSHED
        self._rush = self._rush + 1 if rushed else 0
        self._latest.append(second)

    @property
    def crowded(self) -> bool:
        """Whether the last ticks are a backlog."""
        return self._crowd >= CROWD

    @property
    def rushing(self) -> bool:
        """Whether there are more ticks just now than any tempo has."""
        return self._rush > 0

    def broken(self, *, caught_up: bool) -> bool:
        """Tell whether the last ticks make no sense.

        They may be a backlog as long as they have not `caught_up`.
        """
        rush = self._rush > TOO_MANY or (self._rush >= RUSH and caught_up)
        return rush or self._crawl >= CRAWL
