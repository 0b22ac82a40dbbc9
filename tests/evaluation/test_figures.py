from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.evaluation.figures import Result, figures, interval, mean, resample
from bridge.evaluation.ppm import KINDS
from bridge.evaluation.scoring import bits
from tests.evaluation.scores import item_of, motif

GROUPS = (("gmd",), ("openewld",), ("jsfakes",))
ITEMS = [
    replace(item_of(motif((60, 62), step=step)), piece=piece, pack=pack)
    for piece, pack, step in ((0, "gmd", 12), (0, "gmd", 12), (1, "gmd", 24), (2, "openewld", 6))
]


def test_guessing_costs_the_logarithm_of_the_choices() -> None:
    paid = np.array([bits(np.tile(1 / KINDS, (item.count, 1))).sum(axis=0) for item in ITEMS])
    result = Result("guess", {}, hidden=paid, shown=None)
    row = figures(result, ITEMS, GROUPS, resample(ITEMS, GROUPS))
    assert row.onset == pytest.approx((np.log2(193),) * 3)
    assert row.sound == pytest.approx((np.log2(13 * 128),) * 3)
    assert row.total[0] == pytest.approx(np.log2(193 * 13 * 128))
    assert row.per_beat[0] == pytest.approx(row.total[0] * sum(i.count for i in ITEMS) / 64)
    assert row.groups[:2] == pytest.approx([row.total[0]] * 2)
    assert row.groups[2] is None
    assert row.shown is None


def test_what_was_thought_impossible_costs_the_floor() -> None:
    assert bits(np.zeros((1, 2)))[0] == pytest.approx(-np.log2(1e-4 / KINDS))
    assert bits(np.ones((1, 2))).max() < 2e-4


def test_draws_keep_pieces_whole_and_groups_full() -> None:
    weights = resample(ITEMS, GROUPS)
    assert np.array_equal(weights[:, 0], weights[:, 1])
    assert (weights[:, 0] + weights[:, 2] == 2).all()
    assert (weights[:, 3] == 1).all()
    assert np.array_equal(weights, resample(ITEMS, GROUPS))


def test_an_interval_is_as_wide_as_pieces_differ() -> None:
    paid, over = np.array([2.0, 2.0, 6.0, 4.0]), np.ones(4)
    value, low, high = interval(paid, over, resample(ITEMS, GROUPS))
    assert value == pytest.approx(3.5)
    assert low == pytest.approx((2 * 2 * 2 + 4) / 5)
    assert high == pytest.approx((2 * 6 + 4) / 3)


def test_what_was_not_measured_does_not_count() -> None:
    weights = resample(ITEMS, GROUPS)
    value, low, high = mean(np.array([1.0, np.nan, np.nan, 3.0]), weights)
    assert 1 <= low <= value == 2 <= high <= 3
    assert mean(np.array([np.nan, np.nan, 5.0, np.nan]), weights) == (5, 5, 5)
    assert np.isnan(mean(np.full(4, np.nan), weights)).all()
