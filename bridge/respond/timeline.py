"""A context's own timeline: it starts at a bar line, keeps the place in the bar, shortens silences.

A model trained on music has never heard two minutes of nothing.
"""

from __future__ import annotations

from bridge.core.music import Meter

USUAL_BAR = Meter().bar_ticks  # ticks: 4/4, where no bar has been heard
LONGEST_SILENCE = 4  # bars; longer gaps are shortened by whole bars


class Timeline:
    """Ticks of the song to ticks of the context and back; `bias` is song tick less context tick."""

    def __init__(self, bias: int = 0) -> None:
        self.bias = bias
        self._kept: list[tuple[int, int]] = []  # notes heard, and the bias from there on

    def open(self, onset: int, bar: int) -> None:
        """Let tick 0 be the bar line at or before an onset."""
        self.bias = onset // bar * bar

    def tick(self, onset: int, bar: int, last: int) -> int:
        """Return where an onset of the song stands; never before `last`, the latest one there.

        Long silences lose whole bars; a song that jumped back goes on where the context is.
        """
        gap = onset - self.bias - last
        if gap > LONGEST_SILENCE * bar or gap < -bar // 4:
            self.bias = onset - (last + gap % bar)
        return max(onset - self.bias, last)

    def drop(self, ticks: int) -> None:
        """Let the context begin `ticks` (whole bars) later."""
        self.bias += ticks
        self._kept = [(notes, bias + ticks) for notes, bias in self._kept]

    def keep(self, notes: int) -> None:
        """Remember how the context stands once so many notes have been heard."""
        if not self._kept or self._kept[-1][1] != self.bias:
            self._kept.append((notes, self.bias))

    def rewind(self, notes: int) -> None:
        """Let the context stand as it did after so many notes."""
        while self._kept and self._kept[-1][0] > notes:
            self._kept.pop()
        if self._kept:
            self.bias = self._kept[-1][1]
