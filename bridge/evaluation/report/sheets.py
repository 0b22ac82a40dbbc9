"""What a row did on each item: plain arrays with a line per item, nan where nothing was measured.

Bits are those of onset and sound (voice and pitch), durations and velocities hidden. What is played
is measured by the mean over all samples of an item, never by the best of them.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.core.music import TICKS_PER_BEAT
from bridge.evaluation.answers import Generator, onsets_of
from bridge.evaluation.copying import Index, copied
from bridge.evaluation.foils import FOILS
from bridge.evaluation.items import CONTINUATION_BEATS, Ints, Item
from bridge.evaluation.models import ModelScorer
from bridge.evaluation.notes import SEAM, Passage, continuation_of, prime_of, truth_of
from bridge.evaluation.relative import MEASURES, Measure
from bridge.evaluation.scoring import Floats, Scorer, bits
from bridge.evaluation.shortcuts import Shortcut, preferred
from bridge.evaluation.structure import STRUCTURE, Point, diversity, points, strict_f1
from bridge.respond.steps import ATTRIBUTES, SIZES, VOICE

BEATS = CONTINUATION_BEATS
COPIED = "8-note figures of the train split"
MEASURED = (*MEASURES, *STRUCTURE, COPIED)  # columns of a sheet
SEED = 24

Foils = Mapping[str, Item | None]


@dataclass(slots=True)
class Sheet:
    """The raw numbers of a row."""

    paid: Floats  # (items, BEATS, 2): bits of onset and sound, by beats after the seam
    by_voice: Floats  # (items, 13): bits of the notes of each voice
    shown: Floats  # (items, 5): bits by attribute, durations and velocities known
    preferred: Floats  # (items, FOILS): 1 where the truth was preferred to a foil
    measured: Floats  # (items, MEASURED)
    f1: Floats  # (items, BEATS): the same notes as the truth, up to each beat
    diversity: Floats  # (items,)
    notes: int = 0  # played
    seconds: float = 0.0  # of the processor, for playing them

    @classmethod
    def blank(cls, items: int) -> Sheet:
        """Return a sheet with nothing measured yet."""

        def lines(*shape: int) -> Floats:
            return np.full((items, *shape), np.nan)

        return cls(
            paid=lines(BEATS, 2),
            by_voice=lines(SIZES[VOICE]),
            shown=lines(len(ATTRIBUTES)),
            preferred=lines(len(FOILS)),
            measured=lines(len(MEASURED)),
            f1=lines(BEATS),
            diversity=lines(),
        )

    def foretell(self, at: int, scorer: Scorer, item: Item, foils: Foils) -> None:
        """Let a scorer hear an item, which is line `at`, and its foils."""
        paid = bits(scorer.shares(item))
        self.paid[at] = 0
        np.add.at(self.paid[at], beats_of(item), paid)
        self.by_voice[at] = np.bincount(voices_of(item), paid.sum(axis=1), SIZES[VOICE])
        if isinstance(scorer, ModelScorer):
            self.shown[at] = scorer.bits(item, hidden=False).sum(axis=0)
        costs = [bits(scorer.shares(f)).sum() / f.count if f else None for f in foils.values()]
        self._prefer(at, paid.sum() / item.count, costs)

    def cut_short(self, at: int, shortcut: Shortcut, item: Item, foils: Foils) -> None:
        """Let a short cut choose between an item and its foils."""
        costs = [-shortcut(foil) if foil else None for foil in foils.values()]
        self._prefer(at, -shortcut(item), costs)

    def _prefer(self, at: int, own: float, costs: Sequence[float | None]) -> None:
        for column, cost in enumerate(costs):
            if cost is not None:
                self.preferred[at, column] = preferred(-own, -cost)

    def play(self, at: int, player: Generator, item: Item, samples: int, index: Index) -> None:
        """Let a generator answer an item `samples` times."""
        prime, truth = prime_of(item), points(truth_of(item).pitched)
        answers = []
        for sample in range(samples):
            begun = time.process_time()
            answers.append(answer_to(item, player, sample))
            self.seconds += time.process_time() - begun
        self.notes += sum(map(len, answers))
        measures = measures_with(index).values()
        self.measured[at] = mean_of([[m(prime, answer) for m in measures] for answer in answers])
        self.f1[at] = mean_of([_f1_by_beat(truth, points(answer.pitched)) for answer in answers])
        self.diversity[at] = diversity(answers)


def item_id(item: Item) -> str:
    """Return a name for an item that depends on its music alone."""
    steps = item.steps
    music = np.column_stack([steps.tick, steps.notes]).astype("<i8").tobytes()
    return f"{item.pack}-{hashlib.sha1(music, usedforsecurity=False).hexdigest()[:10]}"


def answer_to(item: Item, player: Generator, sample: int) -> Passage:
    """Return an answer to an item; each sample has its own chance, whatever was played before."""
    key = zlib.crc32(item_id(item).encode())
    notes = player.draw(item, np.random.default_rng([SEED, key, sample]))
    return continuation_of(item, notes, onsets_of(item, notes))


def measures_with(index: Index) -> dict[str, Measure]:
    """Return all measures of an answer, in the order of MEASURED."""

    def known(_prime: Passage, answer: Passage) -> float:
        return copied(answer, index)

    return {**MEASURES, **STRUCTURE, COPIED: known}


def beats_of(item: Item) -> Ints:
    """Return in which beat after the seam each note of the continuation begins, (N,)."""
    return np.asarray((item.steps.tick[item.begin :] - SEAM) // TICKS_PER_BEAT)


def voices_of(item: Item) -> Ints:
    """Return the voice of each note of the continuation, (N,)."""
    return item.steps.notes[item.begin :, VOICE]


def mean_of(rows: list[list[float]]) -> Floats:
    """Return the mean of each column over what is not nan; nan where nothing is left."""
    values = np.array(rows, np.float64)
    told = (~np.isnan(values)).sum(axis=0)
    return np.where(told > 0, np.nansum(values, axis=0) / np.maximum(told, 1), np.nan)


def _f1_by_beat(truth: set[Point], played: set[Point]) -> list[float]:
    """Return the strict F1 of all notes before the end of each beat."""
    ends = [SEAM + beat * TICKS_PER_BEAT for beat in range(1, BEATS + 1)]
    return [
        strict_f1(*({p for p in music if p[0] < end} for music in (truth, played))) for end in ends
    ]
