"""Notes as all measures read them: one table of plain musical numbers, whatever made the notes.

Conventions: onsets and durations are beats (quarter notes), onsets count from the item's first bar
line; voices are rows of `bridge.core.voices.VOICES`; pitch 0..127; velocity 1..127.

The truth and what a model has drawn go through the same door (`continuation_of`): what lies outside
the window is left out, notes stand in order of onset, voice, pitch, and doubles count once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import TICKS_PER_BEAT
from bridge.core.voices import DRUMS
from bridge.evaluation.items import CONTINUATION_BEATS, PRIME_BEATS, Ints, Item
from bridge.respond.steps import (
    DURATION,
    DURATIONS,
    LONGEST_SHIFT,
    PITCH,
    SIZES,
    VELOCITY,
    VOICE,
    Steps,
    velocity_of,
)

SEAM = PRIME_BEATS * TICKS_PER_BEAT  # tick at which continuations begin
END = SEAM + CONTINUATION_BEATS * TICKS_PER_BEAT  # tick at which they end

Floats = NDArray[np.float64]
Window = tuple[int, int]  # from tick, to before tick

_BEATS = np.array(DURATIONS) / TICKS_PER_BEAT
_VELOCITY = np.array([velocity_of(band) for band in range(SIZES[VELOCITY])])


@dataclass(frozen=True, slots=True)
class Passage:
    """N notes of a stretch of music, and where that stretch lies."""

    onset: Floats  # (N,) beats since the item's first bar line, never falling
    voice: Ints  # (N,) 0..12
    pitch: Ints  # (N,) 0..127
    duration: Floats  # (N,) beats, above 0
    velocity: Ints  # (N,) 1..127
    begin: float  # beats since the item's first bar line
    length: float  # beats, silence at both ends included
    bar_beats: float  # length of every bar

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def end(self) -> float:
        """The beat at which the stretch is over."""
        return self.begin + self.length

    @property
    def tick(self) -> Ints:
        """The onsets (N,) in ticks."""
        return np.rint(self.onset * TICKS_PER_BEAT).astype(np.int64)

    @property
    def bar_ticks(self) -> int:
        """The length of a bar in ticks."""
        return round(self.bar_beats * TICKS_PER_BEAT)

    @property
    def whole_bars(self) -> range:
        """The bars, counted from the item's first, that lie within the stretch."""
        begin, end = (round(beat * TICKS_PER_BEAT) for beat in (self.begin, self.end))
        return range(-(-begin // self.bar_ticks), end // self.bar_ticks)

    @property
    def pitched(self) -> Passage:
        """The same without the drums."""
        return self.only(self.voice != DRUMS)

    @property
    def drums(self) -> Passage:
        """The drums alone."""
        return self.only(self.voice == DRUMS)

    def only(self, chosen: NDArray[np.bool_]) -> Passage:
        """Return the chosen (N,) notes of the same stretch."""
        names = ("onset", "voice", "pitch", "duration", "velocity")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


def passage(notes: Ints, tick: Ints, bar: int, window: Window) -> Passage:
    """Return the notes that begin within a window.

    `notes` (N, 5) are class numbers as in `bridge.respond.steps` (shifts are not read), `tick` (N,)
    their onsets since the item's first bar line, `bar` the length of a bar in ticks.
    """
    order = _order(notes, tick)
    inside = order[(window[0] <= tick[order]) & (tick[order] < window[1])]
    notes = notes[inside]
    return Passage(
        onset=tick[inside] / TICKS_PER_BEAT,
        voice=notes[:, VOICE],
        pitch=notes[:, PITCH],
        duration=_BEATS[notes[:, DURATION]],
        velocity=_VELOCITY[notes[:, VELOCITY]],
        begin=window[0] / TICKS_PER_BEAT,
        length=(window[1] - window[0]) / TICKS_PER_BEAT,
        bar_beats=bar / TICKS_PER_BEAT,
    )


def prime_of(item: Item) -> Passage:
    """Return what is heard before the continuation."""
    steps, rows = item.steps, slice(1, item.begin)
    return passage(steps.notes[rows], steps.tick[rows], int(steps.bar[0]), (0, SEAM))


def continuation_of(item: Item, notes: Ints, tick: Ints) -> Passage:
    """Return drawn notes (N, 5) with onsets `tick` (N,) as a continuation of an item."""
    return passage(notes, tick, int(item.steps.bar[0]), (SEAM, END))


def truth_of(item: Item) -> Passage:
    """Return how an item really goes on; of a foil's item, how the foil does."""
    return continuation_of(item, item.steps.notes[item.begin :], item.steps.tick[item.begin :])


def continued(item: Item, notes: Ints, tick: Ints) -> Item:
    """Return an item with the same prime that goes on with other notes (N, 5) at `tick` (N,).

    Order, shifts and positions are made anew.
    """
    order = _order(notes, tick)
    heard, bar = item.steps, int(item.steps.bar[0])
    onset = np.concatenate([heard.tick[: item.begin], tick[order]])
    rows = np.concatenate([heard.notes[: item.begin], notes[order]])
    rows[1:, 0] = np.minimum(np.diff(onset), LONGEST_SHIFT)
    steps = Steps(
        notes=rows,
        position=np.concatenate([heard.position[: item.begin], tick[order] % bar]),
        bar=np.full(len(rows), bar, np.int64),
        tick=onset,
    )
    return replace(item, steps=steps)


def _order(notes: Ints, tick: Ints) -> Ints:
    """Return the rows in order of onset, voice, pitch; of doubles the first."""
    order = np.lexsort((notes[:, PITCH], notes[:, VOICE], tick))
    where = np.column_stack([tick, notes[:, VOICE], notes[:, PITCH]])[order]
    fresh = np.any(np.diff(where, axis=0, prepend=-1), axis=1)
    return order[fresh]
