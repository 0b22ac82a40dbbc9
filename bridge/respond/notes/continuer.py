"""The note-step families as continuers."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bridge.core.music import Note
from bridge.respond.continuer import Bits
from bridge.respond.limits import Limits
from bridge.respond.memory import USUAL_TRUST, Memory, Trust
from bridge.respond.notes.graph import Held, StepGraph
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
from bridge.respond.timeline import USUAL_BAR, Timeline

KEEP = 384  # steps that stay when a context is full
LONGEST_CONTEXT = 8192  # ticks; the model's table of angles ends here
SLIDES = 4  # of a context that can be taken back; sparse music slides every hundred notes


class Step(NamedTuple):
    """A step of the context, as a step graph takes it in; see `bridge.respond.steps`."""

    shift: int
    voice: int
    pitch: int
    duration: int
    velocity: int
    position: int  # ticks within the bar
    bar: int  # ticks
    tick: int  # of the context


class Slide(NamedTuple):
    """A context as it was before it let its oldest steps go."""

    mark: int
    rows: list[Step]
    dropped: int
    origin: int  # ticks that the rest was moved by
    held: Held


class NoteContinuer:
    """A note-step model: one run of its graph a note.

    Reading and drawing are one run, so the last step is read (again) when a note is drawn. Steps
    are read in the portions they were fed in, the last of each by itself, whenever that happens:
    8-bit kernels round a step by itself and a step in a chunk differently.
    """

    def __init__(self, name: str, graph: StepGraph, trust: Trust = USUAL_TRUST) -> None:
        self.name, self.provider = name, graph.provider
        self._graph, self._trust = graph, trust
        self.forget()

    def forget(self) -> None:
        """Begin a new context."""
        self._graph.rewind(0)
        self._rows: list[Step] = []  # of the context, START first
        self._portions: list[int] = []  # how many rows there were after each that is not read yet
        self._slides: deque[Slide] = deque(maxlen=SLIDES)
        self._dropped = 0  # notes heard before the oldest row
        self._timeline = Timeline()
        self.memory = Memory(self._trust)

    def mark(self) -> int:
        """Return a mark of what has been heard so far."""
        return self._dropped + max(len(self._rows) - 1, 0)

    def rewind(self, mark: int) -> None:
        """Forget everything heard after a mark; a mark older than the context empties it."""
        self._read(last=False)
        while self._slides and mark <= self._slides[-1].mark:
            self._slide_back(self._slides.pop())
        kept = max(mark - self._dropped, 0) + 1
        if kept == 1:
            self.forget()
            return
        del self._rows[kept:]
        self._portions.clear()
        self._timeline.rewind(mark)
        self._graph.rewind(min(self._graph.length, kept - 1))
        self.memory.unlearn(mark)

    def feed(self, notes: Sequence[Note], bar: int, *, counted: bool = True) -> None:
        """Hear notes in order; they are read by `catch_up`, or before a note is drawn."""
        self._portion()
        for note in notes:
            step = self._take(note, bar)
            self.memory.learn(step.shift, step.voice, step.pitch, counted=counted)
        self._portion()

    def catch_up(self) -> None:
        """Read all that was fed."""
        self._portion()
        self._read(last=True)

    def _take(self, note: Note, bar: int) -> Step:
        """Append a note to the context's rows; the memory learns it from the caller."""
        bar = min(bar, LONGEST_BAR)
        tick = self._context_tick(note.onset, bar)
        step = Step(
            min(tick - self._last, LONGEST_SHIFT),
            note.voice,
            note.pitch,
            duration_class(note.duration) if note.duration else UNKNOWN_DURATION,
            velocity_class(note.velocity) if note.velocity else UNKNOWN_VELOCITY,
            tick % bar,
            bar,
            tick,
        )
        self._rows.append(step)
        self._timeline.keep(self.mark())
        return step

    def _context_tick(self, onset: int, bar: int) -> int:
        """Return where an onset stands in the context, opening or making room where needed."""
        if not self._rows:
            self._open(onset, bar)
        tick = self._timeline.tick(onset, bar, self._last)
        if tick >= LONGEST_CONTEXT or len(self._rows) >= self._graph.capacity:
            self._slide(bar)
            tick = self._timeline.tick(onset, bar, self._last)
        return tick

    def _open(self, onset: int, bar: int) -> None:
        self._timeline.open(onset, bar)
        self._rows = [Step(*START, 0, bar, 0)]

    @property
    def _last(self) -> int:
        """The context's tick of the last step."""
        return self._rows[-1].tick

    def _slide(self, bar: int) -> None:
        """Let the oldest steps go, so that the rest begins near tick 0; nothing is read again."""
        self._read(last=True)
        rows = self._rows
        kept = rows[-KEEP:]
        room = [row for row in kept if row.tick > kept[-1].tick - LONGEST_CONTEXT // 2]
        origin = room[0].tick // bar * bar
        held = self._graph.held()
        self._slides.append(Slide(self.mark(), rows, self._dropped, origin, held))
        gone = len(rows) - 1 - len(room)
        self._rows = [rows[0], *(row._replace(tick=row.tick - origin) for row in room)]
        self._dropped += gone
        self._timeline.drop(origin)
        self._graph.slide(gone, origin)

    def _slide_back(self, slide: Slide) -> None:
        """Take the context up again as it was before a slide."""
        self._rows, self._dropped = slide.rows, slide.dropped
        self._timeline.drop(-slide.origin)
        self._graph.hold(slide.held)

    def _portion(self) -> None:
        """Let what was taken in so far be read before what follows."""
        if len(self._rows) > max(self._portions, default=self._graph.length):
            self._portions.append(len(self._rows))

    def _read(self, *, last: bool) -> None:
        """Read portion by portion; the very last row only if told so."""
        self._graph.wish[:] = 0
        for end in self._portions:
            self._read_to(end - 1)
            if last or end < len(self._rows):
                self._read_to(end)
        self._portions = [end for end in self._portions if end > self._graph.length]

    def _read_to(self, end: int) -> None:
        unread = self._rows[self._graph.length : end]
        if unread:
            self._graph.read(np.array(unread, np.int64))

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        """Draw one note and take it as heard."""
        graph = self._graph
        if not self._rows:
            self._open(limits.earliest or 0, USUAL_BAR)
        full = len(self._rows) >= graph.capacity
        if full or self._last >= LONGEST_CONTEXT - 4 * LONGEST_SHIFT:
            self._slide(self._rows[-1].bar)
        self._portion()
        self._read(last=False)
        graph.frame(limits)
        graph.wish[0] = limits.wish
        last, bar = self._last, self._rows[-1].bar
        graph.force[:] = -1
        graph.land[0] = -1
        gap = 0
        if limits.earliest is not None:
            tick = self._context_tick(limits.earliest, bar)
            last, gap = self._last, tick - self._last
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
        self._rows.append(Step(shift, voice, pitch, duration, velocity, tick % bar, bar, tick))
        self._timeline.keep(self.mark())
        self.memory.learn(shift, voice, pitch, counted=False)
        return Note(
            tick + self._timeline.bias, voice, pitch, DURATIONS[duration], velocity_of(velocity)
        )

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[Bits]:
        """Hear notes one by one; return what each cost, in the order of ATTRIBUTES."""
        graph, costs = self._graph, []
        self._portion()
        self._read(last=False)
        for note in notes:
            row = self._take(note, bar)
            graph.rewind(len(self._rows) - 2)
            self._read_to(len(self._rows) - 2)
            known = np.array(row[:5]) < SIZES
            graph.force[0] = np.where(known, row[:5], -1)
            graph.land[0] = row.position
            graph.recall.fill(self.memory, memory, row.shift)
            self.memory.learn(row.shift, row.voice, row.pitch)
            graph.step(self._rows[-2])
            costs.append(tuple(np.where(known, graph.bits[0], 0.0).tolist()))
        assert all(len(c) == len(ATTRIBUTES) for c in costs)
        return costs
