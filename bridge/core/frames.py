"""Time: from JACK's frames to monotonic seconds and back, steady to the sample.

Conventions: frames are counted without wrapping, seconds are `time.monotonic()`. A cycle is never
seen before it begins, so the least distance between the two clocks lately is the best guess. Notes
are to be even before they are right to the microsecond; so once the line lies, it is moved by no
more than SLEW, and only when the clocks have drifted apart by SLACK.
"""

from __future__ import annotations

import math

WRAP = 1 << 32  # JACK's counter has 32 bits
WINDOW = 32  # cycles from one guess to the next
SLACK = 0.0002  # seconds
SLEW = 6e-5  # seconds in a second: more than sound cards drift, 0.4 samples in a sixteenth
STEP = 0.001  # seconds: the counter slipped, as it does when a machine stalls


class FrameClock:
    """A line of known slope; its place is learnt from cycles."""

    def __init__(self, rate: int) -> None:
        self.rate = rate  # frames a second
        self.settled = False  # whether a first guess was made
        self._anchor = 0.0  # second of frame 0
        self._least = math.inf
        self._cycles = 0
        self._frame: int | None = None  # the newest known
        self._moved = 0  # frame at which the line was looked at last

    def unwrapped(self, counter: int) -> int:
        """Return the frame that JACK's counter means, being near the newest one."""
        if self._frame is None:
            return counter
        return self._frame + (counter - self._frame + WRAP // 2) % WRAP - WRAP // 2

    def cycle(self, counter: int, second: float) -> int:
        """Learn that a cycle that began at a count was seen at `second`; return its frame."""
        frame = self._frame = self.unwrapped(counter)
        self._least = min(self._least, second - frame / self.rate)
        self._cycles += 1
        if self._cycles == WINDOW:
            self._guess(frame)
            self._least, self._cycles = math.inf, 0
        return frame

    def frame_at(self, second: float) -> int:
        """Return the frame nearest to a second."""
        return round((second - self._anchor) * self.rate)

    def second_at(self, frame: int) -> float:
        """Return the second at which a frame falls."""
        return self._anchor + frame / self.rate

    def _guess(self, frame: int) -> None:
        off = self._least - self._anchor
        most = SLEW * (frame - self._moved) / self.rate
        self._moved = frame
        if not self.settled or abs(off) > STEP:
            self._anchor, self.settled = self._least, True
        elif abs(off) > SLACK:
            self._anchor += math.copysign(min(most, abs(off)), off)
