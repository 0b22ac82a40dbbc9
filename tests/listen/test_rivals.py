"""Two MIDI clocks at one input: the first is followed, the second told of."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.listen.pulse import Follower
from bridge.listen.transport import Transport
from tests.listen.test_bad_clocks import PERIOD, START, STOP, TICK, arrives, hear

JOINS = 8  # beats of the first clock


def ticks(bpm: float, begin: float, end: float, period: float) -> list[float]:
    sent = [begin + n * 60 / bpm / 24 for n in range(round((end - begin) * bpm / 60 * 24))]
    return [arrives(at, period) if period else at for at in sent]


def joined(first: float, second: float, period: float, seconds: float) -> tuple[Follower, float]:
    """Return a follower some seconds after a second clock joined the first, and now."""
    follower = Follower(120.0, 0.0, period)
    follower.feed(9.99, START)
    begins = 10 + JOINS * 60 / first
    end = begins + seconds
    both = ticks(first, 10.0, end, period) + ticks(second, begins + 0.0071, end, period)
    hear(follower, sorted(both))
    return follower, end


@pytest.mark.parametrize("period", [0.0, 64 / 48000, PERIOD])
@pytest.mark.parametrize(
    ("first", "second"),
    [(120, 137), (120, 130), (120, 60), (90, 140), (140, 90), (100, 160), (174, 87.5)],
)
def test_the_clock_that_was_there_first_is_followed(
    first: float, second: float, period: float
) -> None:
    follower, now = joined(first, second, period, 20)
    assert follower.rivals.bpm == pytest.approx(second, rel=0.02)
    assert follower.line.bpm == pytest.approx(first, abs=0.2)
    assert follower.line.beat_at(now) == pytest.approx((now - 10) * first / 60, abs=0.04)
    assert follower.status(now) == "locked"


@given(first=st.integers(70, 150), ratio=st.floats(1.1, 1.9))
@settings(max_examples=100, deadline=None)
def test_a_quicker_second_clock_does_not_move_the_tempo(first: int, ratio: float) -> None:
    follower, now = joined(first, first * ratio, 0.0, 12)
    assert follower.line.bpm == pytest.approx(first, abs=0.2)
    assert follower.line.beat_at(now) == pytest.approx((now - 10) * first / 60, abs=0.04)


@given(late=st.floats(0.0, 0.0208))
@settings(max_examples=40, deadline=None)
def test_no_tick_is_won_or_lost_whenever_the_second_clock_joins(late: float) -> None:
    """Even where the tick by which it is found out is its own."""
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    hear(follower, sorted(ticks(120, 10.0, 24.0, 0.0) + ticks(150, 14 + late, 24.0, 0.0)))
    assert follower.line.beat_at(24.0) == pytest.approx(28, abs=0.01)


def test_when_the_second_clock_ends_it_is_forgotten() -> None:
    follower, now = joined(120, 137, PERIOD, 8)
    assert follower.rivals.bpm
    hear(follower, ticks(120, now, now + 4, PERIOD))
    assert not follower.rivals.bpm
    assert follower.line.bpm == pytest.approx(120, abs=0.2)
    assert follower.line.beat_at(now + 4) == pytest.approx((now - 6) * 2, abs=0.04)


def test_when_the_first_clock_ends_the_second_is_followed_without_a_jump() -> None:
    follower, now = joined(120, 137, 0.0, 8)
    before = follower.line.beat_at(now)
    moved = hear(follower, ticks(137, now + 0.005, now + 6, 0.0))
    assert follower.line.bpm == pytest.approx(137, abs=0.2)
    assert max(map(abs, moved)) < 1 / 4
    assert follower.line.beat_at(now + 6) == pytest.approx(before + 6 * 137 / 60, abs=1)
    assert not follower.rivals.bpm


@pytest.mark.parametrize("period", [0.0, PERIOD])
@pytest.mark.parametrize(
    "steps", [(120, 137), (90, 180), (120, 250), (60, 120, 60), (100, 130, 170, 220), (180, 75)]
)
def test_one_clock_that_changes_its_tempo_is_no_second_one(
    steps: tuple[float, ...], period: float
) -> None:
    follower, now = Follower(120.0, 0.0, period), 10.0
    follower.feed(9.99, START)
    for bpm in steps:
        for at in ticks(bpm, now, now + 6, period):
            follower.feed(at, TICK)
            assert not follower.rivals.bpm
        now += 6
        assert follower.line.bpm == pytest.approx(bpm, abs=0.3)


def test_a_backlog_is_no_second_clock() -> None:
    """A machine that was busy for a beat hands over its ticks at once."""
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    late = [max(at, 14.5) if at > 14 else at for at in ticks(120, 10, 20, 0.0)]
    for at in late:
        follower.feed(at, TICK)
        assert not follower.rivals.bpm
    assert follower.line.beat_at(20) == pytest.approx(20, abs=0.03)


def test_time_goes_forward_while_two_clocks_come() -> None:
    follower, now = joined(120, 137, PERIOD, 10)
    beats = [follower.line.beat_at(now + n / 10) for n in range(20)]
    assert all(later > earlier for earlier, later in pairwise(beats))
    follower.feed(now + 3, STOP)
    assert not follower.playing


def test_the_second_clock_is_told_of_beside_the_first() -> None:
    transport = Transport("auto", 120.0, 0.0)
    transport.hear(9.99, START)
    for at in sorted(ticks(120, 10, 20, 0.0) + ticks(137, 14.007, 20, 0.0)):
        transport.hear(at, TICK)
    assert transport.reason(20.0) == (
        "MIDI clock started, and a second one at 137 BPM is not followed"
    )
    for at in ticks(120, 20, 24, 0.0):
        transport.hear(at, TICK)
    assert transport.reason(24.0) == "MIDI clock started"


def moved(first: list[tuple[float, float]], second: float, period: float) -> Follower:
    """Return a follower of a first clock that goes through (BPM, seconds), beside a second one."""
    follower, now, both = Follower(120.0, 0.0, period), 10.0, list[float]()
    follower.feed(9.99, START)
    for bpm, seconds in first:
        both += ticks(bpm, now, now + seconds, period)
        now += seconds
    both += ticks(second, 14.0071, now, period)
    hear(follower, sorted(both))
    return follower


@pytest.mark.parametrize("period", [0.0, PERIOD])
@pytest.mark.parametrize("bpm", [119, 121, 123, 130.5, 110])
def test_the_first_clock_is_followed_through_a_change_of_tempo(bpm: float, period: float) -> None:
    follower = moved([(120, 8), (bpm, 10)], 150, period)
    assert follower.line.bpm == pytest.approx(bpm, abs=0.3)
    assert follower.rivals.bpm == pytest.approx(150, abs=2)


@pytest.mark.parametrize("period", [0.0, PERIOD])
@pytest.mark.parametrize("to", [100, 140])
def test_the_first_clock_is_followed_through_a_ramp(to: float, period: float) -> None:
    sent, now = [], 10.0
    while now < 38:
        sent.append(arrives(now, period) if period else now)
        now += 2.5 / (120 + (to - 120) * min(max(now - 18, 0) / 10, 1))
    follower = Follower(120.0, 0.0, period)
    follower.feed(9.99, START)
    hear(follower, sorted(sent + ticks(155, 14.0071, 38, period)))
    assert follower.line.bpm == pytest.approx(to, abs=0.3)


@pytest.mark.parametrize("slip", [0.002, 0.005, 0.008, 0.020])
@pytest.mark.parametrize("period", [0.0, PERIOD])
def test_the_two_are_found_again_after_a_slip_of_the_machine(slip: float, period: float) -> None:
    """Which of them is followed then, nobody can promise; never both as one."""
    follower = Follower(120.0, 0.0, period)
    follower.feed(9.99, START)
    both = sorted(ticks(120, 10.0, 30.0, period) + ticks(137, 14.0071, 30.0, period))
    hear(follower, [at + slip * (at > 20) for at in both])
    assert follower.line.bpm == pytest.approx(120 if follower.line.bpm < 128 else 137, abs=0.3)


@pytest.mark.parametrize("words", [(STOP, START), (STOP, b"\xfb"), (b"\xf2\x10\x00",)])
@pytest.mark.parametrize("period", [0.0, PERIOD])
def test_two_clocks_are_two_also_after_the_song_is_moved(
    words: tuple[bytes, ...], period: float
) -> None:
    follower, now = joined(120, 137, period, 8)
    for message in words:
        follower.feed(now, message)
    hear(
        follower,
        sorted(ticks(120, now, now + 6, period) + ticks(137, now + 0.003, now + 6, period)),
    )
    assert follower.line.bpm == pytest.approx(120, abs=0.3)
    assert follower.rivals.bpm == pytest.approx(137, abs=2)


@pytest.mark.parametrize("late", [40, 72, 96, 120])
@pytest.mark.parametrize("bpm", [60, 120, 180])
def test_a_backlog_of_bars_in_one_go_is_survived(bpm: float, late: int) -> None:
    follower = Follower(120.0, 0.0)
    follower.feed(9.99, START)
    sent = ticks(bpm, 10.0, 30.0, 0.0)
    arrived = sent[200 + late]
    hear(follower, [arrived if 200 <= n < 200 + late else at for n, at in enumerate(sent)])
    assert follower.line.bpm == pytest.approx(bpm, abs=0.3)
