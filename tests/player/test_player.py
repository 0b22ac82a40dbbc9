"""The player's loop with ports that remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bridge.core.errors import PortError
from bridge.core.events import (
    Action,
    Alive,
    Cancel,
    ControlChange,
    Fault,
    Heard,
    Hello,
    Play,
    Pulse,
    Turned,
)
from tests.player.stage import OFF, ON, Stage


def test_it_says_hello_then_beats_and_breathes(stage: Callable[..., Stage]) -> None:
    jam = stage()
    assert jam.told[0] == Hello("player", "ear", "mouth")
    told = jam.play(0.6)
    assert any(isinstance(m, Alive) for m in told)
    beats = [m.beat for m in told if isinstance(m, Pulse)]
    assert len(beats) >= 2
    assert all(beat % 1 < 0.5 for beat in beats)


def test_a_note_is_played_and_ended(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(0.6, 0.2)  # in 0.15 s
    jam.play(0.04)
    assert jam.mouth.sent == []
    jam.play(0.25)
    assert jam.mouth.sent == [ON, OFF]


def test_it_leaves_no_note_behind(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(0.0, 100)
    jam.note(100.0, 1)
    jam.play(0.05)
    jam.player.leave()
    assert jam.mouth.sent == [ON, OFF]
    assert jam.mouth.closed


@pytest.mark.parametrize("action", ["stop", "panic"])
def test_actions_end_what_sounds_and_forget_what_waits(
    stage: Callable[..., Stage], action: str
) -> None:
    jam = stage()
    jam.note(0.0, 100)
    jam.note(0.4, 100)
    jam.play(0.05)
    jam.link.send(Action(action))
    told = jam.play(0.2)
    assert jam.mouth.sent[:2] == [ON, OFF]
    assert jam.mouth.sent.count(ON) == 1
    pulses = [m for m in told if isinstance(m, Pulse)]
    match action:
        case "stop":
            assert (pulses[0].playing, pulses[0].status) == (False, "stopped")
        case "panic":
            assert bytes((0xBF, 123, 0)) in jam.mouth.sent


def test_a_start_while_the_song_rolls_cuts_nothing(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.link.send(Action("start"))
    jam.play(0.02)
    assert jam.mouth.sent == [ON]


def test_half_a_message_is_not_heard_and_costs_nothing(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.ear.inbox = [b"\x90", b"\x90\x3c", b"\x90\x3c\xff", b"\xf2\x01", bytes((0x80, 60, 0))]
    told = jam.play(0.02)
    assert [m.status for m in told if isinstance(m, Heard)] == [0x80]
    assert not [m for m in told if isinstance(m, Fault)]
    assert jam.mouth.sent == [ON]


def test_cancel_ends_one_answer(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.link.send(Cancel(1, 0.0))
    jam.play(0.03)
    assert jam.mouth.sent == [ON, OFF]


def test_it_follows_the_daw_and_falls_silent_with_it(stage: Callable[..., Stage]) -> None:
    jam = stage("auto")
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.ear.inbox = [b"\xfa", b"\xf8"]
    first = next(m for m in jam.play(0.05) if isinstance(m, Pulse))
    assert (first.source, first.jump, first.beat) == ("midi", True, 0.0)
    assert jam.mouth.sent == [ON, OFF]
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.ear.inbox = [b"\xfc"]
    last = [m for m in jam.play(0.05) if isinstance(m, Pulse)][-1]
    assert (last.playing, last.status) == (False, "stopped")
    assert jam.mouth.sent == [ON, OFF, ON, OFF]
    jam.note(0.0, 1)  # nothing is played while the song stands
    jam.play(0.05)
    assert len(jam.mouth.sent) == 4


def test_a_jump_of_the_song_drops_what_waits_and_moves_the_beat(
    stage: Callable[..., Stage],
) -> None:
    jam = stage("auto")
    jam.ear.inbox = [b"\xfa", b"\xf8"]
    jam.play(0.05)
    jam.note(0.0, 100)
    jam.note(0.5, 100, 64)
    jam.play(0.02)
    jam.ear.inbox = [b"\xfc", bytes((0xF2, 32, 0)), b"\xfb", b"\xf8"]  # to beat 8
    told = jam.play(0.3)
    assert any(isinstance(m, Pulse) and m.jump and m.beat == 8.0 for m in told)
    assert jam.mouth.sent == [ON, OFF]


def test_what_is_heard_is_told_with_its_beat(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.ear.inbox = [ON, b"\xb0\x40\x7f", b"\xc0\x05", b"\xf0\x7e\xf7", b"\xfe", OFF]
    heard = [m for m in jam.play(0.02) if isinstance(m, Heard | ControlChange)]
    beat = heard[0].beat
    assert [replace(m, beat=beat) for m in heard] == [
        Heard(beat, 0x90, 60, 90), ControlChange(beat, 0, 64, 127), Heard(beat, 0xC0, 5, 0),
        Heard(beat, 0x80, 60, 0),
    ]  # fmt: skip
    assert beat == pytest.approx(jam.beat(), abs=0.5)


def test_our_own_notes_are_not_heard_through_one_cable(stage: Callable[..., Stage]) -> None:
    jam = stage(one_cable=True)
    jam.note(0.0, 100)
    jam.play(0.05)
    jam.ear.inbox.append(b"\x90\x40\x5a")
    jam.play(0.05)
    assert jam.ear.sent == [ON]
    assert [m.data1 for m in jam.told if isinstance(m, Heard)] == [64]


def test_nonsense_is_answered_and_the_music_goes_on(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.link.sock.send(b'["Play",1]\n')
    jam.play(0.02)
    jam.link.send(Play(1, 0.0, 1.0, 0, 300, 90))
    jam.link.send(Turned("no_such_thing", 1))
    jam.note(0.0, 0.1)
    told = jam.play(0.1)
    assert [m.code for m in jam.told if isinstance(m, Fault)] == [1, 1, 2]
    assert jam.mouth.sent == [ON, OFF]
    assert told


def test_a_torn_port_ends_it(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.mouth.broken = True
    jam.note(0.0, 1)
    with pytest.raises(PortError):
        jam.play(0.1)
    jam.player.leave()


def test_it_never_waits_for_a_control_process_that_does_not_read(
    stage: Callable[..., Stage],
) -> None:
    jam = stage()
    for _ in range(300):
        jam.ear.inbox += [ON, OFF] * 20
        jam.player._step()
    jam.note(0.0, 0.1)
    jam.play(0.1)
    assert jam.mouth.sent == [ON, OFF]
