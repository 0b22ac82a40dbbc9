"""Time: a straight line between monotonic seconds and beats.

Conventions: seconds are `time.monotonic()` (one clock for all processes of a machine), beats are
quarter notes since the song began, tempo is quarter notes per minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BeatClock:
    """At `second`, beat `beat` fell, and the tempo is `bpm`; a tempo change gives a new line."""

    second: float
    beat: float
    bpm: float

    def beat_at(self, second: float) -> float:
        """Return the beat that falls at `second`."""
        return self.beat + (second - self.second) * self.bpm / 60.0

    def second_at(self, beat: float) -> float:
        """Return the second at which `beat` falls."""
        return self.second + (beat - self.beat) * 60.0 / self.bpm

    def with_tempo(self, bpm: float, second: float) -> BeatClock:
        """Return the line that goes on from `second` at another tempo, without a jump."""
        return BeatClock(second, self.beat_at(second), bpm)


def next_line(beat: float, every: float) -> float:
    """Return the first multiple of `every` beats at or after `beat`, a hair's breadth forgiven."""
    return math.ceil(beat / every - 1e-6) * every
