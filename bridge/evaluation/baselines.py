"""PPM as a baseline: over the prime alone, and mixed with what the train split taught.

The few numbers a baseline has are fitted on the valid split, apart for onset and sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from bridge.evaluation.items import Ints, Item, Library
from bridge.evaluation.ppm import (
    LONG_ORDER,
    SHORT_ORDER,
    LongMemory,
    short_shares,
    symbols,
)
from bridge.evaluation.scoring import Floats, bits
from bridge.respond.steps import LONGEST_SHIFT

WEIGHTS = np.linspace(0, 0.98, 50)
RUN = 512  # notes of a piece that the long memory hears in one go
SEED = 21

Pair = tuple[int, int]
Weights = tuple[float, float]
PackShares = Sequence[tuple[float, tuple[str, ...]]]  # how often packs are drawn


def long_memory(library: Library, shares: PackShares, notes: int) -> LongMemory:
    """Return a memory of about `notes` of the train split, drawn by the shares of the packs."""
    return LongMemory(_train_runs(library, shares, notes))


def _train_runs(library: Library, shares: PackShares, notes: int) -> Iterator[Ints]:
    rng = np.random.default_rng(SEED)
    length = np.diff(library.starts)
    chance = np.zeros(len(length))
    for share, packs in shares:
        members = library.members("train", packs)
        chance[members] = share * length[members] / max(length[members].sum(), 1)
    heard = 0
    while heard < notes and chance.any():
        number = int(rng.choice(len(chance), p=chance / chance.sum()))
        first = int(rng.integers(0, max(length[number] - RUN, 0) + 1))
        piece = library.piece(number, slice(first, first + RUN))
        shift = np.diff(piece["onset"], prepend=piece["onset"][0] - piece["position"][0])
        shift = np.minimum(shift, LONGEST_SHIFT)
        yield symbols(np.column_stack([shift, piece["voice"], piece["pitch"]]))
        heard += len(shift)


def _continuation(item: Item, shares: Floats) -> Floats:
    """Return the shares (2N, orders) of all symbols as (notes of the continuation, 2, orders)."""
    return shares.reshape(-1, 2, shares.shape[-1])[item.begin - 1 :]


def learnt_by_order(long: LongMemory, item: Item) -> Floats:
    """Return what a long memory gives to onset and sound, (N, 2, LONG_ORDER + 1)."""
    return _continuation(item, long.shares(symbols(item.steps.notes[1:])))


def best_weights(first: Floats, second: Floats) -> tuple[Floats, Weights]:
    """Return the lowest costs (2,) of mixing shares (N, 2), and the weights of the first."""
    cost = np.array([bits(w * first + (1 - w) * second).sum(axis=0) for w in WEIGHTS])
    onset, sound = WEIGHTS[cost.argmin(axis=0)]
    return cost.min(axis=0), (float(onset), float(sound))


@dataclass(frozen=True, slots=True)
class PrimePpm:
    """PPM that knows the prime, and learns on inside the continuation."""

    orders: Pair  # of onset and sound
    name: str = "PPM, prime only"

    @property
    def settings(self) -> dict[str, object]:
        """The orders."""
        return {"orders": self.orders}

    @staticmethod
    def by_order(item: Item) -> Floats:
        """Return (N, 2, SHORT_ORDER + 1)."""
        return _continuation(item, short_shares(symbols(item.steps.notes[1:])))

    def shares(self, item: Item) -> Floats:
        """Return the probability (N, 2) of onset and sound."""
        return self.by_order(item)[:, (0, 1), self.orders]

    @classmethod
    def fitted(cls, items: list[Item]) -> PrimePpm:
        """Return the one with the best orders on some items."""
        found = np.concatenate([cls.by_order(item) for item in items])
        cost = [bits(found[..., order]).sum(axis=0) for order in range(1, SHORT_ORDER + 1)]
        onset, sound = np.argmin(cost, axis=0) + 1
        return cls((int(onset), int(sound)))


@dataclass(frozen=True, slots=True)
class MixedPpm:
    """The prime's PPM mixed with one of the train split."""

    long: LongMemory
    short_orders: Pair
    long_orders: Pair
    weights: Weights  # of the prime's PPM
    name: str = "PPM, prime and train split"

    @property
    def settings(self) -> dict[str, object]:
        """The orders, the weights and the notes of the train split."""
        return {
            "prime_orders": self.short_orders,
            "train_orders": self.long_orders,
            "prime_weights": self.weights,
            "train_notes": self.long.size,
        }

    def shares(self, item: Item) -> Floats:
        """Return the probability (N, 2) of onset and sound."""
        prime = PrimePpm(self.short_orders).shares(item)
        learnt = learnt_by_order(self.long, item)[:, (0, 1), self.long_orders]
        return np.array(self.weights) * prime + (1 - np.array(self.weights)) * learnt

    @classmethod
    def fitted(cls, long: LongMemory, items: list[Item]) -> MixedPpm:
        """Return the one with the best orders and weights on some items."""
        prime = np.concatenate([PrimePpm.by_order(item) for item in items])
        learnt = np.concatenate([learnt_by_order(long, item) for item in items])
        pairs = list(product(range(1, SHORT_ORDER + 1), range(1, LONG_ORDER + 1)))
        costs, weights = [], []
        for short_order, long_order in pairs:
            cost, weight = best_weights(prime[..., short_order], learnt[..., long_order])
            costs.append(cost)
            weights.append(weight)
        onset, sound = np.argmin(costs, axis=0)
        (a, b), (c, d) = pairs[onset], pairs[sound]
        return cls(long, (a, c), (b, d), (weights[onset][0], weights[sound][1]))
