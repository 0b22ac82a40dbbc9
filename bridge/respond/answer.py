"""A whole answer, drawn note by note up to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.respond.continuer import Continuer
from bridge.respond.lean import tail
from bridge.respond.limits import Limits

#: A model that draws more notes a beat than this has lost its way; the answer ends there.
NOTES_PER_BEAT = 48
#: Notes of an endless answer that can still be taken back.
KEPT = 512


class Draw(NamedTuple):
    """A note that was drawn, and how things stood before it."""

    note: Note
    mark: int  # of the model
    dice: Mapping[str, Any]


class Answering:
    """One answer in the making; what it drew can be taken back from any tick on.

    Model and dice go back together: drawn again under the same limits, the same notes come.
    """

    def __init__(self, limits: Limits, end: int, seed: int | None) -> None:
        self.limits, self.end = limits, end
        self.rng = np.random.default_rng(seed)
        self.notes: list[Note] = []  # handed out
        self.complete = False
        self._drawn: list[Draw] = []
        self._held: Note | None = None  # of a line: it lasts to the next at most

    def reaches(self, tick: int) -> bool:
        """Tell whether all is known before a tick."""
        return bool(self._drawn) and self._drawn[-1].note.onset >= tick

    def draw(self, model: Continuer) -> Note | None:
        """Draw the next note; None when the answer is complete."""
        note = self._single(model) if self.limits.single else self._next(model)
        if note is not None:
            self.notes.append(note)
        return note

    def _single(self, model: Continuer) -> Note | None:
        held = self._held or self._next(model)
        self._held = self._next(model)
        if held is None or self._held is None:
            return held
        return replace(held, duration=min(held.duration, self._held.onset - held.onset))

    def _next(self, model: Continuer) -> Note | None:
        if self.complete:
            return None
        mark, dice = model.mark(), self.rng.bit_generator.state
        note = model.next_note(self.limits, self.rng)
        if note.onset >= self.end or self._is_lost(note):
            model.rewind(mark)
            self.rng.bit_generator.state = dice
            self.complete = True
            return None
        if self.limits.earliest is not None:
            self.limits = self.limits.free()
        if len(self._drawn) >= 2 * KEPT:
            del self._drawn[:KEPT], self.notes[:KEPT]
        self._drawn.append(Draw(note, mark, dice))
        self._lean()
        return note

    def _is_lost(self, note: Note) -> bool:
        begin = self._drawn[0].note.onset if self._drawn else note.onset
        beats = max(note.onset - begin, TICKS_PER_BEAT) / TICKS_PER_BEAT
        return len(self._drawn) >= beats * NOTES_PER_BEAT

    def _lean(self) -> None:
        if self.limits.lean.follows:
            lean = self.limits.lean.after(self._tail())
            if lean is not self.limits.lean:
                self.limits = replace(self.limits, lean=lean)

    def _tail(self) -> list[Note]:
        """Return what a lean goes by of the notes drawn."""
        if not self._drawn:
            return []
        return tail(self._drawn[0].note, (draw.note for draw in reversed(self._drawn)))

    def cut(self, model: Continuer, tick: float) -> None:
        """Take back the notes drawn at or after a tick, and one of a line not yet handed out."""
        if self._held is not None:
            tick, self._held = min(tick, self._held.onset), None
        kept = sum(draw.note.onset < tick for draw in self._drawn)
        if kept < len(self._drawn):
            model.rewind(self._drawn[kept].mark)
            self.rng.bit_generator.state = self._drawn[kept].dice
            del self._drawn[kept:]
        self.notes = [note for note in self.notes if note.onset < tick]
        self.complete = False

    def turn(self, model: Continuer, tick: int, limits: Limits) -> None:
        """Draw on from a tick under other limits, or from the last note if that is before it.

        A line lets its last note end first.
        """
        if not self.complete and not self.reaches(tick):
            limits = replace(limits, earliest=self.limits.earliest, exact=self.limits.exact)
        self.cut(model, tick)
        if limits.single and self.notes:
            end = self.notes[-1].onset + self.notes[-1].duration
            limits = replace(limits, earliest=max(limits.earliest or end, end), exact=False)
        lean = limits.lean.at(self._tail())
        self.limits = limits if lean is limits.lean else replace(limits, lean=lean)

    def move_to(self, model: Continuer) -> None:
        """Go on with another model, which has just heard all that was handed out."""
        first = model.mark() - len(self._drawn)
        self._drawn = [draw._replace(mark=first + row) for row, draw in enumerate(self._drawn)]


def answer(model: Continuer, limits: Limits, end: int, seed: int | None = None) -> Iterator[Note]:
    """Yield the notes of an answer up to tick `end`."""
    answering = Answering(limits, end, seed)
    while (note := answering.draw(model)) is not None:
        yield note
