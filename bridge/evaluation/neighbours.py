"""Bars of the train split by the rhythm and the pitch classes of the two bars before them.

The nearest of them tell how well one can do by looking up what once followed; a random one is the
floor under everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bridge.core.errors import SettingError
from bridge.core.voices import DRUMS
from bridge.evaluation.answers import answer_of, prime_table, truth_table
from bridge.evaluation.baselines import PackShares
from bridge.evaluation.items import Ints, Item, Library, cut, windows
from bridge.evaluation.notes import SEAM
from bridge.evaluation.ppm import PITCHES
from bridge.respond.steps import PITCH, VOICE

SLOTS, BARS = 16, 2  # in which onsets are compared
PER_PIECE = 32  # places of one piece at most
CLOSEST = 8  # neighbours of which one is drawn, so that answers to one prime differ
SEED = 23
_RHYTHM = SLOTS * BARS

Place = tuple[int, int, slice]  # piece, first bar line and rows of an item
Look = NDArray[np.float32]  # (76,): onsets of all but the drums, of the drums, pitch classes


def look_of(item: Item) -> Look:
    """Return how the last bars of a prime look; each of the three parts has length 1 or 0."""
    bar, prime = int(item.steps.bar[0]), prime_table(item)
    tick, voice, pitch = prime[:, 0], prime[:, VOICE], prime[:, PITCH]
    slot = (tick - SEAM) * SLOTS // bar + _RHYTHM
    recent = slot >= 0
    drums = recent & (voice == DRUMS)
    tuned = recent & (voice != DRUMS)
    parts = (
        np.minimum(np.bincount(slot[tuned], minlength=_RHYTHM), 1),
        np.minimum(np.bincount(slot[drums], minlength=_RHYTHM), 1),
        np.bincount(pitch[tuned] % 12, minlength=12),
    )
    lengths = [max(float(np.linalg.norm(part)), 1.0) for part in parts]
    scaled = [part / length for part, length in zip(parts, lengths, strict=True)]
    return np.concatenate(scaled).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Bars:
    """M places of the train split after which 16 beats follow."""

    library: Library
    places: list[Place]
    piece: Ints  # (M,)
    bar: Ints  # (M,) ticks
    looks: NDArray[np.float32]  # (M, 76)

    @classmethod
    def gathered(cls, library: Library, shares: PackShares, most: int) -> Bars:
        """Gather at most `most` places, by the shares of the packs; SettingError without any."""
        rng = np.random.default_rng(SEED)
        places, bars, looks = [], [], []
        for share, packs in shares:
            pieces = rng.permutation(library.members("train", packs)).tolist()
            for place in islice(_places(library, pieces, rng), round(share * most)):
                item = cut(library, *place)
                places.append(place)
                bars.append(item.steps.bar[0])
                looks.append(look_of(item))
        if not places:
            raise SettingError("data: no piece of the train split is as long as an item")
        piece = np.array([place[0] for place in places])
        return cls(library, places, piece, np.array(bars), np.array(looks))

    def others(self, item: Item) -> Ints:
        """Return the rows of other pieces' places in the item's meter; in any, if there is none."""
        other = self.piece != item.piece
        alike = other & (self.bar == item.steps.bar[0])
        return np.flatnonzero(alike if alike.any() else other)

    def followed(self, row: int) -> Ints:
        """Return what followed a place (N, 5), with onsets after a prime instead of shifts."""
        return truth_table(cut(self.library, *self.places[row]))


def _places(library: Library, pieces: list[int], rng: np.random.Generator) -> Iterator[Place]:
    """Yield places of pieces, of each some."""
    for number in pieces:
        found = windows(library.piece(number))
        for row in rng.permutation(len(found))[:PER_PIECE].tolist():
            yield (number, *found[row])


@dataclass(frozen=True, slots=True)
class Nearest:
    """What followed bars like the prime's last, transposed and in the prime's voices."""

    bars: Bars
    name: str = "kNN of bars"

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:
        """Take one of the closest neighbours."""
        prime, look = prime_table(item), look_of(item)
        rows = self.bars.others(item)
        if not len(rows):
            return answer_of(item, prime[:0])
        rhythm, pitches = np.split(self.bars.looks[rows], [2 * _RHYTHM], axis=1)
        turned = np.column_stack([np.roll(look[2 * _RHYTHM :], -up) for up in range(12)])
        in_key = pitches @ turned
        alike = rhythm @ look[: 2 * _RHYTHM] + in_key.max(axis=1)
        chosen = int(rng.choice(np.argsort(-alike, kind="stable")[:CLOSEST]))
        up = (int(in_key[chosen].argmax()) + 5) % 12 - 5  # -5..6 semitones
        return answer_of(item, _played(self.bars.followed(int(rows[chosen])), up, prime))


def _played(notes: Ints, up: int, prime: Ints) -> Ints:
    """Return notes (N, 5) transposed and played by the voices of a prime.

    Foreign voices are taken over by the one that the prime uses most, drums only by drums.
    """
    drum = notes[:, VOICE] == DRUMS
    tuned = prime[prime[:, VOICE] != DRUMS, VOICE]
    notes = notes.copy()
    notes[~drum, PITCH] += up
    if len(tuned):
        foreign = ~drum & ~np.isin(notes[:, VOICE], tuned)
        notes[foreign, VOICE] = np.bincount(tuned).argmax()
    kept = np.isin(notes[:, VOICE], prime[:, VOICE])
    return notes[kept & (notes[:, PITCH] >= 0) & (notes[:, PITCH] < PITCHES)]


@dataclass(frozen=True, slots=True)
class Another:
    """How another piece in the same meter once went on."""

    bars: Bars
    name: str = "another piece"

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:
        """Take any place."""
        rows = self.bars.others(item)
        chosen = rng.choice(rows, min(len(rows), 1))  # without other pieces, silence
        followed = [self.bars.followed(int(row)) for row in chosen]
        return answer_of(item, np.concatenate([prime_table(item)[:0], *followed]))
