"""When a message really arrived, though it was only looked for now and then.

Conventions: seconds are monotonic and passed in. The MIDI system says how many seconds passed
between one message and the next; only the constant between its clock and ours is unknown. No
message can arrive after it was found, so the smallest distance seen lately is the best guess.
"""

from __future__ import annotations

import math

LATELY = 2.0  # seconds; bounds how long a message lost by the system can mislead us


class Stamps:
    """Turns the system's intervals into our seconds."""

    def __init__(self) -> None:
        self._elapsed = 0.0  # seconds of the system's clock since its first message
        self._least = self._before = math.inf  # ours minus the system's: in this span, the last
        self._since = -math.inf  # second this span began

    def stamp(self, interval: float, now: float) -> float:
        """Return the second of a message found at `now`, `interval` seconds after the last."""
        self._elapsed += interval
        if now - self._since > LATELY:
            self._before = self._least if now - self._since < 2 * LATELY else math.inf
            self._least, self._since = math.inf, now
        self._least = min(self._least, now - self._elapsed)
        return self._elapsed + min(self._least, self._before)
