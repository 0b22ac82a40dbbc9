"""How much music returns within itself, and how different several answers are.

The aim is to be as the truth is, never the highest value: a loop returns most. The functions take
notes as they are; STRUCTURE and its readers hand them the pitched ones, and drums apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np

from bridge.evaluation.copying import returning, returning_exactly
from bridge.evaluation.notes import Floats, Passage
from bridge.evaluation.relative import Measure

LAGS = ((1, 2), (3, 4), (5, 8))  # bars, both ends included
FIGURES = (4, 8)  # notes

Point = tuple[int, int]  # tick, pitch

_NAN = float("nan")


def strict_f1(first: set[Point], second: set[Point]) -> float:
    """Return the F1 score, 0..1, of points that are exactly the same; nan for two empty sets."""
    count = len(first) + len(second)
    return 2 * len(first & second) / count if count else _NAN


def points(music: Passage) -> set[Point]:
    """Return the onset and pitch of every note."""
    return set(zip(music.tick.tolist(), music.pitch.tolist(), strict=True))


def diversity(samples: Sequence[Passage]) -> float:
    """Return how unlike each other answers to one prime are, 0..1, as a mean over all pairs."""
    pairs = combinations(map(points, samples), 2)
    return _mean([1 - strict_f1(*pair) for pair in pairs])


def bars_of(*stretches: Passage) -> list[set[Point]]:
    """Return position and pitch of the notes of every bar, from the item's first bar on."""
    length = stretches[0].bar_ticks
    bars: list[set[Point]] = [set() for _ in range(stretches[-1].whole_bars.stop)]
    for tick, pitch in set().union(*map(points, stretches)):
        bar, position = divmod(tick, length)
        if bar < len(bars):
            bars[bar].add((position, pitch))
    return bars


def self_similarity(bars: Sequence[set[Point]]) -> Floats:
    """Return how alike any two bars are, (B, B) in 0..1; nan for two silent ones."""
    return np.array([[strict_f1(a, b) for b in bars] for a in bars])


def closest_bar(prime: Passage, continuation: Passage) -> float:
    """Return how alike a bar of the continuation is to that before it which is most so, 0..1."""
    alike = self_similarity(bars_of(prime, continuation))
    rows = [alike[bar, :bar] for bar in continuation.whole_bars]
    return _mean([max(row[~np.isnan(row)], default=_NAN) for row in rows])


def structure_index(prime: Passage, continuation: Passage, lags: tuple[int, int]) -> float:
    """Return how alike bars are at the best of some lags, 0..1.

    The mean over the bars of the continuation, each compared with one `lag` bars before, which may
    be in the prime; after the structureness indicator of Wu and Yang (2020), on notes, not sound.
    """
    alike = self_similarity(bars_of(prime, continuation))
    means = [
        _mean([alike[bar, bar - lag] for bar in continuation.whole_bars if bar >= lag])
        for lag in range(lags[0], lags[1] + 1)
    ]
    return max((mean for mean in means if not np.isnan(mean)), default=_NAN)


def phrases_per_note(music: Passage) -> float:
    """Return the phrases of LZ78 per note, in 0..1: the less, the more returns.

    A symbol is a pitch and the ticks since the note before.
    """
    known: set[tuple[Point, ...]] = set()
    phrase: tuple[Point, ...] = ()
    count = 0
    steps = np.diff(music.tick, prepend=music.tick[:1]).tolist()
    for symbol in zip(steps, music.pitch.tolist(), strict=True):
        phrase = (*phrase, symbol)
        if phrase not in known:
            known.add(phrase)
            phrase, count = (), count + 1
    return (count + bool(phrase)) / len(music) if len(music) else _NAN


def _mean(values: Sequence[float]) -> float:
    """Return the mean of all that are not nan; nan where none is left."""
    told = [value for value in values if not np.isnan(value)]
    return float(np.mean(told)) if told else _NAN


def _phrases(_prime: Passage, continuation: Passage) -> float:
    return phrases_per_note(continuation)


def _pitched(measure: Measure) -> Measure:
    """Return a measure that leaves the drums out."""
    return lambda prime, continuation: measure(prime.pitched, continuation.pitched)


#: Measures of the pitched notes of a prime and its continuation.
STRUCTURE: dict[str, Measure] = {
    "closest bar": _pitched(closest_bar),
    **{f"bars {a} to {b} back": _pitched(partial(structure_index, lags=(a, b))) for a, b in LAGS},
    "phrases per note": _pitched(_phrases),
    **{f"{n}-note figures returning": partial(returning, n=n) for n in FIGURES},
    **{f"{n}-note pitches returning": partial(returning_exactly, n=n) for n in FIGURES},
}
