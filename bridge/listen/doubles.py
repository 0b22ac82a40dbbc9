"""A clock that comes twice, by two cables from one master: every second tick is left out.

Conventions: intervals are seconds between a tick and the one before.

Two ticks in one go are no proof: a sound card with long periods sends them so. But in pairs less
than 40 ms apart, which would be a tempo above 125 BPM, it does not for long.
"""

from __future__ import annotations

TWIN, APART = 0.001, 0.040  # seconds: within a pair at most; from one pair to the next at most
BELIEVED = 8  # pairs in a row
DOUBTED = 4  # ticks in a row that come alone: the second cable is gone


class Doubles:
    """Tells which ticks to leave out."""

    def __init__(self) -> None:
        self.pairs = 0  # in a row
        self._alone = 0  # ticks in a row
        self._second = False  # whether the last tick was the second of a pair

    @property
    def believed(self) -> bool:
        """Whether the clock comes twice."""
        return self.pairs >= BELIEVED

    def is_double(self, interval: float) -> bool:
        """Take in a tick; tell whether it repeats the one before it."""
        if interval < TWIN and not self._second:
            self._second, self._alone = True, 0
            self.pairs += 1
            return self.believed
        alone = not self._second
        self._second = False
        self._alone = self._alone + 1 if alone else 0
        # Even a believed pair may lose one of its ticks, or come late along with others.
        broken = self._alone >= DOUBTED if self.believed else alone or interval < TWIN
        if broken or interval > APART:
            self.pairs = 0
        return False
