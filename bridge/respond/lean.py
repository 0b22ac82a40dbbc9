"""What is asked for as a lean of the dice: how much likelier some shifts and pitches become.

A network that has heard a phrase follows it rather than a wish, for in music the past tells nearly
all; so whatever a count of notes can tell (density, register, tonality) is helped along here. A
wish that the phrase fulfils already leans nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bridge.core.keys import SCALES, TONICS
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS, VOICES
from bridge.core.wishes import BY_NAME
from bridge.respond.steps import PITCH, SHIFT, SIZES

Floats = NDArray[np.float32]

#: What each choice of a density means in notes a beat, and of a register as mean pitch.
DENSITIES = (1.0, 2.2, 4.0, 6.5, 10.0)
CENTRES = (44.0, 53.5, 60.5, 67.5, 76.0)

#: Logits for each doubling of a shift, by doublings of density asked for. Measured with the
#: note-transformer: 1 takes density times 0.7, 2 times 0.4, -1 times 1.2.
SLOPE, STEEPEST = -1.6, 3.0
WIDTH = 5.0  # semitones about a register's centre within which pitches are hardly held back
NEAR_CENTRE = 2  # pitches that can be equally near to a register's centre
FOREIGN = -5.0  # logits of a pitch class that the tonality asked for does not have


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """Logits to be added to shifts (193,) and to pitches by voice (13, 128); zeros lean nothing."""

    shifts: Floats = field(default_factory=lambda: np.zeros(SIZES[SHIFT], np.float32))
    pitches: Floats = field(
        default_factory=lambda: np.zeros((len(VOICES), SIZES[PITCH]), np.float32)
    )

    def centre(self, voice: int) -> float | None:
        """Return the pitch leaned to most; None where it is no register that is leaned to."""
        row = self.pitches[voice]
        best = np.flatnonzero(row == row.max())
        return float(best.mean()) if len(best) <= NEAR_CENTRE else None


def lean(wishes: Mapping[str, str], phrase: Sequence[Note], key: str) -> Lean:
    """Return how to lean for some wishes, after a phrase in a key such as "F# minor" or ""."""
    found = Lean()
    if not phrase:
        return found
    if _differs(wishes, "density", played := density(phrase)):
        wanted = DENSITIES[BY_NAME["density"].choices.index(wishes["density"])]
        slope = np.clip(SLOPE * np.log2(wanted / played), -STEEPEST, STEEPEST)
        found.shifts[:] = slope * np.log2(1 + np.arange(SIZES[SHIFT]) / 6)
        # A chord stays as likely as it is beside the usual shift: else its notes would pile up.
        found.shifts[0] = found.shifts[min(usual_shift(phrase), SIZES[SHIFT] - 1)]
    tuned = [note.pitch for note in phrase if note.voice != DRUMS]
    pitch = np.arange(SIZES[PITCH])
    if tuned and _differs(wishes, "register", float(np.mean(tuned))):
        centre = CENTRES[BY_NAME["register"].choices.index(wishes["register"])]
        found.pitches[:] -= ((pitch - centre) / WIDTH) ** 2 / 2
    tonality = wishes.get("tonality", "")
    if key and tonality in SCALES and key.split()[1] != tonality:
        root = TONICS.index(key.split(maxsplit=1)[0])
        foreign = ~np.isin((pitch - root) % 12, SCALES[tonality])
        found.pitches[:, foreign] += FOREIGN
    found.pitches[DRUMS] = 0
    return found


def density(phrase: Sequence[Note]) -> float:
    """Return the notes a beat of a phrase, which must have some; no phrase is under four beats."""
    onsets = [note.onset for note in phrase]
    return len(onsets) * TICKS_PER_BEAT / max(max(onsets) - min(onsets), 4 * TICKS_PER_BEAT)


def usual_shift(phrase: Sequence[Note]) -> int:
    """Return the mean ticks from one onset of a phrase to the next; a beat where there is one."""
    onsets = {note.onset for note in phrase}
    steps = len(onsets) - 1
    return round((max(onsets) - min(onsets)) / steps) if steps else TICKS_PER_BEAT


def _differs(wishes: Mapping[str, str], name: str, value: float) -> bool:
    """Tell whether a wish is not what is measured already."""
    wanted = wishes.get(name, "")
    return wanted in BY_NAME[name].choices and BY_NAME[name].choice_of(value) != wanted
