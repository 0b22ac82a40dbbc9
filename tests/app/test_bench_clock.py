"""The simulated clocks of the benchmark."""

from __future__ import annotations

import pytest

from bridge.app.bench.clock import follow, simulated


def test_a_clock_without_periods_is_met_exactly() -> None:
    found = follow(97.5, 0, 0.0)
    assert (found.tempo, found.phase, found.bars) == pytest.approx((0, 0, 0), abs=1e-6)


@pytest.mark.parametrize("step", [20, -20])
def test_a_step_is_followed_within_a_bar(step: float) -> None:
    assert 0 < follow(110, 256, 0.25, step).bars < 1


def test_every_figure_has_its_goal() -> None:
    rows = simulated(0)
    assert [row.unit for row in rows] == ["BPM", "ms", "bars"]
    assert all(row.holds for row in rows)
