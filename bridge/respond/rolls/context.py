"""What a roll model has heard: notes as rows, and the roll they make.

As with other families, a context has a timeline of its own (`bridge.respond.timeline`). All else
follows from the rows, so going back is taking rows away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import Note
from bridge.respond.limits import Limits
from bridge.respond.memory import Memory, Trust
from bridge.respond.rolls.frames import (
    BAR_CELLS,
    CELL,
    FRAME,
    KEYS,
    LOWEST,
    NO_KEY,
    Roll,
    cell_of,
    cells_of,
    key_of,
    places,
    strike,
)
from bridge.respond.rolls.graph import CAPACITY, Floats, RollGraph
from bridge.respond.steps import LONGEST_BAR, LONGEST_SHIFT
from bridge.respond.timeline import USUAL_BAR, Timeline

KEEP = 320  # frames that stay when a context is full
VOICE = 0  # the memory's voice: a roll has one
ROOM = 12 * BAR_CELLS  # frames kept free for silences and for what is drawn ahead


@dataclass(frozen=True, slots=True)
class Ahead:
    """Frames drawn ahead of a note, from its own on, and the limits they were drawn under."""

    limits: Limits
    frames: Roll  # (T, FRAME)
    sounding: NDArray[np.bool_]  # (84,): keys struck in them whose end is not drawn yet


@dataclass(frozen=True, slots=True)
class Row:
    """A heard note on the context's timeline."""

    onset: int  # song tick
    cell: int
    end: int  # the first frame in which it no longer sounds
    voice: int
    velocity: int  # 0 where it is not known
    key: int  # or NO_KEY
    bias: int  # song tick of frame 0
    bar: int  # ticks
    remembered: int  # notes in the memory before this frame
    since: int  # the frame of the notes before this frame's
    played: bool = True  # by the player
    ahead: Ahead | None = None

    @property
    def tick(self) -> int:
        """The context's tick."""
        return self.onset - self.bias


class Context:
    """Rows, their roll, their memory, and a graph that has heard none of it wrongly."""

    def __init__(self, graph: RollGraph, trust: Trust) -> None:
        self._graph, self._trust = graph, trust
        self.roll: Roll = np.zeros((CAPACITY, FRAME), np.uint8)
        self._places = places(0, CAPACITY, 0, USUAL_BAR)
        self.forget()

    def forget(self) -> None:
        """Begin a new context."""
        self.rows: list[Row] = []
        self.dropped = 0  # notes heard before the oldest row
        self.bias, self.bar = 0, USUAL_BAR
        self.memory = Memory(self._trust)
        self.roll[:] = 0
        self._graph.rewind(0)

    @property
    def cell(self) -> int:
        """The frame of the last note, -1 before the first."""
        return self.rows[-1].cell if self.rows else -1

    @property
    def last(self) -> tuple[int, int]:
        """Frame and key of the last event of the roll; (0, NO_KEY) before the first."""
        cell = next((row.cell for row in reversed(self.rows) if row.key != NO_KEY), None)
        if cell is None:
            return 0, NO_KEY
        return cell, max(row.key for row in self.group(cell))

    def foretold(self, cell: int) -> tuple[Floats, Floats]:
        """Return the logits of a frame, as `RollGraph.foretell` does."""
        return self._graph.foretell(cell, self.roll, self._places)

    def locate(self, onset: int, bar: int) -> int:
        """Return the frame of a song tick, opening, shortening or making room where needed."""
        bar = min(bar, LONGEST_BAR)
        self.make_room()
        timeline, last = Timeline(self.bias), 0
        if self.rows:
            last = self.rows[-1].tick
        else:
            timeline.open(onset, bar)
        tick = timeline.tick(onset, bar, last)
        self._turn(timeline.bias, bar, self.cell + 1)
        return max(cell_of(tick), self.cell)

    def _turn(self, bias: int, bar: int, begin: int) -> None:
        """Take over a bar length and the tick of frame 0 for the frames from `begin` on."""
        same = bar == self.bar and (bias - self.bias) % bar == 0
        self.bias, self.bar = bias, bar
        if not same:
            self._places[begin:] = places(begin, CAPACITY - begin, bias, bar)
            self._graph.rewind(begin)

    def group(self, cell: int) -> list[Row]:
        """Return the rows on the roll of the last frame that has any, if it is this one."""
        found: list[Row] = []
        for row in reversed(self.rows):
            if row.cell < cell:
                break
            if row.cell == cell and row.key != NO_KEY:
                found.append(row)
        return found

    def take(self, note: Note, bar: int, *, played: bool = True) -> None:
        """Hear a note, `played` by the player."""
        cell = self.locate(note.onset, bar)
        drawn = bool(self.rows) and self.rows[-1].ahead is not None
        known = self.cell if drawn else cell  # what was drawn ahead is not heard
        key = key_of(note.voice, note.pitch)
        self._append(note, key, cell, played=played)
        if drawn:
            self.redraw()
        elif key != NO_KEY:
            strike(self.roll, cell, key, cells_of(note.duration))
        self._graph.rewind(known + 1)

    def take_drawn(self, note: Note, key: int, cell: int, ahead: Ahead) -> None:
        """Hear a note that stands on the roll already, because it was drawn there."""
        self._append(note, key, cell, ahead, played=False)

    def _append(
        self, note: Note, key: int, cell: int, ahead: Ahead | None = None, *, played: bool
    ) -> None:
        group = self.group(cell)
        self.rows.append(
            Row(
                onset=note.onset,
                cell=cell,
                end=cell + cells_of(note.duration),
                voice=note.voice,
                velocity=note.velocity,
                key=key,
                bias=self.bias,
                bar=self.bar,
                remembered=group[0].remembered if group else len(self.memory),
                since=group[0].since if group else self.last[0],
                played=played,
                ahead=ahead,
            )
        )
        if key != NO_KEY:
            self._relearn()

    def remember(self, frames: int, key: int, *, counted: bool) -> None:
        """Let the memory know of a key, so many frames after the one before it."""
        self.memory.learn(min(CELL * frames, LONGEST_SHIFT), VOICE, LOWEST + key, counted=counted)

    def drop_ahead(self) -> None:
        """Wipe off the roll what was drawn ahead of the last note, if there is anything."""
        if self.rows and self.rows[-1].ahead is not None:
            self.redraw()

    def keep_frame(self, ahead: Ahead) -> NDArray[np.bool_]:
        """Wipe off the roll what was drawn ahead of the last note after its own frame.

        Returns the keys (84,) struck there that are not heard yet.
        """
        self.redraw()
        keys = ahead.frames[0, :KEYS] > 0
        keys[: self.rows[-1].key + 1] = False
        for key in np.flatnonzero(keys).tolist():
            strike(self.roll, self.cell, key, 1)
        return keys

    def _relearn(self) -> None:
        """Remember the keys of the last frame that has any anew, from the lowest up."""
        group = self.group(self.last[0])
        self.memory.unlearn(group[0].remembered)
        played = {row.key: row.played for row in group}
        frames = group[0].cell - group[0].since
        for key in sorted(played):
            self.remember(frames, key, counted=played[key])
            frames = 0

    def rewind(self, mark: int) -> None:
        """Take away the notes heard after a mark; a mark older than the context empties it."""
        kept = mark - self.dropped
        if kept <= 0:
            self.forget()
            return
        gone = [row for row in self.rows[kept:] if row.key != NO_KEY]
        del self.rows[kept:]
        row = self.rows[-1]
        self._turn(row.bias, row.bar, row.cell + 1)
        if gone:
            self.memory.unlearn(gone[0].remembered)
            if self.group(gone[0].cell):
                self._relearn()
        self.redraw(ahead=True)

    def redraw(self, *, ahead: bool = False) -> None:
        """Write the roll anew, with or without what was drawn ahead of the last note."""
        self.roll[:] = 0
        for row in self.rows:
            if row.key != NO_KEY:
                strike(self.roll, row.cell, row.key, row.end - row.cell)
        drawn = self.rows[-1].ahead if ahead else None
        if drawn is not None:
            self.roll[self.cell : self.cell + len(drawn.frames)] = drawn.frames
        self._graph.rewind(self.cell + 1)

    def make_room(self) -> None:
        """Where the context is nearly full, drop the oldest rows; the rest begins on a bar line."""
        if self.cell < CAPACITY - ROOM:
            return
        origin = self.cell - KEEP
        origin -= int(self._places[origin, 0])
        kept = [row for row in self.rows if row.cell >= origin]
        self.dropped += len(self.rows) - len(kept)
        self.rows = [
            replace(
                row,
                cell=row.cell - origin,
                end=row.end - origin,
                since=row.since - origin,
                bias=row.bias + CELL * origin,
            )
            for row in kept
        ]
        self.bias += CELL * origin
        self._places[:] = places(0, CAPACITY, self.bias, self.bar)
        self._graph.rewind(0)
        self.redraw(ahead=True)
