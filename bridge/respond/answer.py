"""A whole answer, drawn note by note up to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.respond.continuer import Continuer
from bridge.respond.limits import Limits

#: A model that draws more notes a beat than this has lost its way; the answer ends there.
NOTES_PER_BEAT = 48


class Answering:
    """One answer in the making; what it drew can be taken back from any tick on."""

    def __init__(self, limits: Limits, end: int, seed: int | None) -> None:
        self.limits, self.end = limits, end
        self.rng = np.random.default_rng(seed)
        self.marks: list[tuple[int, int]] = []  # (onset, the model's mark before it)
        self._held: Note | None = None  # of a line: it lasts to the next at most
        self._complete = False

    def draw(self, model: Continuer) -> Note | None:
        """Draw the next note; None when the answer is complete."""
        if not self.limits.single:
            return self._next(model)
        held = self._held or self._next(model)
        self._held = self._next(model)
        if held is None or self._held is None:
            return held
        return replace(held, duration=min(held.duration, self._held.onset - held.onset))

    def _next(self, model: Continuer) -> Note | None:
        if self._complete:
            return None
        before = model.mark()
        note = model.next_note(self.limits, self.rng)
        if self.limits.earliest is not None:
            self.limits = self.limits.free()
        begin = self.marks[0][0] if self.marks else note.onset
        most = max(self.end - begin, TICKS_PER_BEAT) / TICKS_PER_BEAT * NOTES_PER_BEAT
        if note.onset >= self.end or len(self.marks) >= most:
            model.rewind(before)
            self._complete = True
            return None
        self.marks.append((note.onset, before))
        if (
            lean := self.limits.lean.after([onset for onset, _ in self.marks])
        ) is not self.limits.lean:
            self.limits = replace(self.limits, lean=lean)
        return note

    def cut(self, model: Continuer, tick: int) -> None:
        """Let the model forget the notes drawn at or after a tick."""
        self._held = None
        for onset, mark in self.marks:
            if onset >= tick:
                model.rewind(mark)
                return


def answer(model: Continuer, limits: Limits, end: int, seed: int | None = None) -> Iterator[Note]:
    """Yield the notes of an answer up to tick `end`."""
    answering = Answering(limits, end, seed)
    while (note := answering.draw(model)) is not None:
        yield note
