"""Tempo from tapping: the line through the last taps.

Conventions: seconds are monotonic; a tap is a quarter note.
"""

from __future__ import annotations

from bridge.listen.regression import regress

LEAST, MOST = 2, 8  # taps: enough for a tempo, more than that are forgotten
PAUSE = 2.0  # seconds: a tap after a longer one begins anew
BOUNCE = 0.12  # seconds: a second tap sooner is the same finger
OTHER = 0.3  # share of an interval by which one of another tempo differs
SLOWEST, FASTEST = 30.0, 300.0  # BPM


class Taps:
    """The last taps of one tempo."""

    def __init__(self) -> None:
        self._seconds: list[float] = []

    def tap(self, second: float) -> float | None:
        """Take a tap; return the tempo in BPM once there is one."""
        interval = second - self._seconds[-1] if self._seconds else PAUSE + 1
        if interval < BOUNCE:
            return None
        if interval > PAUSE:
            self._seconds.clear()
        elif len(self._seconds) >= LEAST and self._is_other(interval):
            del self._seconds[:-1]  # the last tap began the new tempo
        self._seconds = [*self._seconds, second][-MOST:]
        if len(self._seconds) < LEAST:
            return None
        period = regress(list(enumerate(self._seconds)), 0.0, 0.0).period
        return min(max(60.0 / period, SLOWEST), FASTEST)

    def _is_other(self, interval: float) -> bool:
        usual = (self._seconds[-1] - self._seconds[0]) / (len(self._seconds) - 1)
        return abs(interval - usual) > OTHER * usual
