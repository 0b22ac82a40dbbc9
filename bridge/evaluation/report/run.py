"""The measuring itself: every row hears and answers every item, one item after the other.

All rows take their turn at an item before the next one comes, and items come in mixed order, so
that the time left can be told from the time passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from bridge.evaluation.copying import Index
from bridge.evaluation.foils import Pool, foils_of
from bridge.evaluation.generate import Live
from bridge.evaluation.groups import NamedGroups
from bridge.evaluation.items import Item, Library
from bridge.evaluation.report.rows import Row
from bridge.evaluation.report.sheets import Sheet

FIGURE = 8  # notes of the figures that are looked for in the train split
SWEEP_SAMPLES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """How much is measured."""

    items: int  # of each group of packs
    samples: int  # answers to each item
    temperatures: tuple[float, ...] = ()  # at which the models also answer


SUITES = {
    "quick": Suite(items=12, samples=2),
    "full": Suite(items=48, samples=8, temperatures=(0.8, 1.0, 1.2)),
}


@dataclass(frozen=True, slots=True)
class Music:
    """What the rows are measured on."""

    library: Library
    groups: NamedGroups
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Measured:
    """A sheet for each row, and one for each model and temperature of the sweep."""

    sheets: dict[str, Sheet]
    sweep: dict[tuple[str, float], Sheet] = field(default_factory=dict)


def measure(music: Music, rows: list[Row], suite: Suite, tell: Callable[[], None]) -> Measured:
    """Measure all rows; `tell` is called after each item."""
    count = len(music.items)
    found = Measured({row.name: Sheet.blank(count) for row in rows})
    sweep = [(row, heat) for row in rows for heat in suite.temperatures if _remembers(row)]
    found.sweep.update({(row.name, heat): Sheet.blank(count) for row, heat in sweep})
    pool = Pool(music.library, tuple(music.groups.values()))
    index = Index.of(music.library, FIGURE)
    for at in np.random.default_rng(0).permutation(count).tolist():
        item = music.items[at]
        foils = foils_of(item, pool)
        for row in rows:
            sheet = found.sheets[row.name]
            if row.scorer:
                sheet.foretell(at, row.scorer, item, foils)
            if row.shortcut:
                sheet.cut_short(at, row.shortcut, item, foils)
            if row.player:
                sheet.play(at, row.player, item, suite.samples if row.by_chance else 1, index)
        for row, heat in sweep:
            assert isinstance(row.player, Live)
            asked = replace(row.player.settings, temperature=heat)
            player = replace(row.player, settings=asked)
            found.sweep[row.name, heat].play(at, player, item, SWEEP_SAMPLES, index)
        tell()
    return found


def _remembers(row: Row) -> bool:
    """Whether a row is a model as it answers live."""
    return isinstance(row.player, Live) and row.player.settings.memory > 0
