"""What becomes of a note-on that comes too late, and how many did.

Conventions: seconds of lateness; beats are quarter notes on the song's timeline.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from bridge.core.events import Play
from bridge.core.params import Settings

LATE = 0.020  # seconds: a note-on later than this is heard as late, and counted
GRID = 0.25  # beats: a step late notes may snap to, a sixteenth
REACH = 0.5  # beats: a note snaps at most this far, or a stall would end in a burst
SHORTEST = 0.05  # beats: even a late note is heard


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """Beyond `limit` seconds a note-on is played all the same, snapped to the grid or dropped."""

    choice: str = "drop"  # play, snap, drop
    limit: float = 0.120

    @classmethod
    def of(cls, settings: Settings) -> LatePolicy:
        """Return what the settings say."""
        return cls(settings.late_policy, settings.late_limit / 1000)


@dataclass(slots=True)
class Punctuality:
    """How note-ons fared since the beginning."""

    sent: int = 0
    late: int = 0
    snapped: int = 0
    dropped: int = 0
    worst: float = 0.0  # seconds

    def count_sent(self, lateness: float, *, snapped: bool = False) -> None:
        """Count a note-on that leaves; a snapped one was late already."""
        self.sent += 1
        self.snapped += snapped
        self.late += lateness > LATE and not snapped
        self.worst = max(self.worst, lateness)

    def count_missed(self, lateness: float) -> None:
        """Count what befell a note-on after it had left us in time."""
        self.late += lateness > LATE
        self.worst = max(self.worst, lateness)


def snapped(play: Play, now: float) -> Play | None:
    """Return a late note on the next step of the grid after beat `now`; None if that is too far.

    It ends where it would have ended, so that it does not run into what follows.
    """
    beat = (math.floor(now / GRID) + 1) * GRID
    if beat - play.beat > REACH:
        return None
    return replace(play, beat=beat, length=max(play.beat + play.length - beat, SHORTEST))
