"""FL Studio's script as a conductor: last in rank, from its second beat, through loops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.beat import BeatClock
from bridge.listen.transport import Transport

BPM, BEAT = 120.0, 0.5  # seconds
START, TICK, STOP = b"\xfa", b"\xf8", b"\xfc"


def told(transport: Transport, second: float, beat: float, bpm: float = BPM) -> None:
    transport.reach(BeatClock(second, beat, bpm))


def playing(begin: float = 8.0, second: float = 10.0) -> Transport:
    """Return a transport that FL has led for two beats, the last of them at `second`."""
    transport = Transport("auto", 90.0, 0.0)
    told(transport, second - BEAT, begin - 1)
    told(transport, second, begin)
    transport.take_jump()
    return transport


def test_it_conducts_from_its_second_beat_on_at_its_place_and_tempo() -> None:
    transport = Transport("auto", 90.0, 0.0)
    told(transport, 10.0, 16.0)
    assert transport.source == "internal"
    told(transport, 10.5, 17.0)
    assert (transport.source, transport.status(10.5)) == ("fl", "locked")
    assert transport.take_jump()
    assert transport.line.bpm == BPM
    assert transport.line.beat_at(11.0) == pytest.approx(18.0)


def test_a_midi_clock_stays_the_clock() -> None:
    transport = Transport("auto", 90.0, 0.0)
    told(transport, 10.0, 16.0)
    transport.hear(10.01, START)
    transport.hear(10.02, TICK)
    for number in range(1, 9):
        told(transport, 10 + number * BEAT, 16 + number)
        assert transport.source == "midi"


def test_a_midi_clock_that_begins_later_takes_over() -> None:
    transport = playing()
    transport.hear(11.0, START)
    transport.hear(11.02, TICK)
    assert transport.source == "midi"


def test_after_a_midi_clock_that_was_switched_off_it_leads() -> None:
    transport = Transport("auto", 90.0, 0.0)
    for message in (START, TICK, STOP):
        transport.hear(5.0, message)
    told(transport, 10.0, 0.0)
    assert (transport.source, transport.playing) == ("midi", False)
    told(transport, 10.5, 1.0)
    assert (transport.source, transport.playing) == ("fl", True)


def test_its_stop_stops_and_its_next_beat_starts_again() -> None:
    transport = playing()
    transport.rest()
    assert (transport.playing, transport.status(11.0)) == (False, "stopped")
    told(transport, 20.0, 0.0)
    assert (transport.playing, transport.line.beat_at(20.0)) == (True, 0.0)
    assert transport.take_jump()


@pytest.mark.parametrize("wanted", ["midi", "link", "jack", "internal"])
def test_who_was_asked_for_by_name_conducts(wanted: str) -> None:
    transport = Transport(wanted, 90.0, 0.0)
    told(transport, 10.0, 16.0)
    told(transport, 10.5, 17.0)
    assert transport.source == wanted


@given(st.integers(1, 8), st.lists(st.floats(0.0, 0.2), min_size=8, max_size=40))
def test_a_pattern_that_loops_goes_on_without_a_jump(bars: int, late: list[float]) -> None:
    transport = playing()
    for number, delay in enumerate(late, 1):
        # The script is late, by up to 0.4 beats, with what it read when it was called in time.
        told(transport, 10 + number * BEAT + delay, number % (4 * bars))
        assert not transport.take_jump()
    second = 10 + len(late) * BEAT
    assert transport.line.beat_at(second) == pytest.approx(8 + len(late), abs=0.41)


def test_a_song_that_is_moved_by_a_beat_jumps() -> None:
    transport = playing()
    told(transport, 10.5, 10.0)
    assert transport.take_jump()
    assert transport.line.beat_at(10.5) == pytest.approx(10.0)


def test_a_new_tempo_is_taken_at_once_and_without_a_jump() -> None:
    transport = playing()
    told(transport, 10.5, 9.0, 130.0)
    assert transport.line.bpm == 130.0
    assert not transport.take_jump()


def test_a_script_that_falls_silent_is_lost_and_its_tempo_held() -> None:
    transport = playing()
    assert (transport.status(13.0), transport.playing) == ("lost", True)
    assert transport.line.beat_at(14.0) == pytest.approx(16.0)


def test_a_player_that_was_restarted_goes_on_until_the_next_beat() -> None:
    transport = Transport("auto", 90.0, 0.0)
    transport.resume(BeatClock(10.0, 8.0, BPM), "fl")
    assert (transport.source, transport.playing) == ("fl", True)
    transport.take_jump()
    told(transport, 10.5, 1.0)  # FL's pattern has looped meanwhile
    assert transport.line.beat_at(10.5) == pytest.approx(9.0)
    assert not transport.take_jump()
