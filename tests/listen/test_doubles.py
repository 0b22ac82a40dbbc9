"""One clock that comes twice is heard once, and no fast one is taken for it."""

from __future__ import annotations

import pytest

from bridge.listen.pulse import Follower
from tests.listen.test_bad_clocks import PERIOD, START, arrives, hear, rolling, ticks


@pytest.mark.parametrize("bpm", [70, 90, 120, 150, 180])
def test_a_clock_that_comes_by_two_cables_is_heard_once(bpm: float) -> None:
    follower = Follower(120.0, 0.0)
    for _ in range(2):
        follower.feed(9.99, START)
    hear(follower, [at for tick in ticks(bpm, 10.0, 97) for at in (tick, tick + 0.0001)])
    now = 10 + 4 * 60 / bpm
    assert follower.line.bpm == pytest.approx(bpm, abs=0.2)
    assert follower.line.beat_at(now) == pytest.approx(4, abs=0.03)


@pytest.mark.parametrize("lag", [0.0001, 0.0004, 0.002, 0.0025])
@pytest.mark.parametrize("phase", [0.0, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("bpm", [70, 90, 117.1875, 117.5, 120, 150, 156.2, 180])
def test_two_cables_are_heard_once_also_across_the_edge_of_a_period(
    bpm: float, phase: float, lag: float
) -> None:
    """Where a tick and its twin fall into two periods of JACK, they come a period apart."""
    follower, begin = Follower(120.0, 0.0, PERIOD), 10 + phase * PERIOD
    follower.feed(9.99, START)
    sent = [begin + number * 60 / bpm / 24 for number in range(16 * 24 + 1)]
    hear(follower, sorted(arrives(at + late) for at in sent for late in (0.0, lag)))
    now = begin + 16 * 60 / bpm
    assert follower.line.bpm == pytest.approx(bpm, abs=0.2)
    assert follower.line.beat_at(now) == pytest.approx(16, abs=0.03)


@pytest.mark.parametrize("lag", [0.001, 0.002, 0.0025])
@pytest.mark.parametrize("bpm", [70, 90, 120, 150, 180])
def test_two_masters_of_one_tempo_are_heard_once(bpm: float, lag: float) -> None:
    """The second sends the same a little later, and each tick arrives when it was sent."""
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    sent = [10 + number * 60 / bpm / 24 for number in range(8 * 24 + 1)]
    hear(follower, sorted(at + late for at in sent for late in (0.0, lag)))
    assert follower.line.bpm == pytest.approx(bpm, abs=0.01)
    assert follower.line.beat_at(10 + 8 * 60 / bpm) == pytest.approx(8, abs=0.01)


@pytest.mark.parametrize("bpm", [240, 250, 290, 312, 312.5, 330])
def test_a_fast_clock_is_no_slow_one_that_comes_twice(bpm: float) -> None:
    follower, now = rolling(120, 4)
    hear(follower, ticks(bpm, now, 192))
    assert follower.line.bpm == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("before", range(9))
def test_two_cables_found_out_soon_after_a_start_move_no_bar_line(before: int) -> None:
    """They were there before it, and only what was counted since is taken back."""
    follower = Follower(120.0, 0.0)
    begin = 10 - before / 48
    hear(follower, [at for tick in ticks(120, begin, before) for at in (tick, tick + 0.0001)])
    follower.feed(9.999, START)
    hear(follower, [at for tick in ticks(120, 10.0, 13) for at in (tick, tick + 0.0001)])
    assert follower.line.beat_at(10.25) == pytest.approx(0.5, abs=0.03)


def test_a_second_cable_that_comes_and_goes_moves_no_bar_line() -> None:
    follower, now = rolling(120, 8)
    hear(follower, [at for tick in ticks(120, now, 192) for at in (tick, tick + 0.0001)])
    hear(follower, ticks(120, now + 4, 193))
    assert follower.line.bpm == pytest.approx(120, abs=0.2)
    assert follower.line.beat_at(now + 8) == pytest.approx(24, abs=0.03)
