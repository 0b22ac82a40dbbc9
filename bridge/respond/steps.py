"""Notes as model steps: the classes of each attribute, and what a step tells a model.

A step is one note `(shift, voice, pitch, duration, velocity)`, all as class numbers:

- shift: ticks since the previous onset, 0..191 as they are; class 192 means "192 or more"
- voice: row of `bridge.core.voices.VOICES`
- pitch: 0..127
- duration: index into DURATIONS (ticks)
- velocity: 16 bands of 8

Besides, each step carries where it stands: position in the bar and bar length (ticks), and the
onset in ticks since the context began. These are computed, never predicted. Every context opens
with one START step on the bar line at or before the first note.

Run `python -m bridge.respond.steps` to print the table.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import Note
from bridge.core.voices import VOICE_NAMES

ATTRIBUTES = ("shift", "voice", "pitch", "duration", "velocity")
SHIFT, VOICE, PITCH, DURATION, VELOCITY = range(5)

DURATIONS = (
    1, 2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 20, 24, 30, 32, 36, 42, 48, 60, 64,
    72, 84, 96, 120, 144, 168, 192, 240, 288, 384,
)  # fmt: skip
LONGEST_SHIFT = 192
SIZES = (LONGEST_SHIFT + 1, len(VOICE_NAMES), 128, len(DURATIONS), 16)

#: Input-only classes: the step that opens a context, and attributes that are not known.
START_VOICE = len(VOICE_NAMES)
UNKNOWN_DURATION = len(DURATIONS)
UNKNOWN_VELOCITY = 16

LONGEST_BAR = 192  # ticks; positions in longer bars wrap
DRUM_DURATION = 6  # ticks: a drum is struck, its length says nothing

_MIDPOINTS = tuple((a * b) ** 0.5 for a, b in pairwise(DURATIONS))

FINGERPRINT = hashlib.sha256(
    repr((ATTRIBUTES, SIZES, DURATIONS, VOICE_NAMES, LONGEST_BAR, "start-step")).encode()
).hexdigest()[:16]


def duration_class(ticks: int) -> int:
    """Return the class whose length is nearest to `ticks`, by ratio."""
    return bisect_left(_MIDPOINTS, max(ticks, 1))


def velocity_class(velocity: int) -> int:
    """Return the band (0..15) of a velocity 1..127."""
    return velocity >> 3


def velocity_of(band: int) -> int:
    """Return the velocity in the middle of a band (0..15)."""
    return band * 8 + 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where an onset stands: ticks within its bar, and the length of that bar in ticks."""

    position: int
    bar: int

    def after(self, shift: int) -> Place:
        """Return the place `shift` ticks later in the same meter."""
        return Place((self.position + shift) % self.bar, self.bar)


@dataclass(frozen=True, slots=True)
class Steps:
    """N steps as arrays, ready to be fed; all int64."""

    notes: NDArray[np.int64]  # (N, 5) class numbers
    position: NDArray[np.int64]  # (N,) ticks within the bar, < LONGEST_BAR
    bar: NDArray[np.int64]  # (N,) length of the bar in ticks, <= LONGEST_BAR
    tick: NDArray[np.int64]  # (N,) onset in ticks since the context began

    def __len__(self) -> int:
        return len(self.tick)


#: The class numbers of the step that opens a context.
START = (0, START_VOICE, 0, UNKNOWN_DURATION, UNKNOWN_VELOCITY)


def encode(notes: Sequence[Note], bar: int, origin: int, previous: int) -> Steps:
    """Encode notes in order, without a START step.

    `bar` is the bar length in ticks, `origin` the tick (on a bar line) where the context began,
    `previous` the onset before the first note, all on the timeline of the notes.
    """
    count = len(notes)
    onset = np.fromiter((n.onset for n in notes), np.int64, count)
    shift = np.diff(onset, prepend=previous)
    if count and shift.min() < 0:
        raise ValueError(f"notes must be in order of onset, not {shift.min()} ticks back")
    bar = min(bar, LONGEST_BAR)
    return Steps(
        notes=np.stack(
            [
                np.minimum(shift, LONGEST_SHIFT),
                np.fromiter((n.voice for n in notes), np.int64, count),
                np.fromiter((n.pitch for n in notes), np.int64, count),
                np.fromiter((duration_class(n.duration) for n in notes), np.int64, count),
                np.fromiter((velocity_class(n.velocity) for n in notes), np.int64, count),
            ],
            axis=1,
        ),
        position=(onset - origin) % bar,
        bar=np.full(count, bar, np.int64),
        tick=onset - origin,
    )


if __name__ == "__main__":
    for _name, _size in zip(ATTRIBUTES, SIZES, strict=True):
        print(f"{_name:9} {_size:4} classes")  # noqa: T201 - this is the printed table
    print(f"fingerprint {FINGERPRINT}")  # noqa: T201
