"""Prediction by partial matching: what followed the same last symbols before.

Music is one row of symbols: shift, sound, shift, sound, ... A sound is a voice and a pitch. The
counts of longer contexts are blended with those of shorter ones after Witten and Bell:

    P_k = (c + T * P_{k-1}) / (n + T)

n times the context was seen, c of them before this symbol, T different symbols came; below order 0
all symbols of a kind are equally likely.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bridge.respond.steps import PITCH, SHIFT, SIZES, VOICE

PITCHES = SIZES[PITCH]
SHIFTS, SOUNDS = SIZES[SHIFT], SIZES[VOICE] * PITCHES
KINDS = np.array([SHIFTS, SOUNDS])  # how many symbols there are of each kind
SHORT_ORDER, LONG_ORDER = 8, 4  # symbols of context at most
_DIGIT = 11  # bits of a symbol: a sound's number goes on where those of the shifts end

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def symbols(notes: Ints) -> Ints:
    """Return the symbols (2N,) of notes (N, 3 or more): shift, voice, pitch, ..."""
    sound = SHIFTS + notes[:, VOICE] * PITCHES + notes[:, PITCH]
    return np.column_stack([notes[:, SHIFT], sound]).reshape(-1)


class ShortMemory:
    """Counts that grow while the music goes on; knows nothing at the beginning."""

    def __init__(self) -> None:
        self._counts: dict[tuple[int, ...], dict[int, int]] = {}

    def shares(self, past: tuple[int, ...], symbol: int) -> list[float]:
        """Return the probability of a symbol after `past`, for orders 0..len(past)."""
        kind = int(symbol >= SHIFTS)
        share, found = 1.0 / float(KINDS[kind]), []
        for order in range(len(past) + 1):
            seen = self._counts.get((kind, *past[len(past) - order :]))
            if seen is not None:
                kinds = len(seen)
                share = (seen.get(symbol, 0) + kinds * share) / (sum(seen.values()) + kinds)
            found.append(share)
        return found

    def spread(self, past: tuple[int, ...], kind: int) -> Floats:
        """Return the probability of every symbol of a kind (0 shift, 1 sound) after `past`."""
        seen = [self._counts.get((kind, *past[len(past) - n :]), {}) for n in range(len(past) + 1)]
        return _spread([(np.array([*s], np.int64), np.array([*s.values()])) for s in seen], kind)

    def learn(self, past: tuple[int, ...], symbol: int) -> None:
        """Count a symbol in all its contexts."""
        kind = int(symbol >= SHIFTS)
        for order in range(len(past) + 1):
            seen = self._counts.setdefault((kind, *past[len(past) - order :]), {})
            seen[symbol] = seen.get(symbol, 0) + 1


def short_shares(row: Ints) -> Floats:
    """Return each symbol's probability after those before it, (N, SHORT_ORDER + 1) by order."""
    memory, music = ShortMemory(), tuple(row.tolist())
    shares = np.zeros((len(row), SHORT_ORDER + 1))
    for i, symbol in enumerate(music):
        past = music[max(i - SHORT_ORDER, 0) : i]
        found = memory.shares(past, symbol)
        shares[i] = found + found[-1:] * (SHORT_ORDER + 1 - len(found))
        memory.learn(past, symbol)
    return shares


class LongMemory:
    """Counts over a body of music, fixed once made; contexts are packed into one number."""

    def __init__(self, rows: Iterable[Ints]) -> None:
        music = list(rows)
        self.size = sum(len(row) for row in music) // 2  # notes
        self._tables = [_Table(music, order) for order in range(LONG_ORDER + 1)]

    def shares(self, row: Ints) -> Floats:
        """Return each symbol's probability after those before it, (N, LONG_ORDER + 1) by order."""
        share = 1.0 / KINDS[(row >= SHIFTS).astype(np.int64)]
        found = []
        for order, table in enumerate(self._tables):
            count, total, kinds = table.look_up(_contexts(row, order), row)
            blended = (count + kinds * share) / np.maximum(total + kinds, 1)
            share = np.where(total > 0, blended, share)
            found.append(share)
        return np.column_stack(found)

    def spread(self, past: tuple[int, ...], kind: int) -> Floats:
        """Return the probability of every symbol of a kind (0 shift, 1 sound) after `past`."""
        found, context = [self._tables[0].after(kind)], 0
        for order, symbol in enumerate(reversed(past[-LONG_ORDER:]), start=1):
            context |= symbol << _DIGIT * (order - 1)
            found.append(self._tables[order].after(context))
        return _spread(found, kind)


def _spread(counted: Iterable[tuple[Ints, Ints]], kind: int) -> Floats:
    """Blend symbols and how often each was seen, shortest context first, into probabilities."""
    share = np.full(KINDS[kind], 1.0 / KINDS[kind])
    for symbol, count in counted:
        if len(symbol):
            share *= len(symbol)
            share[symbol - kind * SHIFTS] += count
            share /= count.sum() + len(symbol)
    return share


class _Table:
    """Counts of one order, sorted by context and symbol."""

    def __init__(self, music: list[Ints], order: int) -> None:
        keys = [np.empty(0, np.int64)]
        for row in music:
            context = _contexts(row, order)
            keys.append(((context << _DIGIT) | row)[context >= 0])
        self._key, self._count = np.unique(np.concatenate(keys), return_counts=True)
        self._context, first, self._kinds = np.unique(
            self._key >> _DIGIT, return_index=True, return_counts=True
        )
        self._total = np.add.reduceat(self._count, first) if len(first) else self._count

    def after(self, context: int) -> tuple[Ints, Ints]:
        """Return the symbols that came after a context, and how often each did."""
        low, high = np.searchsorted(self._key, (context << _DIGIT, context + 1 << _DIGIT))
        return self._key[low:high] & (1 << _DIGIT) - 1, self._count[low:high]

    def look_up(self, context: Ints, symbol: Ints) -> tuple[Ints, Ints, Ints]:
        """Return c, n and T of each symbol in its context; 0 where it was never seen."""
        count = _find(self._key, (context << _DIGIT) | symbol, self._count)
        total = _find(self._context, context, self._total)
        return count, total, _find(self._context, context, self._kinds)


def _contexts(row: Ints, order: int) -> Ints:
    """Return the last `order` symbols before each one as a number, -1 where there are fewer."""
    if order == 0:
        return (row >= SHIFTS).astype(np.int64)
    context = np.zeros(len(row), np.int64)
    for back in range(order, 0, -1):
        before = np.concatenate([np.zeros(back, np.int64), row])[: len(row)]
        context = (context << _DIGIT) | before
    context[:order] = -1
    return context


def _find(keys: Ints, wanted: Ints, values: Ints) -> Ints:
    """Return the value beside each wanted key, 0 where it is not among the keys (sorted)."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
