"""How the notes of a style differ from those of all styles, as logits for the note that comes next.

A table learnt by `bridge.training.manners` holds log P(in the style) - log P(in all styles), which
multiplied by what a network says makes a product of experts: of the shift, after the last shift, a
place in the beat and a size of chord; of a tuned pitch, as an interval, after two intervals; of a
drum, after the drum before and a quarter of the beat. A style that the phrase has already leans
nothing.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS, VOICES
from bridge.core.wishes import BY_NAME
from bridge.respond.arrays import ArrayFile
from bridge.respond.steps import LONGEST_SHIFT, PITCH, SHIFT, SIZES

STYLES = BY_NAME["style"].choices
CHORD = 4  # notes at one onset; more count as so many
WIDEST, WIDEST_BEFORE = 24, 12  # semitones of an interval, and of the one before; more count as so
INTERVALS, BEFORE = 2 * WIDEST + 1, 2 * WIDEST_BEFORE + 1
UNITS = 40.0  # of the table to a logit
#: How many times the table is added: the network is surer of going on as before than any table.
STRENGTH = 2.5
LOWEST_DRUM, DRUM_KEYS = 32, 56  # pitches of the drums; others count as the nearest
QUARTERS = 4  # of a beat, in which a drum's place is told
#: Where the last shift but 0 passes from one class to the next, and an interval; ticks, semitones.
SHIFT_EDGES, STEP_EDGES = (3, 5, 6, 8, 12, 18, 24), (-2, 0, 1, 3)

SHAPES = {
    # by style, whether drums play alone, last shift but 0, place in the beat, notes at the onset
    "shifts": (len(STYLES), 2, len(SHIFT_EDGES) + 1, TICKS_PER_BEAT, CHORD, SIZES[SHIFT]),
    # by style, notes at the onset, second interval before, interval before
    "intervals": (len(STYLES), CHORD, len(STEP_EDGES) + 1, BEFORE, INTERVALS),
    # by style, notes at the onset, quarter of the beat, drum before
    "drums": (len(STYLES), CHORD, QUARTERS, DRUM_KEYS, DRUM_KEYS),
}
FINGERPRINT = f"{zlib.crc32(repr((STYLES, SHAPES, UNITS)).encode()):08x}"
FILE = ArrayFile("manners of styles", "tables", FINGERPRINT, "make styles", tuple(SHAPES))

TAIL = 16  # notes by which it is told what comes next

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Table = NDArray[np.int8]

_KEYS = np.arange(SIZES[PITCH])
_NOTHING = np.zeros(SIZES[SHIFT], np.float32), np.zeros((len(VOICES), SIZES[PITCH]), np.float32)


class Seen(NamedTuple):
    """Where notes came in the tables, a row for each axis but that of styles and drums alone."""

    shifts: Ints  # (4, N - 1)
    intervals: Ints  # (4, fewer)
    drums: Ints  # (4, fewer)


def seen(onset: Ints, voice: Ints, pitch: Ints) -> Seen:
    """Return where notes (N,) in order came; ticks with beats at multiples of 24."""
    row = np.arange(len(onset))
    shift = np.minimum(np.diff(onset), LONGEST_SHIFT)
    moved = np.diff(onset, prepend=-1) != 0
    first = np.maximum.accumulate(np.where(moved, row, 0))
    chord = np.minimum(row - first, CHORD - 1)
    place = onset % TICKS_PER_BEAT
    step_to = np.searchsorted(SHIFT_EDGES, np.concatenate([[0], shift]))
    last = step_to[first]
    tuned, drum = np.flatnonzero(voice != DRUMS), np.flatnonzero(voice == DRUMS)
    steps = np.diff(pitch[tuned])
    key = drum_key(pitch[drum])
    before = drum[1:] - 1
    return Seen(
        np.stack([last[:-1], place[:-1], chord[:-1], shift]),
        np.stack([
            chord[tuned[3:] - 1],
            np.searchsorted(STEP_EDGES, steps[:-2], side="right"),
            np.clip(steps[1:-1], -WIDEST_BEFORE, WIDEST_BEFORE) + WIDEST_BEFORE,
            np.clip(steps[2:], -WIDEST, WIDEST) + WIDEST,
        ]),
        np.stack([chord[before], place[before] * QUARTERS // TICKS_PER_BEAT, key[:-1], key[1:]]),
    )  # fmt: skip


class Here(NamedTuple):
    """Whence the next note goes on: places in the tables as `seen` tells them, less the choice.

    Places are empty where too little was heard.
    """

    shift: tuple[int, ...]
    interval: tuple[int, ...]
    drum: tuple[int, ...]
    pitch: int  # of the last tuned note

    @classmethod
    def after(cls, notes: Sequence[Note]) -> Here:
        """Return where things stand after some notes, at least one."""
        now = notes[-1].onset
        chord = min(sum(note.onset == now for note in notes), CHORD) - 1
        earlier = next((note.onset for note in reversed(notes) if note.onset != now), now)
        last = bisect_left(SHIFT_EDGES, now - earlier)
        place = now % TICKS_PER_BEAT
        tuned = [note.pitch for note in notes if note.voice != DRUMS][-3:]
        interval: tuple[int, ...] = ()
        if len(tuned) == 3:
            before = min(max(tuned[2] - tuned[1], -WIDEST_BEFORE), WIDEST_BEFORE) + WIDEST_BEFORE
            interval = chord, bisect_right(STEP_EDGES, tuned[1] - tuned[0]), before
        key = next((note.pitch for note in reversed(notes) if note.voice == DRUMS), None)
        drum: tuple[int, ...] = ()
        if key is not None:
            quarter = place * QUARTERS // TICKS_PER_BEAT
            drum = chord, quarter, min(max(key - LOWEST_DRUM, 0), DRUM_KEYS - 1)
        return cls((last, place, chord), interval, drum, tuned[-1] if tuned else 0)


def drum_key(pitch: Ints) -> Ints:
    """Return the columns of drums in the tables."""
    return np.clip(pitch - LOWEST_DRUM, 0, DRUM_KEYS - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Manners:
    """The tables of all styles, of SHAPES, in units of 1 / UNITS logits."""

    shifts: Table
    intervals: Table
    drums: Table
    strength: float = STRENGTH

    @classmethod
    def load(cls, path: Path) -> Manners | None:
        """Read a file made by `bridge.training.manners`; None where there is none.

        Raises ModelError where it does not fit.
        """
        tables = FILE.read(path)
        if tables is None:
            return None
        return cls(tables["shifts"], tables["intervals"], tables["drums"])

    def style(self, notes: Sequence[Note]) -> str:
        """Return the style that notes are in, as far as the tables tell."""
        columns = np.array([(n.onset, n.voice, n.pitch) for n in notes], np.int64).reshape(-1, 3).T
        found = seen(*columns)
        alone = int((columns[1] == DRUMS).all())
        told = self.shifts[:, alone][:, *found.shifts].sum(axis=1, dtype=np.int64)
        told += self.intervals[:, *found.intervals].sum(axis=1, dtype=np.int64)
        told += self.drums[:, *found.drums].sum(axis=1, dtype=np.int64)
        return STYLES[int(told.argmax())]

    def manner(self, style: str, phrase: Sequence[Note], *, drums: bool) -> Manner | None:
        """Return how to begin after a phrase; `drums` play alone.

        None where no style is asked for, or the phrase has it.
        """
        if style not in STYLES or self.style(phrase) == style:
            return None
        row, end = STYLES.index(style), tuple(phrase[-TAIL:])
        tables = self.shifts[row, int(drums)], self.intervals[row], self.drums[row]
        return Manner(tables, self.strength, end, *_NOTHING).after(())


@dataclass(frozen=True, slots=True, eq=False)
class Manner:
    """How an answer is kept to a style: what its tables say of the next note."""

    tables: tuple[Table, Table, Table]  # of SHAPES without the axes of styles, and of drums alone
    strength: float
    phrase: tuple[Note, ...]  # its end, which the answer goes on from
    shifts: Floats  # (193,), logits
    pitches: Floats  # (13, 128), logits

    def after(self, answer: Sequence[Note]) -> Manner:
        """Return how to go on after the notes of an answer so far."""
        here = Here.after((*self.phrase, *answer[-TAIL:])[-TAIL:])
        shifts, intervals, drums = self.tables
        scale = np.float32(self.strength / UNITS)
        pitches = np.zeros((len(VOICES), SIZES[PITCH]), np.float32)
        if here.interval:
            steps = np.clip(_KEYS - here.pitch, -WIDEST, WIDEST) + WIDEST
            pitches[:] = intervals[here.interval][steps] * scale
        pitches[DRUMS] = drums[here.drum][drum_key(_KEYS)] * scale if here.drum else 0
        return replace(self, shifts=shifts[here.shift] * scale, pitches=pitches)
