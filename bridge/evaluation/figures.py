"""From bits of single items to figures with intervals.

Bits per note are all bits over all notes. Intervals are 95 % of a bootstrap over pieces, which are
drawn again within each group of packs; all scorers see the same 2,000 draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.evaluation.items import CONTINUATION_BEATS, Groups, Item
from bridge.evaluation.scoring import Floats
from bridge.respond.steps import ATTRIBUTES, PITCH

RESAMPLES, SEED = 2_000, 22

Interval = tuple[float, float, float]  # figure, lower end, upper end


@dataclass(frozen=True, slots=True)
class Result:
    """What a scorer paid for each item."""

    name: str
    settings: dict[str, object]
    hidden: Floats  # (items, 2): bits of onset and sound, no durations or velocities known
    shown: Floats | None  # (items, 5): bits of all attributes, all known; None for baselines


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table, in bits per note unless said otherwise."""

    name: str
    settings: dict[str, object]
    onset: Interval
    sound: Interval
    total: Interval
    per_beat: Interval
    groups: tuple[float | None, ...]  # total of each group of packs; None without items
    shown_total: Interval | None
    shown: dict[str, float] | None  # by attribute


def group_of(items: list[Item], groups: Groups) -> NDArray[np.int64]:
    """Return the row of `groups` each item's pack is in."""
    rows = {pack: row for row, packs in enumerate(groups) for pack in packs}
    return np.array([rows[item.pack] for item in items])


def resample(items: list[Item], groups: Groups) -> Floats:
    """Return how often each item counts in each draw of the bootstrap, (RESAMPLES, items)."""
    rng = np.random.default_rng(SEED)
    piece = np.array([item.piece for item in items])
    group = group_of(items, groups)
    weights = np.zeros((RESAMPLES, len(items)))
    for row in np.unique(group):
        members, which = np.unique(piece[group == row], return_inverse=True)
        even = np.full(len(members), 1 / len(members))
        weights[:, group == row] = rng.multinomial(len(members), even, RESAMPLES)[:, which]
    return weights


def interval(paid: Floats, over: Floats, weights: Floats) -> Interval:
    """Return the sum of `paid` per sum of `over` (items,), with its interval.

    Draws without anything to count are left out; nan where no item has anything.
    """
    if not over.any():
        return (float("nan"),) * 3
    total = weights @ over
    drawn = total > 0
    low, high = np.percentile((weights @ paid)[drawn] / total[drawn], (2.5, 97.5))
    return float(paid.sum() / over.sum()), float(low), float(high)


def mean(values: Floats, weights: Floats) -> Interval:
    """Return the mean of all values (items,) that are not nan, with its interval."""
    told = ~np.isnan(values)
    return interval(np.where(told, values, 0.0), told.astype(np.float64), weights)


def figures(result: Result, items: list[Item], groups: Groups, weights: Floats) -> Figures:
    """Sum up what a scorer paid."""
    notes = np.array([item.count for item in items], np.float64)
    beats = np.full(len(items), float(CONTINUATION_BEATS))
    total = result.hidden.sum(axis=1)
    group = group_of(items, groups)
    shown, shown_total = None, None
    if result.shown is not None:
        means = result.shown.sum(axis=0) / notes.sum()
        shown = dict(zip(ATTRIBUTES, means.tolist(), strict=True))
        shown_total = interval(result.shown[:, : PITCH + 1].sum(axis=1), notes, weights)
    return Figures(
        name=result.name,
        settings=result.settings,
        onset=interval(result.hidden[:, 0], notes, weights),
        sound=interval(result.hidden[:, 1], notes, weights),
        total=interval(total, notes, weights),
        per_beat=interval(total, beats, weights),
        groups=tuple(
            float(total[group == row].sum() / notes[group == row].sum())
            if (group == row).any()
            else None
            for row in range(len(groups))
        ),
        shown_total=shown_total,
        shown=shown,
    )
