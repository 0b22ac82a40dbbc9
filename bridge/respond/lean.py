"""What is asked for as a lean of the dice: how much likelier some shifts, voices, pitches become.

A network that has heard a phrase follows it rather than a wish, for in music the past tells nearly
all; so whatever a count of notes can tell (density, register, tonality, voices) is helped along
here. A wish that the phrase fulfils already leans nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bridge.core.keys import SCALES, TONICS
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS, VOICES
from bridge.core.wishes import BY_NAME
from bridge.respond.balance import WINDOW as BALANCED
from bridge.respond.balance import Balance, balance
from bridge.respond.manner import TAIL, Manner
from bridge.respond.steps import PITCH, SHIFT, SIZES

Floats = NDArray[np.float32]

#: What each choice of a density means in notes a beat, and of a register as mean pitch.
DENSITIES = (1.0, 2.2, 4.0, 6.5, 10.0)
CENTRES = (44.0, 53.5, 60.5, 67.5, 76.0)

#: Logits for each doubling of a shift, by doublings of density asked for, to begin with; what an
#: answer then turns out to be corrects it every beat, by so much for each doubling it is off.
SLOPE, STEEPEST, CORRECTION = -0.8, 4.0, 0.5
THINNER = 0.75  # logits a further note of a chord loses, by slope
WINDOW = 4 * TICKS_PER_BEAT  # ticks of an answer by which its density is told
WIDTH = 5.0  # semitones about a register's centre within which pitches are hardly held back
NEAR_CENTRE = 2  # pitches that can be equally near to a register's centre
FOREIGN = -5.0  # logits of a pitch class that the tonality asked for does not have
LOOKED_BACK = max(WINDOW, BALANCED)  # ticks, and TAIL notes, of an answer that matter


@dataclass(frozen=True, slots=True)
class Pace:
    """How an answer is kept to a density."""

    target: float  # notes a beat
    usual: int  # ticks from one onset of the phrase to the next
    slope: float  # logits for each doubling of a shift
    looked: int = 0  # tick of the answer at which the slope was set

    @property
    def shifts(self) -> Floats:
        """The lean of all shifts, (193,).

        A chord stays as likely as it is beside the usual shift, else its notes would pile up; but
        who plays fewer notes plays thinner chords, too.
        """
        found = self.slope * np.log2(1 + np.arange(SIZES[SHIFT]) / 6)
        found[0] = found[min(self.usual, SIZES[SHIFT] - 1)] - THINNER * max(self.slope, 0)
        return found.astype(np.float32)

    def after(self, onsets: Sequence[int]) -> Pace:
        """Return the pace after an answer with these onsets (ticks), corrected once a beat."""
        begin, now = onsets[0], onsets[-1]
        if now - max(self.looked, begin) < TICKS_PER_BEAT:
            return self
        # A silence counts whole, however long it was.
        since = min(max(begin, now - WINDOW), onsets[-2])
        count = len(onsets) - bisect_right(onsets, since)
        rate = count * TICKS_PER_BEAT / (now - since)
        slope = self.slope + CORRECTION * float(np.log2(rate / self.target))
        return replace(self, slope=float(np.clip(slope, -STEEPEST, STEEPEST)), looked=now)


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """Logits to be added to shifts (193,), voices (13,) and pitches by voice (13, 128)."""

    shifts: Floats = field(default_factory=lambda: np.zeros(SIZES[SHIFT], np.float32))
    voices: Floats = field(default_factory=lambda: np.zeros(len(VOICES), np.float32))
    pitches: Floats = field(
        default_factory=lambda: np.zeros((len(VOICES), SIZES[PITCH]), np.float32)
    )
    pace: Pace | None = None  # whence the lean of the shifts, if a density is asked for
    balance: Balance | None = None  # whence that of the voices, if some are asked for
    manner: Manner | None = None  # of the style asked for: part of shifts and pitches
    steady: Floats | None = None  # (13, 128): the pitches without the manner, if there is one

    @property
    def follows(self) -> bool:
        """Whether it depends on what an answer plays."""
        return any(each is not None for each in (self.pace, self.balance, self.manner))

    def after(self, answer: Sequence[Note]) -> Lean:
        """Return how to lean after the notes of an answer so far; itself where there is no news.

        Its `tail` is enough.
        """
        found = self
        if self.pace and (pace := self.pace.after([n.onset for n in answer])) is not self.pace:
            found = replace(found, shifts=pace.shifts, pace=pace)
        if self.balance and (even := self.balance.after(answer)) is not self.balance:
            found = replace(found, voices=even.voices, balance=even)
        return found.at(answer)

    def at(self, answer: Sequence[Note]) -> Lean:
        """Return the same lean where the manner is that after the notes of an answer so far."""
        return self.with_manner(self.manner.after(answer)) if self.manner else self

    def with_manner(self, manner: Manner) -> Lean:
        """Return the lean with the manner of a style, in place of one that it has."""
        steady = self.pitches if self.steady is None else self.steady
        shifts = manner.shifts + self.pace.shifts if self.pace else manner.shifts
        pitches = steady + manner.pitches
        return replace(self, shifts=shifts, pitches=pitches, manner=manner, steady=steady)

    def centre(self, voice: int) -> float | None:
        """Return the pitch leaned to most; None where it is no register that is leaned to."""
        row = (self.pitches if self.steady is None else self.steady)[voice]
        best = np.flatnonzero(row == row.max())
        return float(best.mean()) if len(best) <= NEAR_CENTRE else None


def tail(first: Note, latest: Iterable[Note]) -> list[Note]:
    """Return what a lean goes by of an answer: its `first` note, and the latest ones.

    `latest` has all, the last one first; it is read as far as needed.
    """
    found: list[Note] = []
    for note in latest:
        if len(found) >= TAIL and note.onset <= found[0].onset - LOOKED_BACK:
            return [first, *reversed(found)]
        found.append(note)
    return found[::-1]


def lean(
    wishes: Mapping[str, str], phrase: Sequence[Note], key: str, voices: Collection[int] = ()
) -> Lean:
    """Return how to lean for some wishes, after a phrase in a key such as "F# minor" or "".

    `voices` are those asked for beside or instead of the phrase's.
    """
    if not phrase:
        return Lean()
    found = Lean()
    if _differs(wishes, "density", played := density(phrase)):
        target = DENSITIES[BY_NAME["density"].choices.index(wishes["density"])]
        slope = float(np.clip(SLOPE * np.log2(target / played), -STEEPEST, STEEPEST))
        pace = Pace(target, usual_shift(phrase), slope)
        found = Lean(shifts=pace.shifts, pace=pace)
    if even := balance(voices, phrase):
        found = replace(found, voices=even.voices, balance=even)
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
