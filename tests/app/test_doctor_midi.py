"""Two seconds of listening on ports of paper, in a time of our own, and what follows from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.app.doctor.finding import Finding, Order
from bridge.app.doctor.hearing import Listened, listen
from bridge.app.doctor.midi import (
    examine_midi,
    judged_clock,
    judged_fl,
    judged_loop,
    judged_ports,
)
from bridge.app.player.lifeline import Lifeline, sockets
from bridge.app.player.ports import Ports
from bridge.core.errors import PortError
from bridge.core.midi import is_note_off, is_note_on
from tests.desk.fl_studio import Studio

BPM = 96.0
TICK = 60 / BPM / 24  # seconds
SILENT = Listened("in", "out")


class Score:
    """A time that passes when somebody rests, and ports on which messages fall due in it."""

    def __init__(self, name: str, *due: tuple[float, bytes], loop: bool = False) -> None:
        self.name, self.loop = name, loop
        self.second = 100.0
        self.due = [(100 + at, message) for at, message in due]
        self.sent: list[bytes] = []
        self.gone = False

    def now(self) -> float:
        return self.second

    def rest(self, seconds: float) -> None:
        self.second += seconds

    def poll(self, now: float) -> list[tuple[float, bytes]]:
        here = [entry for entry in self.due if entry[0] <= now]
        self.due = [entry for entry in self.due if entry[0] > now]
        return here

    def send(self, message: bytes) -> None:
        self.sent.append(message)
        if self.loop:
            self.due.append((self.second + 0.01, message))

    def check(self) -> None:
        if self.gone:
            raise PortError("paper is torn")

    def close(self) -> None:
        """Nothing to close."""


def heard(ear: Score, mouth: Score | None = None) -> Listened:
    ports = Ports(ear, mouth or ear, Lifeline(sockets()))
    return listen(ports, 2.0, now=ear.now, rest=ear.rest)


def cable(ear: Score) -> Score:
    """Return another port whose messages come back at an ear."""
    mouth = Score("mouth")
    mouth.due = ear.due
    mouth.send = lambda message: ear.due.append((ear.second, message))  # type: ignore[method-assign]
    return mouth


def marks(*found: Finding) -> list[str]:
    assert all(bool(each.do) == (each.mark != "ok") for each in found)
    assert not any("\n" in each.says + each.do for each in found)
    return [each.mark for each in found]


def test_the_tempo_of_a_clock_is_told_though_it_began_before_us() -> None:
    ticks = ((TICK * (k + 0.5), b"\xf8") for k in range(100))
    found = judged_clock(heard(Score("ear", *ticks), Score("mouth")))
    assert marks(found) == ["ok"]
    assert "96.0 BPM" in found.says


def test_a_few_ticks_are_no_tempo() -> None:
    found = judged_clock(heard(Score("ear", (0.1, b"\xf8"), (1.9, b"\xf8")), Score("mouth")))
    assert marks(found) == ["note"]
    assert "2 clock ticks" in found.says


def test_silence_is_worth_a_note_and_no_more() -> None:
    found = judged_clock(heard(Score("ear"), Score("mouth")))
    assert marks(found) == ["note"]


def test_what_comes_back_by_another_port_is_feedback() -> None:
    ear = Score("ear")
    found = judged_loop(heard(ear, cable(ear)))
    assert marks(found) == ["wrong"]
    assert "'mouth' comes back to 'ear'" in found.says


def test_one_port_for_both_ways_gives_back_what_it_gets() -> None:
    found = judged_loop(heard(Score("loopback", loop=True)))
    assert marks(found) == ["note"]


def test_a_musician_who_plays_meanwhile_is_no_feedback() -> None:
    notes = ((0.1 * k, bytes((0x90, 40 + k, 90))) for k in range(15))
    told = heard(Score("ear", *notes), Score("mouth"))
    assert (told.messages, told.echoes) == (15, 0)


def test_every_note_that_is_sent_ends_at_once() -> None:
    mouth = Score("mouth")
    heard(Score("ear"), mouth)
    keys = [m for m in mouth.sent if m[0] < 0xF0]
    assert len(keys) >= 2
    for on, off in zip(keys[::2], keys[1::2], strict=True):
        assert (is_note_on(on), is_note_off(off), on[1]) == (True, True, off[1])


def test_a_port_that_breaks_between_note_on_and_note_off_still_gets_the_note_off() -> None:
    mouth, tried = Score("mouth"), []

    def send(message: bytes) -> None:
        tried.append(message)
        if is_note_on(message):
            raise PortError("paper is torn")

    mouth.send = send  # type: ignore[method-assign]
    with pytest.raises(PortError):
        heard(Score("ear"), mouth)
    assert is_note_off(tried[-1])


@pytest.mark.parametrize(
    "junk", [b"", b"\xf0", b"\xf0\x7d\x41\xf7", b"\xf0\x43\x10\x03\xf7", b"\x90", b"\x90\x40\xff"]
)
def test_malformed_and_foreign_messages_count_for_nothing(junk: bytes) -> None:
    told = heard(Score("ear", (0.5, junk)), Score("mouth"))
    assert told == replace(told, messages=0, echoes=0, fl_version=None, fl_speaks=False)


def test_fls_script_is_known_by_its_answer_and_by_its_beat() -> None:
    pong, stopped = b"\xf0\x7d\x41\x03\x00\x25\xf7", b"\xf0\x7d\x41\x02\xf7"
    answer = judged_fl(heard(Score("ear", (0.2, pong)), Score("mouth")))
    beat = judged_fl(heard(Score("ear", (0.2, stopped)), Score("mouth")))
    assert marks(answer, beat, judged_fl(SILENT)) == ["ok", "ok", "note"]
    assert "version 37" in answer.says


def test_a_port_that_goes_meanwhile_is_told() -> None:
    ear = Score("ear")
    ear.gone = True
    with pytest.raises(PortError):
        heard(ear, Score("mouth"))


@pytest.mark.parametrize(
    ("known", "mark", "word"),
    [
        ({"cabled": False}, "note", "nothing is connected"),
        ({"jack_bpm": 97.5}, "ok", "97.5 BPM"),
        ({"ticks": 90, "bpm": 120.0, "cabled": False}, "ok", "120.0 BPM"),
    ],
)
def test_what_is_said_of_the_clock(known: Any, mark: str, word: str) -> None:
    found = judged_clock(replace(SILENT, **known))
    assert marks(found) == [mark]
    assert word in found.says


def test_ports_of_our_names_elsewhere_are_worth_a_note() -> None:
    alone, beside = judged_ports(SILENT), judged_ports(replace(SILENT, twin=True))
    assert marks(alone, beside) == ["ok", "note"]


def test_the_built_in_musician_needs_no_port() -> None:
    assert marks(*examine_midi(Order(api="loopback"))) == ["ok"]


def test_a_midi_system_that_is_not_there_is_wrong_and_says_what_helps() -> None:
    [found] = examine_midi(Order(api="coremidi"))
    assert marks(found) == ["wrong"]
    assert "coremidi" in found.says


def test_fls_real_script_at_the_other_end_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    fl, ear, mouth = Studio(monkeypatch), Score("ear"), Score("mouth")

    def send(message: bytes) -> None:
        if message[0] == 0xF0:
            ear.due += [(ear.second + 0.02, answer) for answer in fl.ask(message)]

    mouth.send = send  # type: ignore[method-assign]
    told = heard(ear, mouth)
    assert (told.fl_version, told.echoes) == (37, 0)
