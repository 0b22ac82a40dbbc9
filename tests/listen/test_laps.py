"""Ardour's loop: its clock stops at the end, and goes on a beat after the beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.listen.pulse import Follower
from tests.listen.test_bad_clocks import CONTINUE, STOP, TICK, position

BEAT = 0.5  # seconds


def lap(follower: Follower, begin: float, first: int, end: int) -> float:
    """Play the beats from `first` to `end` of the song, and stop there; return when that was."""
    for message in (position(first), CONTINUE):
        follower.feed(begin, message)
    for tick in range((end - first) * 24):
        follower.feed(begin + tick * BEAT / 24, TICK)
    stops = begin + (end - first) * BEAT
    follower.feed(stops, STOP)
    return stops


def rolls(follower: Follower) -> bool:
    return follower.playing


@given(bars=st.integers(1, 8), laps=st.integers(2, 5))
def test_from_the_second_lap_on_the_song_goes_straight_on(bars: int, laps: int) -> None:
    follower, first, end = Follower(120.0, 0.0), 16, 16 + 4 * bars
    follower.bar = 4.0
    now = lap(follower, 10.0, first, end)
    assert not rolls(follower)  # who knows why it stopped?
    now = lap(follower, now + BEAT, first + 1, end)
    assert follower.take_jump()
    for number in range(laps):
        assert rolls(follower)
        follower.glance(now + 0.9 * BEAT)
        now = lap(follower, now + BEAT, first + 1, end)
        assert not follower.take_jump()
        assert follower.line.beat_at(now) == pytest.approx(end + 4 * bars * (number + 1), abs=0.05)
        assert follower.away == 4 * bars * (number + 1)
    assert rolls(follower)


def test_a_stop_at_a_loops_end_that_is_meant_is_obeyed_after_a_beat_or_so() -> None:
    follower = Follower(120.0, 0.0)
    now = lap(follower, 10.0, 0, 8)
    now = lap(follower, now + BEAT, 1, 8)
    follower.glance(now + BEAT)
    assert rolls(follower)
    follower.glance(now + 1.3 * BEAT)
    assert not rolls(follower)
    assert follower.status(now + 1.3 * BEAT) == "stopped"
    follower.feed(now + 9, CONTINUE)
    follower.feed(now + 9, TICK)
    assert follower.line.beat_at(now + 9) == pytest.approx(8)


def test_a_second_stop_is_obeyed_at_once() -> None:
    follower = Follower(120.0, 0.0)
    now = lap(follower, 10.0, 0, 8)
    now = lap(follower, now + BEAT, 1, 8)
    assert rolls(follower)
    follower.feed(now + 0.01, STOP)
    assert not rolls(follower)


@pytest.mark.parametrize(("pause", "first"), [(3.0, 1), (1.0, 2), (1.0, 8), (1.0, 40)])
def test_what_goes_on_elsewhere_or_later_is_no_lap(pause: float, first: int) -> None:
    follower = Follower(120.0, 0.0)
    now = lap(follower, 10.0, 0, 8)
    now = lap(follower, now + pause * BEAT, first, first + 8)
    now = lap(follower, now + BEAT, first + 8, 24 + first)
    assert not rolls(follower)


def test_a_loop_in_one_breath_makes_no_stop_wait() -> None:
    """Who goes on at once after a stop is not waited for."""
    follower = Follower(120.0, 0.0)
    now = lap(follower, 10.0, 0, 8)
    for _ in range(3):
        now = lap(follower, now + 0.001, 0, 8)
        assert not rolls(follower)


def test_a_stop_of_a_clock_that_is_silent_already_is_obeyed() -> None:
    follower = Follower(120.0, 0.0)
    now = lap(follower, 10.0, 0, 8)
    for message in (position(1), CONTINUE):
        follower.feed(now + BEAT, message)
    for tick in range(7 * 24):
        follower.feed(now + BEAT + tick * BEAT / 24, TICK)
    follower.feed(now + 9.5 * BEAT, STOP)
    assert not rolls(follower)
