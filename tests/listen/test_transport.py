"""Who conducts: our own clock or the DAW's."""

from __future__ import annotations

import pytest

from bridge.core.beat import BeatClock
from bridge.listen.transport import Transport

START, STOP, TICK = b"\xfa", b"\xfc", b"\xf8"


def daw_starts(transport: Transport, second: float) -> None:
    transport.hear(second, START)
    transport.hear(second, TICK)


def test_auto_rolls_by_itself_until_the_daw_starts() -> None:
    transport = Transport("auto", 90.0, 1.0)
    assert (transport.source, transport.status(1.0)) == ("internal", "free")
    assert transport.line.beat_at(3.0) == pytest.approx(3.0)
    daw_starts(transport, 5.0)
    assert transport.take_jump()
    assert (transport.source, transport.playing) == ("midi", True)
    assert transport.line.beat_at(5.0) == 0.0
    transport.hear(6.0, STOP)
    assert (transport.source, transport.status(6.0)) == ("midi", "stopped")


def test_ticks_alone_do_not_take_over() -> None:
    transport = Transport("auto", 90.0, 1.0)
    for number in range(100):
        transport.hear(2 + number / 50, TICK)
    assert (transport.source, transport.playing) == ("internal", True)
    assert not transport.take_jump()


def test_midi_waits_for_the_daw_and_obeys_nobody_else() -> None:
    transport = Transport("midi", 120.0, 0.0)
    assert (transport.source, transport.status(0.0)) == ("midi", "stopped")
    transport.start(1.0)
    assert transport.status(1.0) == "stopped"
    daw_starts(transport, 2.0)
    assert transport.playing


def test_internal_is_deaf_to_the_daw() -> None:
    transport = Transport("internal", 120.0, 0.0)
    daw_starts(transport, 2.0)
    assert transport.source == "internal"
    assert not transport.take_jump()


def test_turning_the_tempo_does_not_jump() -> None:
    transport = Transport("internal", 120.0, 0.0)
    transport.set_bpm(60.0, 2.0)
    assert transport.line.beat_at(2.0) == pytest.approx(4.0)
    assert transport.line.beat_at(3.0) == pytest.approx(5.0)
    assert not transport.take_jump()


def test_stop_and_start_by_hand() -> None:
    transport = Transport("auto", 120.0, 0.0)
    transport.stop()
    assert transport.status(1.0) == "stopped"
    transport.start(9.0)
    assert transport.playing
    assert transport.take_jump()
    assert transport.line.beat_at(9.5) == pytest.approx(1.0)


def test_a_start_by_hand_leaves_a_daw_that_rolls_in_charge() -> None:
    transport = Transport("auto", 120.0, 0.0)
    daw_starts(transport, 2.0)
    transport.take_jump()
    transport.start(3.0)
    transport.hear(3.1, TICK)
    assert transport.source == "midi"
    assert not transport.take_jump()


def test_a_start_by_hand_takes_over_from_a_daw_that_stands() -> None:
    transport = Transport("auto", 120.0, 0.0)
    daw_starts(transport, 2.0)
    transport.hear(2.5, STOP)
    transport.start(3.0)
    transport.hear(3.1, TICK)
    assert transport.source == "internal"
    assert transport.line.beat_at(3.5) == pytest.approx(1.0)


def test_a_start_by_hand_does_not_rewind_a_song_that_rolls() -> None:
    transport = Transport("auto", 120.0, 0.0)
    transport.start(3.0)
    assert transport.line.beat_at(3.0) == pytest.approx(6.0)
    assert not transport.take_jump()


def test_our_clock_takes_over_at_the_daws_beat() -> None:
    transport = Transport("auto", 120.0, 0.0)
    daw_starts(transport, 2.0)
    transport.take_jump()
    transport.set_wanted("internal", 4.0)
    assert not transport.take_jump()
    assert transport.line.beat_at(4.0) == pytest.approx(4.0)
    assert transport.playing


@pytest.mark.parametrize(("source", "status"), [("internal", "free"), ("midi", "lost")])
def test_a_player_born_again_goes_on(source: str, status: str) -> None:
    transport = Transport("auto", 120.0, 50.0)
    transport.resume(BeatClock(40.0, 16.0, 90.0), source)
    assert (transport.source, transport.status(50.0)) == (source, status)
    assert transport.line.beat_at(50.0) == pytest.approx(31.0)
    if source == "midi":
        transport.hear(50.01, TICK)  # the DAW is still rolling
        assert transport.line.beat_at(50.01) == pytest.approx(31.0, abs=1 / 24)
        assert transport.status(50.01) == "free"


def test_stopped_and_started_by_hand_it_is_back_with_a_daw_that_rolls() -> None:
    transport = Transport("auto", 120.0, 0.0)
    daw_starts(transport, 2.0)
    transport.take_jump()
    transport.stop()
    transport.start(3.0)
    assert (transport.source, transport.playing, transport.take_jump()) == ("midi", True, False)


def test_our_bar_lines_come_to_lie_where_a_program_has_them() -> None:
    """It began at its beat 6.5, we at 0: the bars are ours, the place in the bar is common."""
    transport = Transport("internal", 120.0, 0.0)
    transport.place(0.1, 6.7)  # ours is 0.2
    assert transport.take_jump()
    assert transport.line.beat_at(0.1) == pytest.approx(2.7)
    transport.place(4.1, 2.7 + 8.3)  # Live's 100 ms
    assert not transport.take_jump()
    assert transport.line.beat_at(4.1) == pytest.approx(10.7)
    transport.place(5.1, 34.0)  # a locate
    assert transport.take_jump()
    assert transport.line.beat_at(5.1) == pytest.approx(14.0)


def test_a_song_never_begins_before_its_first_beat() -> None:
    transport = Transport("internal", 120.0, 0.0)
    transport.know_bar(3.0)
    transport.place(0.1, 5.0)  # a beat before a bar line, and ours is 0.2
    assert transport.line.beat_at(0.1) == pytest.approx(2.0)


@pytest.mark.parametrize("wanted", ["midi", "jack", "fl", "link"])
def test_only_our_own_clock_is_placed(wanted: str) -> None:
    transport = Transport(wanted, 120.0, 0.0)
    before = transport.line
    transport.place(1.0, 3.0)
    assert (transport.line, transport.take_jump()) == (before, False)


def test_a_song_that_stands_is_not_placed() -> None:
    transport = Transport("internal", 120.0, 0.0)
    transport.stop()
    transport.place(1.0, 3.7)
    assert not transport.take_jump()
