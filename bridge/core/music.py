"""Notes, meters and phrases.

Conventions: positions and lengths are integer ticks, 24 per quarter note (one tick is one MIDI
clock); a beat is a quarter note; pitch is 0..127 with 60 as middle C; velocity is 1..127.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.errors import SettingError

TICKS_PER_BEAT = 24

#: Where onsets may fall within a beat: 32nds and 16th triplets, in ticks.
FINE_GRID = (0, 3, 4, 6, 8, 9, 12, 15, 16, 18, 20, 21)

#: The same for freely played music: 16ths and 8th triplets, in ticks.
PLAYED_GRID = (0, 6, 8, 12, 16, 18)


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note; sorts by onset, then voice, then pitch, which is the order models see."""

    onset: int  # ticks
    voice: int  # row of bridge.core.voices.VOICES
    pitch: int  # 0..127
    duration: int  # ticks, at least 1
    velocity: int  # 1..127
    offset: float = 0.0  # the player's feel: signed ticks between the grid and the real onset


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature: `beats` units of a 1/`unit` note in a bar."""

    beats: int = 4
    unit: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= 32:
            raise SettingError(f"meter: beats in a bar must be in 1..32, not {self.beats}")
        if self.unit not in (1, 2, 4, 8, 16, 32):
            raise SettingError(f"meter: unit must be 1, 2, 4, 8, 16 or 32, not {self.unit}")

    @property
    def bar_ticks(self) -> int:
        """The length of a bar in ticks: 96 for 4/4."""
        return self.beats * 4 * TICKS_PER_BEAT // self.unit

    @property
    def bar_beats(self) -> float:
        """The length of a bar in quarter notes: 4.0 for 4/4, 3.0 for 6/8."""
        return self.beats * 4 / self.unit

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"


def snap(tick: float, grid: tuple[int, ...] = FINE_GRID) -> int:
    """Return the tick on `grid` nearest to `tick`; of two equally near ones the earlier."""
    beat = int(tick // TICKS_PER_BEAT)
    inside = tick - beat * TICKS_PER_BEAT
    nearest = min((*grid, TICKS_PER_BEAT), key=lambda g: abs(g - inside))
    return beat * TICKS_PER_BEAT + nearest
