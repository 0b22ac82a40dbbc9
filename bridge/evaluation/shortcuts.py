"""Scorers that know no music: where one of them tells the truth from a foil, the foil is unfair.

One table, SHORTCUTS; each gives an item a figure, and prefers the higher one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bridge.evaluation.items import Item
from bridge.evaluation.notes import prime_of, truth_of
from bridge.evaluation.pedal import Loop, best_lag
from bridge.evaluation.ppm import SHIFTS, symbols
from bridge.evaluation.tonality import overlap, pitch_classes

Shortcut = Callable[[Item], float]


def more_notes(item: Item) -> float:
    """Prefer the continuation with more notes."""
    return float(item.count)


def fewer_notes(item: Item) -> float:
    """Prefer the continuation with fewer notes."""
    return -float(item.count)


def copy_overlap(item: Item) -> float:
    """Prefer what a loop pedal would have played: the share of notes it has, 0..1."""
    tick, sound = item.steps.tick, symbols(item.steps.notes)[1::2] - SHIFTS
    prime = slice(1, item.begin)
    loop = Loop(tick[prime], sound[prime], best_lag(tick[prime], sound[prime]))
    played = zip(tick[item.begin :].tolist(), sound[item.begin :].tolist(), strict=True)
    return float(np.mean([number in loop.later(at) for at, number in played]))


def pitch_overlap(item: Item) -> float:
    """Prefer the pitch classes of the prime: the share in common, 0..1; nan for drums."""
    return overlap(pitch_classes(prime_of(item)), pitch_classes(truth_of(item)))


def voice_overlap(item: Item) -> float:
    """Prefer the voices of the prime: the share of notes whose voice it has, 0..1."""
    return float(np.isin(truth_of(item).voice, prime_of(item).voice).mean())


SHORTCUTS: dict[str, Shortcut] = {
    "more notes": more_notes,
    "fewer notes": fewer_notes,
    "copy overlap": copy_overlap,
    "pitch-class overlap": pitch_overlap,
    "voice overlap": voice_overlap,
}


def preferred(truth: float, foil: float) -> float:
    """Return 1 where the truth has the higher figure, 0 where the foil, 1/2 where neither can be.

    For bits, where less is better, hand in their negatives.
    """
    if truth == foil or np.isnan(truth) or np.isnan(foil):
        return 0.5
    return float(truth > foil)
