"""Choosing MIDI systems and ports, telling arrival times, and the port pair without a system."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.player.lifeline import Lifeline, sockets
from bridge.app.player.ports import open_loopback, open_ports
from bridge.core.beat import BeatClock
from bridge.core.devices import choose, find, hushed, own_names
from bridge.core.errors import PortError, SettingError
from bridge.core.midi import is_note_on
from bridge.intake.echo import EchoGuard
from bridge.intake.loopback import SEED, LoopbackInput
from bridge.intake.stamps import Stamps

NAMES = ["loopMIDI Port 0", "loopMIDI Port A 1", "KeyStep 2"]


@pytest.mark.parametrize(("wanted", "row"), [("keystep", 2), ("port a", 1), ("loopmidi port 0", 0)])
def test_a_part_of_a_name_is_enough(wanted: str, row: int) -> None:
    assert find(NAMES, wanted, "input") == row


def test_a_whole_name_wins_over_parts_of_others() -> None:
    assert find(["synth", "synth 2"], "Synth", "output") == 0


def test_a_missing_port_names_those_there_are() -> None:
    with pytest.raises(PortError, match=r"no MIDI input called 'piano'; there are: loop.*KeyStep"):
        find(NAMES, "piano", "input")
    with pytest.raises(PortError, match="there are: none at all"):
        find([], "piano", "input")


def test_an_ambiguous_name_names_its_candidates() -> None:
    with pytest.raises(PortError, match="may mean several MIDI outputs: loopMIDI Port 0, loop"):
        find(NAMES, "loopmidi", "output")


@pytest.mark.parametrize(("platform", "system"), [("darwin", "coremidi"), ("win32", "windows")])
def test_each_machine_has_its_own_system(platform: str, system: str) -> None:
    assert choose("auto", platform) == system
    assert choose("jack", platform) == "jack"


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(SettingError, match="not 'oss'"):
        choose("oss")


@pytest.mark.parametrize("system", ["jack", "coremidi"])
def test_a_system_that_is_not_there_is_one_line_and_no_chatter(
    system: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", f"nobody-{os.getpid()}")
    with pytest.raises(PortError) as caught:
        open_ports(system, "Antiphon", None, None)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_hushed_gives_the_terminal_back(capfd: pytest.CaptureFixture[str]) -> None:
    with hushed():
        os.write(2, b"chatter")
    os.write(2, b"news")
    assert capfd.readouterr().err == "news"


def test_names_users_see() -> None:
    assert own_names("input", "alsa", "Antiphon") == ("Antiphon", "from DAW")
    assert own_names("output", "alsa", "Antiphon") == ("Antiphon", "to DAW")
    assert own_names("output", "jack", "Antiphon") == ("Antiphon out", "to DAW")
    assert own_names("feedback", "alsa", "Antiphon") == ("Antiphon", "to controls")
    assert own_names("feedback", "jack", "Antiphon") == ("Antiphon controls", "to controls")
    assert own_names("input", "coremidi", "Antiphon") == ("Antiphon", "Antiphon from DAW")


def test_a_server_that_dies_is_noticed() -> None:
    before = sockets()
    ours, theirs = socket.socketpair()
    lifeline = Lifeline(before - {theirs.fileno()})
    if not before and not sockets():
        pytest.skip("no /proc")
    lifeline.check()
    theirs.close()
    with pytest.raises(PortError, match="gone"):
        lifeline.check()
    ours.close()


def test_messages_found_together_keep_the_times_they_came_at() -> None:
    stamps = Stamps()
    assert stamps.stamp(0.0, 10.0) == 10.0
    found = [stamps.stamp(0.02, 10.065) for _ in range(3)]
    assert found == pytest.approx([10.02, 10.04, 10.06])


def test_a_lost_message_misleads_for_seconds_only() -> None:
    stamps = Stamps()
    stamps.stamp(0.0, 0.0)
    seconds = [0.5 + 0.1 * k for k in range(60)]  # 0.4 s before the first of these were lost
    errors = [second - stamps.stamp(0.1, second) for second in seconds]
    assert errors[0] == pytest.approx(0.4)
    assert errors[-1] == pytest.approx(0.0, abs=1e-6)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.01)), min_size=1, max_size=80),
    st.floats(-1e4, 1e4),
)
def test_a_stamp_is_never_after_the_message_was_found(
    messages: list[tuple[float, float]], begin: float
) -> None:
    stamps, now = Stamps(), begin
    for interval, wait in messages:
        now += interval
        assert stamps.stamp(interval, now + wait) <= now + wait + 1e-9


def test_an_echo_is_told_from_the_player() -> None:
    guard = EchoGuard()
    guard.sent(1.0, b"\x90\x3c\x50")
    assert guard.is_echo(1.010, b"\x90\x3c\x50")
    assert not guard.is_echo(1.011, b"\x90\x3c\x50")  # the second one is played
    guard.sent(2.0, b"\x90\x3c\x50")
    assert not guard.is_echo(2.001, b"\x90\x3e\x50")
    assert not guard.is_echo(2.030, b"\x90\x3c\x50")


def played(source: LoopbackInput, begin: float, end: float) -> list[tuple[float, bytes]]:
    steps = round((end - begin) / 0.01)
    return [m for k in range(steps + 1) for m in source.poll(begin + k * 0.01)]


def test_the_musician_inside_plays_on_bar_two_and_again_eight_bars_later() -> None:
    line = BeatClock(0.0, 0.0, 60.0)
    source = LoopbackInput(lambda: line, 4.0)
    messages = played(source, 0.0, 50.0)
    onsets = [second for second, message in messages if is_note_on(message)]
    once = [4 + note.onset / 24 for note in SEED]
    assert onsets == pytest.approx([*once, *(second + 32 for second in once)])
    assert len(messages) == 4 * len(SEED)


def test_the_musician_inside_lifts_the_keys_when_the_song_stops_or_moves() -> None:
    lines: list[BeatClock | None] = [BeatClock(0.0, 0.0, 60.0)]
    source = LoopbackInput(lambda: lines[-1], 4.0)
    played(source, 0.0, 4.5)
    lines.append(None)
    assert [m[:2] for _, m in source.poll(4.6)] == [bytes((0x80, SEED[0].pitch))]
    lines.append(BeatClock(4.6, 0.0, 60.0))
    played(source, 4.7, 9.0)
    lines.append(BeatClock(9.0, 20.0, 60.0))
    assert [m[:2] for _, m in source.poll(9.0)] == [bytes((0x80, SEED[0].pitch))]


def test_the_loopback_pair_is_no_cable() -> None:
    assert not open_loopback(lambda: None, 4.0).one_cable
