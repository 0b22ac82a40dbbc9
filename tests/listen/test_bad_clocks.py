"""Clocks that misbehave: the line goes on, at a tempo that can be, and the bar line stays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.listen.pulse import Follower

START, CONTINUE, STOP, TICK = b"\xfa", b"\xfb", b"\xfc", b"\xf8"
ALL_NOTES_OFF = [bytes((0xB0 | channel, 123, 0)) for channel in range(16)]
PERIOD = 256 / 48000  # seconds


def arrives(second: float, period: float = PERIOD) -> float:
    """Return when a tick sent at a second is heard: at the next period's edge."""
    return (second // period + 1) * period


def ticks(bpm: float, begin: float, count: int) -> list[float]:
    return [arrives(begin + number * 60 / bpm / 24) for number in range(count)]


def position(beat: int) -> bytes:
    return bytes((0xF2, (beat * 4) & 0x7F, (beat * 4) >> 7))


def hear(follower: Follower, seconds: Iterable[float]) -> list[float]:
    """Let a follower hear ticks; return by how many beats each moved the line."""
    moved = []
    for second in seconds:
        before = follower.line.beat_at(second)
        follower.feed(second, TICK)
        moved.append(follower.line.beat_at(second) - before)
    return moved


def rolling(bpm: float, beats: int) -> tuple[Follower, float]:
    """Return a follower some beats after a Start, and the second of its next tick."""
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    hear(follower, ticks(bpm, 10.0, beats * 24))
    return follower, 10.0 + beats * 60 / bpm


@pytest.mark.parametrize("bpm", [1000, 500, 15, 5])
def test_a_tempo_that_cannot_be_is_not_followed(bpm: float) -> None:
    follower, now = rolling(120, 8)
    hear(follower, ticks(bpm, now, int(bpm / 60 * 24 * 10)))
    now += 10
    assert follower.playing
    assert follower.status(now) == "lost"
    assert follower.line.bpm == pytest.approx(120, abs=0.2)
    assert follower.line.beat_at(now) == pytest.approx(28, abs=0.7)  # as if nothing had been
    moved = hear(follower, ticks(120, now + 1 / 48, 96))
    assert max(map(abs, moved)) < 1 / 24
    assert follower.status(now + 2) == "locked"
    assert follower.line.bpm == pytest.approx(120, abs=0.2)


@pytest.mark.parametrize("bpm", [1000, 5])
def test_a_song_that_begins_at_a_tempo_that_cannot_be_rolls_on(bpm: float) -> None:
    follower = Follower(96.0, 0.0)
    follower.feed(9.99, START)
    hear(follower, ticks(bpm, 10.0, int(bpm / 60 * 24 * 10)))
    assert (follower.playing, follower.status(20.0)) == (True, "lost")
    assert follower.line.bpm == pytest.approx(96, abs=0.2)


@pytest.mark.parametrize("bpm", [25, 30, 300])
def test_a_tempo_at_the_edge_is_followed(bpm: float) -> None:
    follower, now = rolling(120, 4)
    hear(follower, ticks(bpm, now, 192))
    assert follower.line.bpm == pytest.approx(bpm, abs=0.3)
    now += 191 * 60 / bpm / 24
    assert follower.line.beat_at(now) == pytest.approx(4 + 191 / 24, abs=0.05)


@pytest.mark.parametrize("first", [1, 2, 4, 6])
@pytest.mark.parametrize("every", [7, 11])
@pytest.mark.parametrize("bpm", [70, 120, 180])
def test_a_clock_that_loses_ticks_from_the_start_has_its_tempo(
    bpm: float, every: int, first: int
) -> None:
    follower = Follower(100.0, 0.0, PERIOD)
    follower.feed(9.99, START)
    sent = ticks(bpm, 10.0, 16 * 24 + 1)
    hear(follower, [at for number, at in enumerate(sent) if number % every != first])
    assert follower.line.bpm == pytest.approx(bpm, abs=0.2)
    assert follower.line.beat_at(10 + 16 * 60 / bpm) == pytest.approx(16, abs=0.03)


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize("phase", [0.1, 0.4, 0.7])
@pytest.mark.parametrize("bpm", [60, 90, 120, 140, 180])
def test_a_tick_lost_after_the_first_one_of_a_song_is_counted(
    bpm: float, phase: float, lost: int
) -> None:
    follower, begin = Follower(100.0, 0.0), 10 + phase * PERIOD
    follower.feed(9.99, START)
    first, *sent = ticks(bpm, begin, 97)
    hear(follower, [first, *sent[lost:]])
    assert follower.line.beat_at(begin + 4 * 60 / bpm) == pytest.approx(4, abs=0.025)


@pytest.mark.parametrize("wait", [0.3, 0.6, 1.4, 5.0])
def test_a_sender_that_waits_after_the_first_tick_has_lost_none(wait: float) -> None:
    """The position is what was counted, as MIDI has it."""
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    hear(follower, [10.0, *(10 + (n + wait) / 48 for n in range(1, 97))])
    assert follower.line.beat_at(12 + wait / 48) == pytest.approx(4, abs=0.005)


@given(seed=st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_one_tick_lost_in_fifty_moves_no_bar_line(seed: int) -> None:
    follower, now = rolling(120, 4)
    dice = np.random.default_rng(seed)
    beats = 16
    sent = ticks(120, now, beats * 24)
    # None of the last ticks: it takes some to find out.
    heard = [t for n, t in enumerate(sent) if dice.random() > 0.02 or n > len(sent) - 12]
    hear(follower, heard)
    assert follower.line.beat_at(now + beats / 2) == pytest.approx(4 + beats, abs=0.03)


@pytest.mark.parametrize("rate", [10, -10, 20, -20])
def test_a_ramp_of_eight_bars_is_followed(rate: float) -> None:
    follower, now = rolling(120, 8)
    errors = []
    for number in range(32 * 24 + 96):
        bpm = 120 + rate * min(number / (32 * 24), 1)
        follower.feed(arrives(now), TICK)
        errors.append(follower.line.beat_at(now) - 8 - number / 24)
        now += 60 / bpm / 24
    assert max(map(abs, errors)) * 500 < 10  # milliseconds
    assert follower.line.bpm == pytest.approx(120 + rate, abs=0.5)  # a bar after its end


@pytest.mark.parametrize("before", [0, 5, 200])
def test_ticks_before_start_are_not_counted(before: int) -> None:
    follower = Follower(120.0, 0.0)
    hear(follower, ticks(97.5, 10 - before * 60 / 97.5 / 24, before))
    follower.feed(9.999, START)
    hear(follower, ticks(97.5, 10.0, 97))
    assert follower.line.beat_at(10 + 4 * 60 / 97.5) == pytest.approx(4, abs=0.03)
    assert follower.line.bpm == pytest.approx(97.5, abs=0.2)


@pytest.mark.parametrize("pause", [0.0, 0.5, 3.0])
def test_a_clock_that_begins_after_start_begins_the_song(pause: float) -> None:
    follower = Follower(120.0, 0.0)
    follower.feed(10.0 - pause, START)
    assert follower.status(10.0) == "stopped"
    hear(follower, ticks(90, 10.0, 97))
    assert follower.line.beat_at(10 + 4 * 60 / 90) == pytest.approx(4, abs=0.03)


def test_all_notes_off_before_the_first_tick_is_no_part_of_the_clock() -> None:
    """FL Studio sends them between Start and the first tick."""
    follower = Follower(120.0, 0.0)
    for message in (START, *ALL_NOTES_OFF):
        follower.feed(9.99, message)
    assert not follower.playing
    hear(follower, ticks(140, 10.0, 97))
    assert follower.line.bpm == pytest.approx(140, abs=0.3)
    assert follower.line.beat_at(10 + 4 * 60 / 140) == pytest.approx(4, abs=0.03)


@pytest.mark.parametrize("burst", [1, 5, 24, 60])
def test_a_stop_and_a_burst_after_locating_are_survived(burst: int) -> None:
    """Ardour sends a stray Stop and ticks in one go when it is moved."""
    follower, now = rolling(120, 8)
    follower.feed(now, STOP)
    follower.feed(now + 0.001, STOP)
    follower.feed(now + 0.002, position(64))
    hear(follower, [now + 0.01 + n * 0.0001 for n in range(burst)])
    follower.feed(now + 0.5, CONTINUE)
    hear(follower, ticks(120, now + 0.52, 97))
    assert follower.line.beat_at(now + 2.52) == pytest.approx(68, abs=0.03)
    assert follower.line.bpm == pytest.approx(120, abs=0.2)


def test_a_burst_right_after_continue_is_counted_and_not_believed() -> None:
    follower, now = rolling(120, 8)
    for message in (STOP, position(16), CONTINUE):
        follower.feed(now, message)
    hear(follower, [now + 0.005 + n * 0.0001 for n in range(12)])  # half a beat at once
    begin = now + 0.02
    hear(follower, ticks(120, begin, 97))
    counted = follower.line.beat_at(begin + 2) - follower.away
    assert counted == pytest.approx(20.5, abs=0.03)
    assert follower.line.bpm == pytest.approx(120, abs=0.2)


def test_continue_without_a_position_goes_on_from_the_beginning() -> None:
    follower = Follower(120.0, 0.0)
    follower.feed(9.9, CONTINUE)
    hear(follower, ticks(120, 10.0, 49))
    assert follower.line.beat_at(11.0) == pytest.approx(2, abs=0.03)


@given(beat=st.integers(0, 4095))
@settings(max_examples=20, deadline=None)
def test_continue_goes_on_from_anywhere(beat: int) -> None:
    follower = Follower(120.0, 0.0)
    for message in (position(beat), CONTINUE):
        follower.feed(9.99, message)
    hear(follower, ticks(120, 10.0, 49))
    assert follower.line.beat_at(11.0) == pytest.approx(beat + 2, abs=0.03)


def test_a_position_beyond_the_end_is_a_place_like_others() -> None:
    follower = Follower(120.0, 0.0)
    for message in (b"\xf2\x7f\x7f", CONTINUE):
        follower.feed(9.99, message)
    hear(follower, ticks(120, 10.0, 97))
    assert follower.line.beat_at(12.0) == pytest.approx(16383 / 4 + 4, abs=0.03)


@pytest.mark.parametrize("silence", [1.5, 10.0, 600.0])
@pytest.mark.parametrize("off", [0.0, 0.3])
def test_a_clock_that_comes_back_is_taken_up_without_a_jump(silence: float, off: float) -> None:
    follower, now = rolling(120, 8)
    again = now + silence + off / 48  # `off` ticks beside where it would be
    assert follower.status(again) == "lost"
    expected = follower.line.beat_at(again + 2)
    moved = hear(follower, ticks(120, again, 97))
    assert max(map(abs, moved)) < 1 / 24
    assert follower.status(again + 2) == "locked"
    assert follower.line.beat_at(again + 2) == pytest.approx(expected, abs=1 / 24)
