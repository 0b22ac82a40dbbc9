"""Seconds and frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.frames import SLACK, STEP, WINDOW, WRAP, FrameClock

RATE, PERIOD = 48000, 256
CYCLE = PERIOD / RATE  # seconds


def clock(*, begin: int = 1000, delays: tuple[float, ...] = (0.0,), windows: int = 1) -> FrameClock:
    """Return a clock that saw cycles from frame `begin`, at second 50, each with a delay."""
    made = FrameClock(RATE)
    for k in range(windows * WINDOW):
        made.cycle((begin + k * PERIOD) % WRAP, 50 + k * CYCLE + delays[k % len(delays)])
    return made


def test_a_frame_falls_where_the_promptest_cycle_says() -> None:
    made = clock(delays=(0.003, 0.0007, 0.002))
    assert made.settled
    assert made.second_at(1000) == pytest.approx(50.0007)
    assert made.frame_at(50.0007 + 1) == 1000 + RATE


@given(st.lists(st.floats(0, SLACK / 2), min_size=1, max_size=30))
def test_once_it_lies_it_is_steady(delays: list[float]) -> None:
    before, after = clock(delays=(0.0,)), clock(delays=(0.0,))
    for k in range(WINDOW, 8 * WINDOW):
        after.cycle(1000 + k * PERIOD, 50 + k * CYCLE + delays[k % len(delays)])
    assert after.second_at(123456) == before.second_at(123456)


def test_it_follows_a_drift_and_hardly_moves_from_note_to_note() -> None:
    made, drift = clock(), 50e-6
    errors, moves, line = [], [], made.second_at(0)
    for k in range(WINDOW, 200 * WINDOW):
        second = 50 + k * CYCLE * (1 + drift)
        made.cycle(1000 + k * PERIOD, second)
        errors.append(abs(made.second_at(1000 + k * PERIOD) - second))
        moves.append(abs(made.second_at(0) - line) * RATE)
        line = made.second_at(0)
    assert max(errors) < 2 * SLACK
    assert max(moves) < 1.0  # frames


def test_a_counter_that_slipped_is_followed_at_once() -> None:
    made = clock()
    for k in range(WINDOW, 2 * WINDOW):
        made.cycle(1000 + k * PERIOD, 50 + 2 * STEP + k * CYCLE)
    assert made.second_at(1000) == pytest.approx(50 + 2 * STEP)


def test_the_counter_may_wrap() -> None:
    made = clock(begin=WRAP - 10 * PERIOD)
    assert made.unwrapped(5) == WRAP + 5
    assert made.unwrapped(WRAP - 1) == WRAP - 1
    assert made.second_at(WRAP) == pytest.approx(50 + 10 * CYCLE)
