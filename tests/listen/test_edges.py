"""Lines through ticks that are heard at the edges of audio periods."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.listen.edges import within_bounds
from bridge.listen.pulse import Follower
from bridge.listen.regression import Tick, regress

START, TICK = b"\xfa", b"\xf8"
PERIOD = 256 / 48000  # seconds
BAR = 96  # ticks


def heard(bpm: float, begin: float, *, count: int = BAR, period: float = PERIOD) -> list[Tick]:
    sent = [begin + number * 60 / bpm / 24 for number in range(count)]
    return [(number, (at // period + 1) * period) for number, at in enumerate(sent)]


def tempo(ticks: list[Tick], *, period: float = PERIOD) -> float:
    line = within_bounds(ticks, regress(ticks, 0.0, 0.0), period)
    return 60 / line.period / 24


@given(bpm=st.floats(60, 180), begin=st.floats(10, 10.1))
def test_the_line_found_is_one_that_could_have_been_sent(bpm: float, begin: float) -> None:
    """All ticks lie within one period of each other as seen from it."""
    ticks = heard(bpm, begin)
    line = within_bounds(ticks, regress(ticks, 0.0, 0.0), PERIOD)
    errors = [line.error(tick) for tick in ticks]
    assert max(errors) - min(errors) <= PERIOD + 1e-5
    assert max(errors) == pytest.approx(-min(errors), abs=1e-9)


def test_a_bar_tells_more_of_the_tempo_than_least_squares_sees() -> None:
    dice = np.random.default_rng(1)
    ours, squares = [], []
    for _ in range(200):
        bpm = dice.uniform(60, 180)
        ticks = heard(bpm, 10 + dice.random())
        ours.append(abs(tempo(ticks) - bpm))
        squares.append(abs(60 / regress(ticks, 0.0, 0.0).period / 24 - bpm))
    assert statistics.median(ours) < 0.7 * statistics.median(squares)


@given(seed=st.integers(0, 999), bpm=st.floats(60, 180))
def test_stamps_that_a_busy_machine_made_late_change_nothing(seed: int, bpm: float) -> None:
    dice, ticks = np.random.default_rng(seed), heard(bpm, 10.001)
    late = [(number, at + min(dice.exponential(0.0001), 0.0005)) for number, at in ticks]
    assert tempo(late) == pytest.approx(tempo(ticks), abs=0.02)


@given(seed=st.integers(0, 999))
def test_ticks_that_come_at_no_edges_keep_their_least_squares(seed: int) -> None:
    dice = np.random.default_rng(seed)
    ticks = [(number, 10 + number / 48 + dice.normal(0, 0.002)) for number in range(BAR)]
    fit = regress(ticks, 0.0, 0.0)
    assert within_bounds(ticks, fit, PERIOD) == fit


@pytest.mark.parametrize("known", [0, 1])
@pytest.mark.parametrize("frames", [512, 1024])
@pytest.mark.parametrize("bpm", range(60, 181, 4))
def test_a_clock_behind_long_periods_has_its_tempo_after_a_bar(
    bpm: int, frames: int, known: int
) -> None:
    """Its ticks are one period or two apart, and none of them was lost."""
    period = frames / 48000
    follower = Follower(120.0, 0.0, known * period)
    follower.feed(9.99, START)
    for _, second in heard(bpm, 10.003, count=BAR + 1, period=period):
        follower.feed(second, TICK)
    assert follower.line.bpm == pytest.approx(bpm, rel=0.012)
    late = (follower.line.beat_at(10.003 + 4 * 60 / bpm) - 4) * 60 / bpm
    assert -period < late < 0.005
