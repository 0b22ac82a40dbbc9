"""The note-step families as continuers.

Inside, a context has a timeline of its own that starts at a bar line, keeps the place in the bar,
and shortens silences: a model trained on music has never heard two minutes of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.core.music import Note
from bridge.respond.continuer import Bits
from bridge.respond.limits import Limits
from bridge.respond.memory import Memory
from bridge.respond.notes.graph import CAPACITY, StepGraph
from bridge.respond.steps import (
    ATTRIBUTES,
    DURATIONS,
    LONGEST_BAR,
    LONGEST_SHIFT,
    SIZES,
    START,
    UNKNOWN_DURATION,
    UNKNOWN_VELOCITY,
    duration_class,
    velocity_class,
    velocity_of,
)

LONGEST_SILENCE = 4  # bars; longer gaps are shortened by whole bars
KEEP = 384  # steps that stay when a context is full
LONGEST_CONTEXT = 8192  # ticks; the model's table of angles ends here


class NoteContinuer:
    """A note-step model: one run of its graph a note.

    The last step heard is held back and read only when a note is drawn, because reading and drawing
    are one run.
    """

    def __init__(self, name: str, graph: StepGraph) -> None:
        self.name, self.provider = name, graph.provider
        self._graph = graph
        self.forget()

    def forget(self) -> None:
        """Begin a new context."""
        self._graph.rewind(0)
        self._rows: list[tuple[int, ...]] = []  # steps of the context, START first
        self._dropped = 0  # notes heard before the oldest row
        self._bias = 0  # song tick less context tick
        self.memory = Memory()

    def mark(self) -> int:
        """Return a mark of what has been heard so far."""
        return self._dropped + max(len(self._rows) - 1, 0)

    def rewind(self, mark: int) -> None:
        """Forget everything heard after a mark; a mark older than the context empties it."""
        kept = max(mark - self._dropped, 0) + 1
        if kept == 1:
            self.forget()
            return
        del self._rows[kept:]
        self._graph.rewind(min(self._graph.length, kept - 1))
        self.memory.unlearn(mark)

    def feed(self, notes: Sequence[Note], bar: int) -> None:
        """Hear notes in order; all but the last are read at once."""
        for note in notes:
            self._take(note, bar)
        self._read()

    def _take(self, note: Note, bar: int) -> None:
        """Append a note to the context's rows."""
        bar = min(bar, LONGEST_BAR)
        tick = self._context_tick(note.onset, bar)
        shift = min(tick - self._rows[-1][7], LONGEST_SHIFT)
        attributes = (
            shift,
            note.voice,
            note.pitch,
            duration_class(note.duration) if note.duration else UNKNOWN_DURATION,
            velocity_class(note.velocity) if note.velocity else UNKNOWN_VELOCITY,
        )
        self._rows.append((*attributes, tick % bar, bar, tick))
        self.memory.learn(shift, note.voice, note.pitch)

    def _context_tick(self, onset: int, bar: int) -> int:
        """Return where an onset stands in the context, opening or making room where needed."""
        if not self._rows:
            self._bias = onset // bar * bar
            self._rows = [(*START, 0, bar, 0)]
        last = self._rows[-1][7]
        gap = onset - self._bias - last
        if gap > LONGEST_SILENCE * bar or gap < -bar // 4:
            self._bias = onset - (last + (onset - self._bias - last) % bar)
            gap = onset - self._bias - last
        if last + max(gap, 0) >= LONGEST_CONTEXT or len(self._rows) >= CAPACITY:
            self._shorten(bar)
            last = self._rows[-1][7]
        return max(onset - self._bias, last)

    def _shorten(self, bar: int) -> None:
        """Drop the oldest steps, so that the rest begins with START near tick 0."""
        kept = self._rows[-KEEP:]
        room = [row for row in kept if row[7] > kept[-1][7] - LONGEST_CONTEXT // 2]
        origin = room[0][7] // bar * bar
        first = (min(room[0][7] - origin, LONGEST_SHIFT), *room[0][1:])
        moved = [(*row[:7], row[7] - origin) for row in (first, *room[1:])]
        self._dropped += len(self._rows) - 1 - len(moved)
        self._bias += origin
        self._rows = [(*START, 0, bar, 0), *moved]
        self._graph.rewind(0)

    def _read(self) -> None:
        """Read all rows but the last into the graph's memory."""
        unread = self._rows[self._graph.length : -1]
        self._graph.wish[:] = 0
        if unread:
            self._graph.read(np.array(unread, np.int64))

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        """Draw one note and take it as heard; an empty context opens at bar line 0.

        With `earliest`, the note falls at that tick or after it, with `exact` right there.
        """
        graph = self._graph
        if not self._rows:
            self._bias = (limits.earliest or 0) // 96 * 96
            self._rows = [(*START, 0, 96, 0)]
        if len(self._rows) >= CAPACITY or self._rows[-1][7] >= LONGEST_CONTEXT - 4 * LONGEST_SHIFT:
            self._shorten(self._rows[-1][6])
        self._read()
        graph.frame(limits)
        graph.wish[0] = limits.wish
        last, bar = self._rows[-1][7], self._rows[-1][6]
        graph.force[:] = -1
        graph.land[0] = -1
        gap = 0
        if limits.earliest is not None:
            tick = self._context_tick(limits.earliest, bar)
            last, gap = self._rows[-1][7], tick - self._rows[-1][7]
            if limits.exact or gap >= LONGEST_SHIFT:
                graph.force[0, 0] = min(gap, LONGEST_SHIFT)
                graph.land[0] = tick % bar
        below = max(gap, int(limits.single))
        graph.mask_shifts(below)
        graph.recall.fill(self.memory, limits.memory, int(graph.force[0, 0]))
        graph.u[0] = rng.random(5, dtype=np.float32)
        graph.rewind(len(self._rows) - 1)
        graph.step(self._rows[-1])
        shift, voice, pitch, duration, velocity = graph.note[0].tolist()
        tick = last + (max(gap, shift) if shift == LONGEST_SHIFT else shift)
        self._rows.append((shift, voice, pitch, duration, velocity, tick % bar, bar, tick))
        self.memory.learn(shift, voice, pitch, counted=False)
        return Note(tick + self._bias, voice, pitch, DURATIONS[duration], velocity_of(velocity))

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[Bits]:
        """Hear notes one by one; return what each cost, in the order of ATTRIBUTES."""
        graph, costs = self._graph, []
        graph.wish[:] = 0
        for note in notes:
            self._take(note, bar)
            self.memory.unlearn(len(self.memory) - 1)
            graph.rewind(len(self._rows) - 2)
            unread = self._rows[graph.length : -2]
            if unread:
                graph.read(np.array(unread, np.int64))
            row = self._rows[-1]
            known = np.array(row[:5]) < SIZES
            graph.force[0] = np.where(known, row[:5], -1)
            graph.land[0] = row[5]
            graph.recall.fill(self.memory, memory, row[0])
            self.memory.learn(*row[:3])
            graph.step(self._rows[-2])
            costs.append(tuple(np.where(known, graph.bits[0], 0.0).tolist()))
        assert all(len(c) == len(ATTRIBUTES) for c in costs)
        return costs
