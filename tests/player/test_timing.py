"""When notes leave: tempo, latency, and what becomes of late ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.core.events import (
    Late,
    Pulse,
    Turned,
)
from tests.player.stage import OFF, ON, Stage


def test_turning_the_tempo_moves_no_beat(stage: Callable[..., Stage]) -> None:
    jam = stage()
    before = jam.beat()
    jam.link.send(Turned("clock_bpm", 60.0))
    pulse = next(m for m in jam.play(0.02) if isinstance(m, Pulse))
    assert pulse.bpm == 60.0
    assert pulse.beat == pytest.approx(before, abs=0.1)
    assert not pulse.jump


def test_a_latency_offset_sends_earlier(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.link.send(Turned("latency_offset", 150.0))
    jam.note(0.8, 0.4)  # in 0.2 s
    jam.play(0.12)
    assert jam.mouth.sent == [ON]


def test_a_latency_offset_moves_what_waits_already(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(0.8, 0.4)  # in 0.2 s
    jam.play(0.02)
    jam.link.send(Turned("latency_offset", 150.0))
    jam.play(0.1)
    assert jam.mouth.sent == [ON]
    jam.play(0.1)
    assert jam.mouth.sent == [ON, OFF]
    jam.note(0.2, 0.1)  # in 50 ms
    jam.link.send(Turned("latency_offset", -150.0))
    jam.play(0.1)
    assert jam.mouth.sent == [ON, OFF]
    jam.play(0.2)
    assert jam.mouth.sent == [ON, OFF] * 2


def test_what_becomes_of_late_notes_can_be_turned(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.link.send(Turned("late_policy", "play"))
    jam.note(-0.8, 1.2)  # 200 ms ago
    jam.play(0.05)
    assert jam.mouth.sent == [ON]
    jam.link.send(Turned("late_policy", "snap"))
    jam.link.send(Turned("late_limit", 5.0))
    jam.play(0.1)
    jam.note(-0.1, 1.0, 64)  # 25 ms ago; a sixteenth is 62 ms
    jam.play(1.2)
    late = [m for m in jam.told if isinstance(m, Late)][-1]
    assert (late.sent, late.late, late.snapped, late.dropped) == (2, 1, 1, 0)
    assert [m[0] >> 4 for m in jam.mouth.sent] == [9, 8, 9, 8]


def test_it_counts_late_and_dropped_notes(stage: Callable[..., Stage]) -> None:
    jam = stage()
    jam.note(-0.2, 4)  # 50 ms ago
    jam.note(-0.8, 4, 62)  # 200 ms ago
    jam.play(1.1)
    late = [m for m in jam.told if isinstance(m, Late)][-1]
    assert (late.sent, late.late, late.dropped) == (1, 1, 1)
    assert 0.05 <= late.worst < 0.12
