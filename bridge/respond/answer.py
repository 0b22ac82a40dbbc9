"""A whole answer, drawn note by note up to its end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.core.music import Note
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

    def draw(self, model: Continuer) -> Note | None:
        """Draw the next note; None when the answer is complete."""
        before = model.mark()
        note = model.next_note(self.limits, self.rng)
        if self.limits.earliest is not None:
            self.limits = self.limits.free()
        begin = self.marks[0][0] if self.marks else note.onset
        most = max(self.end - begin, 24) / 24 * NOTES_PER_BEAT
        if note.onset >= self.end or len(self.marks) >= most:
            model.rewind(before)
            return None
        self.marks.append((note.onset, before))
        return note

    def cut(self, model: Continuer, tick: int) -> None:
        """Let the model forget the notes drawn at or after a tick."""
        for onset, mark in self.marks:
            if onset >= tick:
                model.rewind(mark)
                return


def answer(model: Continuer, limits: Limits, end: int, seed: int | None = None) -> Iterator[Note]:
    """Yield the notes of an answer up to tick `end`."""
    answering = Answering(limits, end, seed)
    while (note := answering.draw(model)) is not None:
        yield note
