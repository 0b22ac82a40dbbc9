"""The MIDI clock follower on clocks as JACK delivers them: whole audio periods, all a bit late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.listen.pulse import Follower

START, CONTINUE, STOP, TICK = b"\xfa", b"\xfb", b"\xfc", b"\xf8"
PERIOD = 256 / 48000  # seconds


def ticks(bpm: float, begin: float, count: int, period: float = PERIOD) -> Iterator[float]:
    """Yield the seconds at which `count` ticks arrive, each at the next period's edge."""
    for number in range(count):
        true = begin + number * 60 / bpm / 24
        yield (true // period + 1) * period if period else true


def started(bpm: float, beats: float, *, guess: float = 120.0, period: float = PERIOD) -> Follower:
    """Return a follower that has heard a Start and some beats from second 10 on."""
    follower = Follower(guess, 0.0)
    follower.feed(9.99, START)
    for second in ticks(bpm, 10.0, round(beats * 24) + 1, period):
        follower.feed(second, TICK)
    return follower


@pytest.mark.parametrize("bpm", [60, 72.5, 90, 97.5, 120, 123.45, 140, 168, 180])
def test_one_bar_gives_the_tempo(bpm: float) -> None:
    follower = started(bpm, 4)
    print(f"{bpm} BPM: {follower.line.bpm - bpm:+.4f}")
    assert abs(follower.line.bpm - bpm) < 0.2
    assert follower.status(10 + 4 * 60 / bpm) == "locked"


@pytest.mark.parametrize("bpm", [60, 90, 120, 180])
def test_beats_fall_where_the_sender_has_them(bpm: float) -> None:
    follower = started(bpm, 8)
    now = 10 + 8 * 60 / bpm
    assert abs(follower.line.beat_at(now) - 8) * 60 / bpm <= PERIOD


def test_a_steady_clock_without_jitter_is_met_exactly() -> None:
    follower = started(133.0, 2, guess=90.0, period=0)
    assert follower.line.bpm == pytest.approx(133.0)
    assert follower.line.second_at(1.0) == pytest.approx(10 + 60 / 133)


def test_beat_zero_is_the_first_tick_after_start() -> None:
    follower = Follower(120.0, 0.0)
    follower.feed(5.0, START)
    assert follower.status(5.0) == "stopped"
    follower.feed(5.5, TICK)
    assert follower.playing
    assert follower.take_jump()
    assert not follower.take_jump()
    assert follower.line.beat_at(5.5) == 0.0
    assert follower.status(5.6) == "free"


@pytest.mark.parametrize(("before", "after"), [(120, 140), (140, 120), (90, 60), (60, 180)])
def test_a_tempo_step_is_followed_within_two_beats(before: float, after: float) -> None:
    follower = started(before, 10)
    step = 10 + 10 * 60 / before
    for second in ticks(after, step + 60 / after / 24, 47):
        follower.feed(second, TICK)
    assert abs(follower.line.bpm - after) < 2
    assert abs(follower.line.beat_at(step + 2 * 60 / after) - 12) < 0.06


def test_time_never_steps_back_audibly() -> None:
    follower = started(120, 1)
    beats = []
    for second in ticks(120, 10.5 + 1 / 48, 300):
        follower.feed(second, TICK)
        beats.append(follower.line.beat_at(second))
    assert all(later > earlier for earlier, later in pairwise(beats))


def test_stop_holds_the_position_and_continue_goes_on_from_it() -> None:
    follower = started(120, 4)  # 97 ticks: the next one is number 97
    follower.feed(12.01, STOP)
    assert follower.status(12.1) == "stopped"
    follower.take_jump()
    follower.feed(20.0, CONTINUE)
    follower.feed(20.02, TICK)
    assert follower.take_jump()
    assert follower.line.beat_at(20.02) == pytest.approx(97 / 24)
    assert follower.line.bpm == pytest.approx(120, abs=0.2)


def test_song_position_moves_a_stopped_song() -> None:
    follower = started(120, 1)
    for message in (STOP, b"\xf2\x20\x00", CONTINUE, TICK):  # 32 sixteenths are 8 beats
        follower.feed(30.0, message)
    assert follower.playing
    assert follower.line.beat_at(30.0) == pytest.approx(8.0)


def test_song_position_moves_a_rolling_song_at_the_next_tick() -> None:
    follower = started(120, 1)
    follower.take_jump()
    follower.feed(10.51, b"\xf2\x08\x01")  # 136 sixteenths: no whole bars from here
    assert not follower.take_jump()
    follower.feed(10.52, TICK)
    assert follower.take_jump()
    assert follower.line.beat_at(10.52) == pytest.approx(34.0)
    assert follower.away == 0


def looping(bars: int, *breath: bytes) -> Follower:
    """Bars at 120 BPM, then a DAW's words, then a bar more."""
    follower = started(120, 4 * bars, period=0)
    follower.take_jump()
    follower.feed(10 + 2 * bars + 0.01, b"".join(breath[:1]) or TICK)
    for message in breath[1:]:
        follower.feed(10 + 2 * bars + 0.011, message)
    for second in ticks(120, 10 + 2 * bars + 1 / 48, 96, 0):
        follower.feed(second, TICK)
    return follower


AT_TICK_1 = b"\xf2\x00\x00"  # sixteenths are too coarse to name it better


@pytest.mark.parametrize(
    "breath",
    [(AT_TICK_1,), (STOP, AT_TICK_1, CONTINUE), (AT_TICK_1, AT_TICK_1)],
)
@given(bars=st.integers(1, 8))
def test_a_song_that_loops_while_it_rolls_goes_straight_on(
    breath: tuple[bytes, ...], bars: int
) -> None:
    """No jump; our bars go on, and it is known how the DAW counts them."""
    follower = looping(bars, *breath)
    assert not follower.take_jump()
    assert follower.playing
    now = 10 + 2 * bars + 2.0
    assert follower.line.beat_at(now) == pytest.approx(4 * bars + 4, abs=0.06)
    assert follower.away == 4 * bars
    assert follower.line.bpm == pytest.approx(120)


def test_a_position_where_the_song_is_already_changes_nothing() -> None:
    follower = started(120, 8, period=0)
    follower.take_jump()
    follower.feed(14.01, b"\xf2\x20\x00")
    for second in ticks(120, 14 + 1 / 48, 48, 0):
        follower.feed(second, TICK)
    assert not follower.take_jump()
    assert (follower.away, follower.status(15.0)) == (0, "locked")


def test_a_song_that_begins_anew_while_it_rolls_jumps() -> None:
    follower = looping(2, START)
    assert follower.take_jump()
    assert follower.line.beat_at(14 + 1 / 48 + 1.0) == pytest.approx(2.0)


def test_where_a_looped_song_stops_the_sender_s_own_count_is_held() -> None:
    follower = looping(4, AT_TICK_1)
    follower.feed(20.01, STOP)
    follower.feed(30.0, CONTINUE)
    follower.feed(30.01, TICK)
    assert follower.take_jump()
    assert follower.line.beat_at(30.01) == pytest.approx(4.0, abs=0.06)
    assert follower.away == 0


def test_a_clock_that_vanishes_is_held_and_taken_up_again() -> None:
    follower = started(120, 8)
    assert follower.status(14.9) == "locked"
    assert follower.status(15.1) == "lost"
    assert follower.playing
    assert follower.line.beat_at(16.0) == pytest.approx(12.0, abs=0.02)
    follower.take_jump()
    for second in ticks(120, 16.5, 25):  # the sender went on meanwhile: beat 13
        follower.feed(second, TICK)
    assert follower.line.beat_at(17.0) == pytest.approx(14.0, abs=0.02)
    assert not follower.take_jump()


def test_a_sender_that_hesitates_keeps_its_count() -> None:
    follower = started(120, 8)
    for second in ticks(120, 14.3, 25):  # 0.28 s late with tick 193
        follower.feed(second, TICK)
    assert follower.line.beat_at(14.8) == pytest.approx(217 / 24, abs=0.02)
    assert follower.line.bpm == pytest.approx(120, abs=3)


@pytest.mark.parametrize("lost", [1, 2, 3, 7, 30])
@pytest.mark.parametrize("bpm", [90, 120, 150])
def test_ticks_that_get_lost_do_not_move_the_bar_line(bpm: float, lost: int) -> None:
    follower = started(bpm, 8)
    begin = 10 + (193 + lost) * 60 / bpm / 24
    for second in ticks(bpm, begin, 25):
        follower.feed(second, TICK)
    now = begin + 60 / bpm
    assert follower.line.beat_at(now) == pytest.approx((193 + lost) / 24 + 1, abs=0.02)
    assert follower.line.bpm == pytest.approx(bpm, abs=0.2)


@pytest.mark.parametrize("stall", [0.03, 0.1, 0.6])
@pytest.mark.parametrize("at", [2, 200])
def test_a_backlog_that_comes_in_one_go_changes_nothing(at: int, stall: float) -> None:
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    held = 10 + at / 48 + stall
    for number, second in enumerate(ticks(120, 10.0, 401)):
        follower.feed(max(second, held) if number >= at else second, TICK)
    assert follower.line.beat_at(10 + 400 / 48) == pytest.approx(400 / 24, abs=0.02)
    assert follower.line.bpm == pytest.approx(120, abs=0.2)


def test_ticks_while_stopped_teach_the_tempo() -> None:
    follower = Follower(120.0, 0.0)
    for second in ticks(84, 1.0, 97):
        follower.feed(second, TICK)
    assert not follower.playing
    assert follower.line.bpm == pytest.approx(84, abs=0.2)


def test_a_lone_late_tick_changes_nothing() -> None:
    follower = started(120, 8)
    bpm = follower.line.bpm
    for number, second in enumerate(ticks(120, 14 + 1 / 48, 12)):
        follower.feed(second + (0.018 if number == 3 else 0), TICK)
    assert follower.line.bpm == pytest.approx(bpm, abs=0.1)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 0.1),
            st.one_of(
                st.sampled_from([TICK, TICK, TICK, START, CONTINUE, STOP, b"\xf2\x10\x00"]),
                st.binary(min_size=1, max_size=4),
            ),
        ),
        max_size=200,
    )
)
def test_garbage_never_breaks_it(messages: list[tuple[float, bytes]]) -> None:
    follower = Follower(120.0, 0.0)
    now = 0.0
    for gap, message in messages:
        now += gap
        follower.feed(now, message)
        assert 20 <= follower.line.bpm <= 400.001
        assert follower.status(now) in ("locked", "free", "lost", "stopped")
        assert abs(follower.line.beat_at(now)) < 1e6
