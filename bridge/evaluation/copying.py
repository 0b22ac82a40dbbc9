"""Figures that come back: those of the prime in its answer, those of the train split in a sample.

A figure is n notes of one voice in order of onset and pitch, known by the steps between them: onset
in sixteenths, and pitch in semitones (so that a transposed figure is the same) or, where the same
pitches are asked for, the pitches themselves. Drums play no figures. Figures are compared as hashes
of 64 bits; among ten million, one in a million million is taken for another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import TICKS_PER_BEAT
from bridge.core.voices import DRUMS
from bridge.evaluation.items import Ints, Library
from bridge.evaluation.notes import Passage

SIXTEENTH = TICKS_PER_BEAT // 4
MOST = 20_000_000  # hashes in an index: 160 MB

Hashes = NDArray[np.uint64]

_NAN = float("nan")
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 over the golden ratio
_HALF = np.uint64(32)


def figures(tick: Ints, voice: Ints, pitch: Ints, n: int, *, exactly: bool = False) -> Hashes:
    """Return the hash of each figure of n notes, voice after voice; all arrays (N,)."""
    if n < 2:
        raise ValueError(f"a figure has at least 2 notes, not {n}")
    order = np.lexsort((pitch, tick, voice))
    order = order[voice[order] != DRUMS]
    voice, pitch = voice[order], pitch[order]
    step = (np.diff(tick[order]) + SIXTEENTH // 2) // SIXTEENTH
    symbol = (step << 8) + (pitch[1:] if exactly else np.diff(pitch))
    count = max(len(order) - n + 1, 0)
    found = (pitch[:count] if exactly else np.zeros(count, np.int64)).astype(np.uint64)
    for note in range(n - 1):
        found = (found ^ symbol[note : note + count].astype(np.uint64)) * _ODD
        found ^= found >> _HALF
    whole = voice[:count] == voice[n - 1 :]  # no figure goes from one voice to the next
    return np.asarray(found[whole])


def figures_of(music: Passage, n: int, *, exactly: bool = False) -> Hashes:
    """Return the hash of each figure of n notes of a passage."""
    return figures(music.tick, music.voice, music.pitch, n, exactly=exactly)


def returning(prime: Passage, continuation: Passage, n: int) -> float:
    """Return the share of the continuation's figures that the prime has, in any transposition."""
    return _share(np.isin(figures_of(continuation, n), figures_of(prime, n)))


def returning_exactly(prime: Passage, continuation: Passage, n: int) -> float:
    """Return the share of the continuation's figures that the prime has at the same pitches."""
    heard = figures_of(prime, n, exactly=True)
    return _share(np.isin(figures_of(continuation, n, exactly=True), heard))


@dataclass(frozen=True, slots=True)
class Index:
    """All figures of n notes in the train split of a library.

    Where there are more than fit, those are kept whose hash is a multiple of `every`; of a sample,
    the same ones are looked up, so that shares stay right on average.
    """

    n: int
    known: Hashes  # in order, no doubles
    every: int = 1

    @classmethod
    def of(cls, library: Library, n: int, most: int = MOST) -> Index:
        """Hear the whole train split."""
        pieces = np.flatnonzero(library.split == 0).tolist()
        notes = int(np.diff(library.starts)[pieces].sum())
        every = max(-(-notes // most), 1)
        found = [np.empty(0, np.uint64)]
        for number in pieces:
            columns = library.piece(number)
            heard = figures(columns["onset"], columns["voice"], columns["pitch"], n)
            found.append(heard[_chosen(heard, every)])
        return cls(n, np.unique(np.concatenate(found)), every)

    def holds(self, figures: Hashes) -> NDArray[np.bool_]:
        """Tell for each figure whether the train split has it."""
        if not len(self.known):
            return np.zeros(len(figures), np.bool_)
        place = np.minimum(np.searchsorted(self.known, figures), len(self.known) - 1)
        return np.asarray(self.known[place] == figures)


def copied(continuation: Passage, index: Index) -> float:
    """Return the share of figures that the train split has, in any transposition, 0..1."""
    played = figures_of(continuation, index.n)
    return _share(index.holds(played[_chosen(played, index.every)]))


def longest_copy(continuation: Passage, index: Index) -> int:
    """Return the most notes in a row, in one voice, whose every figure the train split has.

    The figures may come from several pieces, so a true quotation can be shorter. Needs an index
    that holds all figures.
    """
    if index.every > 1:
        raise ValueError(f"the index holds only one figure in {index.every}")
    longest = 0
    for voice in np.unique(continuation.voice):
        mine = continuation.only(continuation.voice == voice)
        missing = np.flatnonzero(~index.holds(figures_of(mine, index.n)))
        ends = np.concatenate([[-1], missing, [max(len(mine) - index.n + 1, 0)]])
        run = int(np.diff(ends).max()) - 1
        if run and voice != DRUMS:
            longest = max(longest, run + index.n - 1)
    return longest


def _chosen(figures: Hashes, every: int) -> NDArray[np.bool_]:
    return np.asarray(figures % np.uint64(every) == 0)


def _share(found: NDArray[np.bool_]) -> float:
    return float(found.mean()) if len(found) else _NAN
