"""The player beside FL Studio: bytes of the real script at its input, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.core.events import Fault, Heard, Met, Metered, Pulse
from tests.desk.fl_studio import Studio
from tests.player.stage import OFF, ON, Stage

Played = Callable[..., Stage]
BPM = 120.0  # of FL: slow enough that a machine that stalls for 0.2 s is no jump of the song


@pytest.fixture
def fl(monkeypatch: pytest.MonkeyPatch) -> Studio:
    fl = Studio(monkeypatch)
    fl.tempo = 1000 * BPM
    return fl


def led(jam: Stage, fl: Studio, *, begin: int = 8, beats: int = 2) -> None:
    """Let FL play some beats of its song."""
    for number in range(begin, begin + beats):
        jam.ear.inbox += fl.beat(number, downbeat=number % 4 == 0)
        jam.play(60 / BPM)


def pulses(jam: Stage) -> list[Pulse]:
    return [m for m in jam.told if isinstance(m, Pulse)]


def test_without_a_clock_the_script_leads(stage: Played, fl: Studio) -> None:
    jam = stage("auto")
    led(jam, fl)
    last = pulses(jam)[-1]
    assert (last.source, last.playing, last.bpm) == ("fl", True, BPM)
    [jump] = [p for p in pulses(jam) if p.jump and p.source == "fl"]
    assert jump.beat == pytest.approx(9, abs=0.1)


def test_when_fl_stops_what_sounds_is_ended(stage: Played, fl: Studio) -> None:
    jam = stage("auto")
    led(jam, fl)
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.ear.inbox += fl.stop()
    jam.play(0.05)
    assert jam.mouth.sent == [ON, OFF]
    assert (pulses(jam)[-1].playing, pulses(jam)[-1].status) == (False, "stopped")


def test_fls_midi_clock_is_followed_and_not_the_script(stage: Played, fl: Studio) -> None:
    jam = stage("auto")
    jam.ear.inbox += [*fl.beat(0, downbeat=True), b"\xfa", b"\xf8"]
    jam.play(0.1)
    led(jam, fl, begin=1)
    assert {p.source for p in pulses(jam)} == {"internal", "midi"}


@pytest.mark.parametrize("clock", [[], [b"\xfa", b"\xf8"]])
def test_fls_meter_is_told_once_and_when_it_changes(
    stage: Played, fl: Studio, clock: list[bytes]
) -> None:
    """It counts whether FL leads by its script or by its MIDI clock."""
    jam = stage("auto")
    jam.ear.inbox += clock
    fl.meter = 3
    for number in range(13):
        fl.meter = 3 if number < 9 else 5
        jam.ear.inbox += fl.beat(number, downbeat=number % 3 == 0)
    jam.play(0.05)
    assert [m for m in jam.told if isinstance(m, Metered)] == [Metered(3, 4), Metered(5, 4)]


def test_another_conductors_meter_is_not_fls(stage: Played, fl: Studio) -> None:
    jam = stage("internal")
    for number in range(9):
        jam.ear.inbox += fl.beat(number, downbeat=number % 4 == 0)
    jam.play(0.05)
    assert not [m for m in jam.told if isinstance(m, Metered)]


def test_that_the_script_is_there_is_told_once(stage: Played, fl: Studio) -> None:
    jam = stage("auto")
    led(jam, fl)
    fl.script.OnInit()
    jam.ear.inbox += [fl.sent[-1], fl.sent[-1]]
    jam.play(0.05)
    assert [m.text for m in jam.told if isinstance(m, Met)] == [
        "FL Studio's script is there",
        "FL Studio's script is there, API version 37",
    ]


def test_sysex_of_others_and_half_messages_change_nothing(stage: Played) -> None:
    jam = stage("auto")
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.ear.inbox += [
        b"\xf0", b"\xf0\xf7", b"\xf0\x7d\x41\x01\x00\xf7", b"\xf0\x7d\x41\x01" + b"\x7f" * 11,
        b"\xf0\x43" + bytes(5000) + b"\xf7", b"\xf0\x7d\x41\x02\x00\xf7", b"\xf0\x7d\x00",
    ]  # fmt: skip
    told = jam.play(0.05)
    assert not [m for m in told if isinstance(m, Fault | Heard | Met)]
    assert {p.source for p in pulses(jam)} == {"internal"}
    assert jam.mouth.sent == [ON]
