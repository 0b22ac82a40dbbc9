"""One master at a time, and why: MIDI clock before Link before JACK before ourselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.beat import BeatClock
from bridge.listen.told import Song
from bridge.listen.transport import RANKS, Transport

START, STOP, TICK = b"\xfa", b"\xfc", b"\xf8"


def daw(transport: Transport, second: float, *messages: bytes) -> None:
    for message in messages:
        transport.hear(second, message)


def link(  # noqa: PLR0913 - as many as a report has
    transport: Transport, second: float, beat: float, *, bpm: float = 100.0, peers: int = 1,
    playing: bool = True, quantum: float = 4.0,
) -> None:  # fmt: skip
    line = BeatClock(second, beat, bpm)
    transport.share(line, quantum=quantum, playing=playing, peers=peers)
    transport.glance(second)


def jack(
    transport: Transport, second: float, beat: float, *, playing: bool = True, master: bool = True
) -> None:
    line = BeatClock(second, beat, 80.0)
    song = Song(line, beat * 60 / 80, playing, master=master, beats=4, unit=4)
    transport.attend(song)


def test_a_link_session_is_joined_in_its_tempo_and_place_in_the_bar() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 101.5, peers=2)
    assert (transport.source, transport.status(10.0)) == ("link", "locked")
    assert transport.reason(10.0) == "Link session joined, 2 peers"
    assert transport.line.bpm == 100.0
    assert transport.line.beat_at(10.0) == pytest.approx(21.5)  # the nearest to our own 20
    assert transport.take_jump()


def test_a_session_without_others_conducts_only_when_asked_for() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 1.0, 0.0, peers=0)
    assert transport.source == "internal"
    transport.set_wanted("link", 2.0)
    assert (transport.source, transport.reason(2.0)) == ("link", "asked for")
    link(transport, 2.1, 1.1, peers=0)
    assert (transport.playing, transport.status(2.2)) == (True, "free")


def test_reports_of_a_steady_session_are_no_jumps() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 101.5)
    transport.take_jump()
    for number in range(1, 40):
        second = 10 + number / 4
        link(transport, second, 101.5 + (second - 10) * 100 / 60 + 0.001 * (-1) ** number)
        assert not transport.take_jump()
    assert transport.line.beat_at(20.0) == pytest.approx(21.5 + 10 * 100 / 60, abs=0.002)


def test_a_tempo_of_the_session_is_taken_at_once_and_without_a_jump() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 8.0)
    transport.take_jump()
    link(transport, 11.0, 8 + 100 / 60, bpm=130.0)
    assert transport.line.bpm == 130.0
    assert not transport.take_jump()


def test_start_and_stop_of_a_session_are_obeyed() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 100.0)
    link(transport, 11.0, 100 + 100 / 60, playing=False)
    assert transport.status(11.0) == "stopped"
    transport.take_jump()
    transport.start(11.5)  # by hand: that is for the session to do
    assert not transport.playing
    link(transport, 12.0, 100 + 200 / 60, playing=True)
    assert transport.take_jump()
    assert transport.line.beat_at(12.0) == pytest.approx(200 / 60 % 4)  # in bar 1, in phase


def test_others_who_leave_leave_us_rolling_at_their_tempo() -> None:
    """The same when the network is gone."""
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 100.0)
    transport.take_jump()
    link(transport, 11.0, 100 + 100 / 60, peers=0)
    assert (transport.source, transport.status(11.0)) == ("link", "free")
    transport.glance(15.0)
    assert transport.source == "internal"
    assert transport.reason(15.0) == "all others left the Link session"
    assert (transport.line.bpm, transport.playing) == (100.0, True)
    assert transport.line.beat_at(16.0) == pytest.approx(20 + 6 * 100 / 60)
    assert not transport.take_jump()


def test_a_hiccup_of_the_network_changes_nothing() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 100.0)
    reason = transport.reason(10.0)
    for number in range(8):
        second = 10.5 + number / 2
        link(transport, second, 100 + (second - 10) * 100 / 60, peers=number % 2)
        assert (transport.source, transport.playing) == ("link", True)
    assert transport.reason(14.0) == reason


def test_a_control_process_that_falls_silent_leaves_the_line() -> None:
    transport = Transport("link", 120.0, 0.0)
    link(transport, 10.0, 100.0)
    assert transport.status(13.0) == "lost"
    assert transport.playing
    assert transport.line.beat_at(16.0) == pytest.approx(10.0)


def test_a_bar_of_another_length_keeps_the_bar_line_of_the_session() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 100.0)
    link(transport, 10.6, 61.0, quantum=3.0)
    assert transport.line.beat_at(10.6) % 3 == pytest.approx(1.0)
    assert transport.line.beat_at(10.6) == pytest.approx(21.0, abs=1.5)


def test_the_midi_clock_goes_before_link_and_stays() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 100.0)
    daw(transport, 11.0, START, TICK)
    assert (transport.source, transport.reason(11.0)) == ("midi", "MIDI clock started")
    for number in range(20):  # both are there
        link(transport, 11 + number / 4, 100 + number)
        daw(transport, 11 + number / 4, TICK)
        assert transport.source == "midi"
    daw(transport, 20.0, STOP)
    link(transport, 20.1, 130.0)
    assert (transport.source, transport.status(20.2)) == ("midi", "stopped")


def test_jack_conducts_when_it_rolls_with_a_tempo() -> None:
    transport = Transport("auto", 120.0, 0.0)
    jack(transport, 1.0, 0.0, playing=False)
    jack(transport, 2.0, 0.0, master=False)
    assert transport.source == "internal"
    jack(transport, 3.0, 20.0, playing=False)
    jack(transport, 4.0, 20.0)
    assert transport.source == "jack"
    assert transport.reason(4.0) == "JACK transport rolls, with a tempo"
    assert transport.line.beat_at(4.75) == pytest.approx(21.0)
    assert transport.take_jump()
    jack(transport, 5.0, 20 + 80 / 60, playing=False)
    assert (transport.source, transport.status(5.0)) == ("jack", "stopped")
    transport.start(6.0)
    assert (transport.source, transport.reason(6.0)) == ("internal", "started by hand")


def test_jack_that_is_located_jumps() -> None:
    transport = Transport("jack", 120.0, 0.0)
    jack(transport, 1.0, 0.0)
    transport.take_jump()
    jack(transport, 1.02, 33.0)
    assert transport.take_jump()
    assert transport.line.beat_at(1.02) == pytest.approx(33.0)


def test_jack_that_loops_goes_straight_on() -> None:
    """Two bars of 3/4, again and again, at 80 BPM."""
    transport = Transport("jack", 120.0, 0.0)
    transport.know_bar(3.0)
    jack(transport, 1.0, 0.0)
    transport.take_jump()
    for number in range(60):
        beat = number / 4
        jack(transport, 1 + beat * 60 / 80, beat % 6)
        assert not transport.take_jump()
        assert transport.line.beat - transport.away == pytest.approx(beat % 6)
    assert transport.line.beat_at(1 + 15 * 60 / 80) == pytest.approx(15)


def test_a_conductor_at_the_same_place_takes_over_without_a_jump() -> None:
    """A DAW on JACK rolls the transport first and sends its MIDI clock right after."""
    transport = Transport("auto", 80.0, 0.0)
    jack(transport, 1.0, 0.0)
    transport.take_jump()
    daw(transport, 1.01, START, TICK)
    assert transport.source == "midi"
    assert not transport.take_jump()


@pytest.mark.parametrize("wanted", ["midi", "link", "jack", "internal"])
def test_who_is_asked_for_conducts_whoever_else_plays(wanted: str) -> None:
    transport = Transport(wanted, 120.0, 0.0)
    for number in range(40):
        daw(transport, 1 + number / 48, *([START] if not number else []), TICK)
        link(transport, 1 + number / 48, number / 30)
        jack(transport, 1 + number / 48, number / 36)
    assert (transport.source, transport.playing) == (wanted, True)
    assert transport.reason(1.9) == "asked for"


def test_auto_finds_the_best_of_those_that_are_there() -> None:
    transport = Transport("internal", 120.0, 0.0)
    link(transport, 1.0, 0.0)
    transport.set_wanted("auto", 2.0)
    assert transport.source == "link"
    transport.set_wanted("internal", 3.0)
    assert (transport.source, transport.reason(3.0)) == ("internal", "asked for")
    daw(transport, 4.0, START, TICK)
    transport.set_wanted("auto", 4.5)
    assert (transport.source, transport.reason(4.5)) == ("midi", "MIDI clock plays")


@pytest.mark.parametrize("source", ["link", "jack"])
def test_a_player_born_again_goes_on_with_the_others(source: str) -> None:
    transport = Transport("auto", 120.0, 50.0)
    transport.resume(BeatClock(40.0, 16.0, 90.0), source)
    transport.glance(50.1)
    assert (transport.source, transport.playing) == (source, True)
    assert transport.line.beat_at(50.0) == pytest.approx(31.0)


def test_jack_starts_a_song_that_a_stopped_daw_left_standing() -> None:
    transport = Transport("auto", 120.0, 0.0)
    daw(transport, 1.0, START)
    daw(transport, 1.1, TICK)
    daw(transport, 2.0, STOP)
    assert (transport.source, transport.playing) == ("midi", False)
    jack(transport, 3.0, 3.0, playing=True)
    assert (transport.source, transport.playing) == ("jack", True)
    daw(transport, 4.0, START)
    daw(transport, 4.1, TICK)
    assert transport.source == "midi"


def test_the_reason_is_true_of_a_daw_that_stops_and_falls_silent() -> None:
    transport = Transport("auto", 120.0, 0.0)
    daw(transport, 1.0, START, TICK)
    assert transport.reason(1.0) == "MIDI clock started"
    assert transport.status(9.0) == "lost"
    assert transport.reason(9.0) == "MIDI clock played last, and is not heard now"
    daw(transport, 10.0, STOP)
    assert transport.reason(10.0) == "MIDI clock played last, and has stopped"


def test_the_reason_is_true_of_jack_that_stops_or_tells_nothing() -> None:
    transport = Transport("auto", 120.0, 0.0)
    jack(transport, 1.0, 0.0)
    assert transport.reason(1.0) == "JACK transport rolls, with a tempo"
    assert transport.reason(9.0) == "JACK transport rolled last, and tells no place now"
    jack(transport, 10.0, 0.0, playing=False)
    assert transport.reason(10.0) == "JACK transport rolled last, and has stopped"


def test_the_reason_counts_those_who_are_in_the_session_now() -> None:
    transport = Transport("auto", 120.0, 0.0)
    link(transport, 10.0, 100.0, peers=2)
    link(transport, 10.5, 101.0, peers=1)
    assert transport.reason(10.5) == "Link session joined, 1 peer"
    link(transport, 11.0, 102.0, peers=0)
    assert transport.status(11.0) == "free"
    assert transport.reason(11.0) == "Link session joined, and all others left it"


def test_who_was_asked_for_is_asked_for_whatever_becomes_of_him() -> None:
    transport = Transport("midi", 120.0, 0.0)
    daw(transport, 1.0, START, TICK)
    assert transport.reason(9.0) == "asked for"


@pytest.mark.parametrize(
    ("source", "reason", "then"),
    [
        ("internal", "started by hand", "started by hand"),
        ("internal", "asked for", "no other clock plays"),
        ("jack", "JACK transport rolls, with a tempo", "JACK transport rolls, with a tempo"),
        ("link", "Link session joined, 2 peers", "Link session joined, and all others left it"),
    ],
)
def test_a_player_born_again_knows_why(source: str, reason: str, then: str) -> None:
    transport = Transport("auto", 120.0, 50.0)
    transport.resume(BeatClock(50.0, 16.0, 90.0), source, reason=reason)
    assert transport.reason(50.0) == then


@pytest.mark.parametrize("source", ["internal", "midi", "jack", "fl"])
def test_a_song_that_stood_stands_with_the_next_player_too(source: str) -> None:
    transport = Transport("auto", 120.0, 50.0)
    transport.resume(BeatClock(40.0, 16.0, 90.0), source, playing=False)
    transport.glance(50.1)
    assert (transport.source, transport.status(50.1)) == (source, "stopped")
    transport.start(51.0)
    assert (transport.source, transport.playing) == ("internal", True)


def test_a_source_that_was_asked_for_and_never_began_stays_as_before() -> None:
    transport = Transport("midi", 120.0, 0.0)
    transport.set_wanted("auto", 1.0)
    assert (transport.source, transport.reason(1.0)) == ("midi", "as before")


EVENTS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(["start", "stop", "tick", "link", "alone", "left", "jack", "jack stops"]),
    ),
    max_size=80,
)


@given(EVENTS)
def test_nobody_behind_takes_over_from_somebody_before(events: list[tuple[float, str]]) -> None:
    """Only where a Link session is left, or JACK starts while the song stands, it goes back."""
    transport, now = Transport("auto", 120.0, 0.0), 0.0
    for gap, event in events:
        now += gap
        before, rolled = transport.source, transport.playing
        match event:
            case "start":
                daw(transport, now, START)
            case "stop":
                daw(transport, now, STOP)
            case "tick":
                daw(transport, now, TICK)
            case "link" | "alone" | "left":
                link(transport, now, now, peers=("left", "alone", "link").index(event) - 1)
            case _:
                jack(transport, now, now, playing=event == "jack")
        transport.glance(now)
        went_back = RANKS.index(transport.source) > RANKS.index(before)
        left = (before, transport.source) == ("link", "internal")
        assert not went_back or left or (transport.source == "jack" and not rolled)
        assert transport.reason(now)
        assert transport.status(now) in ("locked", "free", "lost", "stopped")
        assert 20 <= transport.line.bpm <= 400.001
