"""How an answer is kept to the voices asked for: those that hardly play become likelier."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import VOICES

WINDOW = 8 * TICKS_PER_BEAT  # ticks of an answer by which its voices are told
LEAST, AT_MOST = 0.5, 0.15  # of an equal share, of all notes: a voice with fewer is pushed
PUSH, STRONGEST = 2.0, 24.0  # logits: a beat's push, the most; a network may be very sure
FIRST_PUSH = 6.0  # of a voice that the phrase does not have
EASE, SLIGHT = 0.5, 0.1  # what is left of a push once the voice plays; what is none any more


@dataclass(frozen=True, slots=True)
class Balance:
    """How far each voice is pushed."""

    wanted: frozenset[int]
    pushes: tuple[float, ...]  # logits, one a voice
    looked: int = -1  # tick of the answer at which they were set; -1 before it begins

    @property
    def voices(self) -> NDArray[np.float32]:
        """The lean of all voices, (13,)."""
        return np.array(self.pushes, np.float32)

    def after(self, answer: Sequence[Note]) -> Balance:
        """Return the balance after the notes of an answer so far; called for each of them."""
        last, now = answer[-1].voice, answer[-1].onset
        pushes = list(self.pushes)
        pushes[last] = _eased(pushes[last])
        if self.looked < 0:
            return replace(self, pushes=tuple(pushes), looked=now)
        if now - self.looked < TICKS_PER_BEAT:
            return replace(self, pushes=tuple(pushes)) if self.pushes[last] else self
        late = [note.voice for note in answer if note.onset > now - WINDOW]
        least = min(LEAST / len(self.wanted), AT_MOST) * len(late)
        for voice in self.wanted - {last}:
            few = late.count(voice) < least
            pushes[voice] = min(pushes[voice] + PUSH, STRONGEST) if few else _eased(pushes[voice])
        return replace(self, pushes=tuple(pushes), looked=now)


def _eased(push: float) -> float:
    """Return what is left of a push: a voice that plays is in the context, and pushes itself."""
    return EASE * push if push > SLIGHT else 0.0


def balance(wanted: Collection[int], phrase: Sequence[Note]) -> Balance | None:
    """Return how to begin after a phrase; None where no voices are asked for."""
    if not wanted:
        return None
    missing = set(wanted) - {note.voice for note in phrase}
    pushes = (FIRST_PUSH if voice in missing else 0.0 for voice in range(len(VOICES)))
    return Balance(frozenset(wanted), tuple(pushes))
