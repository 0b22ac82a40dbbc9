"""The piano-roll families as continuers: frames inside, notes outside."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS
from bridge.respond.continuer import Bits
from bridge.respond.limits import Limits
from bridge.respond.memory import USUAL_TRUST, Trust
from bridge.respond.rolls.context import Ahead, Context
from bridge.respond.rolls.costs import costs
from bridge.respond.rolls.drawing import Drawing, Keys
from bridge.respond.rolls.frames import CELL, KEYS, LOWEST, cell_of
from bridge.respond.rolls.graph import RollGraph

LONGEST_DRAWN = 2  # bars: a drawn note ends there at the latest
LONGEST_REST = 4  # bars: then something is struck
RECENT = 32  # notes of the player that tell how loud an answer is
USUAL_VELOCITY = 80


class RollContinuer:
    """A piano-roll model: one run of its graph a frame.

    It answers in one voice, the one heard last if that is allowed; how loud, it takes from what the
    player did at the same place in the beat.
    """

    def __init__(self, name: str, graph: RollGraph, trust: Trust = USUAL_TRUST) -> None:
        self.name, self.provider = name, graph.provider
        self._context = Context(graph, trust)

    def forget(self) -> None:
        """Begin a new context."""
        self._context.forget()

    def mark(self) -> int:
        """Return a mark of what has been heard so far."""
        return self._context.dropped + len(self._context.rows)

    def rewind(self, mark: int) -> None:
        """Forget everything heard after a mark; a mark older than the context empties it."""
        self._context.rewind(mark)

    def feed(self, notes: Sequence[Note], bar: int, *, counted: bool = True) -> None:
        """Hear notes in order; frames before that of the last one are read at once."""
        for note in notes:
            self._context.take(note, bar, played=counted)
        if notes:
            self._context.foretold(self._context.cell)

    def catch_up(self) -> None:
        """Do nothing: all frames before the last note's are read when it is fed."""

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[Bits]:
        """Hear notes frame by frame; return what each cost, in the order of ATTRIBUTES."""
        return costs(self._context, notes, bar, memory)

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        """Draw one note and take it as heard.

        Frames drawn to learn how long it lasts are played by the next calls, if their limits are
        the same; under another lean, the rest of its own frame is.
        """
        context = self._context
        context.make_room()
        cell = self._earliest(limits)
        voice = self._voice(limits)
        pitches = np.flatnonzero(limits.pitches[voice] == 0)
        drawing = Drawing(context, limits, _keys(pitches), rng)
        drawing.skip(cell)
        cell, key = self._onset(drawing, cell, exact=limits.exact)
        end = self._end(drawing, cell, key)
        drawing.close()
        note = Note(
            self._tick(cell, limits),
            voice,
            int(pitches[np.abs(pitches - LOWEST - key).argmin()]),
            CELL * (end - cell),
            self._velocity(cell),
        )
        frames = context.roll[cell : drawing.cell].copy()
        context.take_drawn(note, key, cell, Ahead(limits, frames, drawing.sounding))
        return note

    def _earliest(self, limits: Limits) -> int:
        """Return the first frame that may be struck, at least one after the last heard."""
        context = self._context
        if limits.earliest is None:
            return context.locate(0, context.bar) if not context.rows else context.cell
        cell = context.locate(limits.earliest, context.bar)
        if not limits.exact and CELL * cell + context.bias < limits.earliest:
            cell += 1
        return cell

    def _tick(self, cell: int, limits: Limits) -> int:
        """Return the song tick of a drawn note; those of a chord share it."""
        context = self._context
        if limits.earliest is not None and limits.exact:
            return limits.earliest
        if cell == context.cell:
            return context.rows[-1].onset
        return max(CELL * cell + context.bias, limits.earliest or 0)

    def _onset(self, drawing: Drawing, first: int, *, exact: bool) -> tuple[int, int]:
        """Return frame and key of the next note, drawing frames until there is one."""
        roll = self._context.roll
        cell, after = drawing.begin
        first = max(first, cell)
        most = LONGEST_REST * cell_of(self._context.bar)
        while True:
            if cell == drawing.cell:
                drawing.extend(must=exact or cell - first >= most)
            struck = np.flatnonzero(roll[cell, after + 1 : KEYS])
            if len(struck):
                return cell, after + 1 + int(struck[0])
            cell, after = cell + 1, -1

    def _end(self, drawing: Drawing, cell: int, key: int) -> int:
        """Return the frame in which a note no longer sounds, drawing frames until it is known."""
        end, last = cell + 1, cell + LONGEST_DRAWN * cell_of(self._context.bar)
        while end < last:
            if end == drawing.cell:
                drawing.extend(must=False)
            if not self._context.roll[end, KEYS + key]:
                return end
            end += 1
        drawing.sounding[key] = False
        return end

    def _voice(self, limits: Limits) -> int:
        """Return the voice of the answer: of those allowed the last heard, or the first tuned.

        Where only drums may play it is the last tuned one heard: a roll has no drums to strike.
        """
        free = np.flatnonzero(limits.voices[:DRUMS] == 0).tolist()
        heard = [row.voice for row in reversed(self._context.rows) if row.voice != DRUMS]
        last = [voice for voice in heard[:1] if voice in free or not free]
        return (last or free or [0])[0]

    def _velocity(self, cell: int) -> int:
        """Return the player's mean velocity of late, at this place in the beat if there is any."""
        played = [row for row in self._context.rows if row.played and row.velocity][-RECENT:]
        beat = TICKS_PER_BEAT // CELL
        like = [row for row in played if row.cell % beat == cell % beat] or played
        if not like:
            return USUAL_VELOCITY
        return round(math.fsum(row.velocity for row in like) / len(like))


def _keys(pitches: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Keys:
    """Return the keys (84,) for some pitches; where the roll has none of them, the nearest key."""
    keys = np.zeros(KEYS, bool)
    within = pitches[(pitches >= LOWEST) & (pitches < LOWEST + KEYS)]
    keys[within - LOWEST if len(within) else np.clip(pitches[:1] - LOWEST, 0, KEYS - 1)] = True
    return keys
