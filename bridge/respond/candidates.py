"""Several answers are tried, and the one is kept that model, key and groove like best.

How well an answer is liked, higher being better:

    KEY * (share of its tuned notes in the phrase's key)
    + GROOVE * (likeness of its bars to those of the phrase, 0..1)
    - bits per note that the model pays for it (onset, voice and pitch)

The likeness of two bars is the share of their sixteenths on which both or neither have an onset;
each bar of the answer counts with the bar of the phrase most like it. An answer without notes is
liked least. The weights were chosen on the valid split (docs/training.md).
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from bridge.core.keys import pitch_classes
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS
from bridge.respond.answer import Answering
from bridge.respond.continuer import Continuer
from bridge.respond.limits import Limits

KEY, GROOVE = 1.0, 32.0
SLOT = TICKS_PER_BEAT // 4  # a sixteenth
PRICED = 8  # notes whose bits are asked for at a time


@dataclass(frozen=True, slots=True)
class Taste:
    """How many answers are tried, and what they are to resemble."""

    count: int
    phrase: tuple[Note, ...]
    key: str  # of the phrase, "" where it has none
    bar: int  # ticks

    def liking(self, notes: Sequence[Note], bits: float) -> float:
        """Return how well an answer is liked that costs so many bits per note."""
        if not notes:
            return -math.inf
        return KEY * self._in_key(notes) + GROOVE * self._groove(notes) - bits

    def _in_key(self, notes: Sequence[Note]) -> float:
        pitches = [note.pitch for note in notes if note.voice != DRUMS]
        if not self.key or not pitches:
            return 1.0
        allowed = pitch_classes(self.key)
        return fmean(pitch % 12 in allowed for pitch in pitches)

    def _groove(self, notes: Sequence[Note]) -> float:
        heard, played = self._bars(self.phrase), self._bars(notes)
        slots = -(-self.bar // SLOT)
        return fmean(
            max((1 - len(bar ^ other) / slots for other in heard), default=0.0) for bar in played
        )

    def _bars(self, notes: Sequence[Note]) -> list[set[int]]:
        """Return the sixteenths with an onset of each bar from the first note's to the last's."""
        places = [(note.onset // self.bar, note.onset % self.bar // SLOT) for note in notes]
        if not places:
            return []
        numbers = range(min(places)[0], max(places)[0] + 1)
        return [{slot for bar, slot in places if bar == number} for number in numbers]


class Audition:
    """Answers tried in turn, a step at a time; what a try leaves in the model is taken back."""

    def __init__(
        self, model: Continuer, limits: Limits, end: int, *, seed: int | None, taste: Taste
    ) -> None:
        self.likings: list[float] = []  # of the tries that are complete
        self._model, self._limits, self._end, self._taste = model, limits, end, taste
        self._seed = secrets.randbits(63) if seed is None else seed
        self._before = model.mark()
        self._bits: list[float] = []  # of each note of a try that is being priced
        self._now = self._try(0)

    @property
    def over(self) -> bool:
        """Whether all have been tried."""
        return len(self.likings) == self._taste.count

    def _try(self, number: int) -> Answering:
        """Return a try that has not begun; the first has the dice that it would have alone."""
        seed = self._seed
        if number:
            seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        return Answering(self._limits, self._end, seed)

    def go_on(self) -> None:
        """Draw a note, or price a few of a try that is complete."""
        if not self._now.complete:
            if self._now.draw(self._model) is None:
                self._model.rewind(self._before)
            return
        notes = self._now.notes
        some = notes[len(self._bits) : len(self._bits) + PRICED]
        if some:
            priced = self._model.bits(some, self._taste.bar, self._limits.memory)
            self._bits += [sum(bits[:3]) for bits in priced]
        if len(self._bits) == len(notes):
            self._model.rewind(self._before)
            self.likings.append(self._taste.liking(notes, fmean(self._bits or [0.0])))
            self._bits = []
            self._now = self._try(len(self.likings))

    def chosen(self) -> Answering:
        """Return the answer to be drawn on: the best of those tried, or the first as it is."""
        if not self.likings and not self._now.complete:
            return self._now
        self._model.rewind(self._before)
        return self._try(self.likings.index(max(self.likings)) if self.likings else 0)


def best_answer(
    model: Continuer, limits: Limits, end: int, *, seed: int | None, taste: Taste
) -> Iterator[Note]:
    """Yield the notes of the answer up to tick `end` that is liked best of those tried."""
    audition = Audition(model, limits, end, seed=seed, taste=taste)
    while taste.count > 1 and not audition.over:
        audition.go_on()
    answering = audition.chosen()
    while (note := answering.draw(model)) is not None:
        yield note
