"""The port to controllers: beside the notes, never in their way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.app.player.lamps import SOME, Lamps, open_lamps
from bridge.core.events import Mirrored
from tests.player.stage import OFF, ON, Paper, Stage

CC, NOTE = 0xB0, 0x90


def test_of_each_control_the_newest_waits_and_is_sent_once() -> None:
    """Given two values of a knob before there is time, then the second alone leaves."""
    port = Paper("lamps")
    lamps = Lamps(port)
    lamps.show([(CC, 7, 10, -1), (NOTE, 1, 127, 0)])
    lamps.show([(CC, 7, 20, -1)])
    lamps.send()
    lamps.send()
    assert port.sent == [bytes((CC, 7, 20)), bytes((NOTE, 1, 127))]
    assert not lamps.waiting


def test_few_are_sent_together() -> None:
    """A slow cable is not choked, and a note that comes due waits for few."""
    port = Paper("lamps")
    lamps = Lamps(port)
    lamps.show([(CC, number, 1, -1) for number in range(20)])
    lamps.send()
    assert len(port.sent) == SOME
    assert lamps.waiting


def test_what_is_lit_is_put_out_at_the_end() -> None:
    """Lamps that are lit go dark, each in its way; dark ones and knobs are left alone."""
    port = Paper("lamps")
    lamps = Lamps(port)
    lamps.show([(NOTE, 1, 60, 12), (NOTE, 2, 60, 12), (CC, 7, 20, -1), (CC, 41, 127, 0)])
    lamps.show([(NOTE, 2, 12, 12)])
    lamps.send()
    port.sent.clear()
    lamps.leave()
    assert port.sent == [bytes((NOTE, 1, 12)), bytes((CC, 41, 0))]
    assert port.closed


@pytest.mark.parametrize("deed", [Lamps.send, Lamps.check, Lamps.leave])
def test_a_port_that_is_gone_is_told_once_and_done_without(deed: Callable[[Lamps], None]) -> None:
    """No trouble with lamps reaches the music."""
    port, told = Paper("lamps"), list[str]()
    lamps = Lamps(port, told.append)
    lamps.show([(NOTE, 1, 60, 12)])
    port.broken = True
    deed(lamps)
    lamps.show([(NOTE, 1, 60, 12)])
    deed(lamps)
    assert told == ["paper is torn; controllers show nothing until the next start"]
    assert not lamps.waiting


def test_a_port_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    """A name that nothing has is one line, and swallows what is shown."""
    told: list[str] = []
    lamps = open_lamps("loopback", "Antiphon", str(tmp_path / "no" / "log"), told.append)
    lamps.show([(NOTE, 1, 60, 12)])
    lamps.send()
    assert len(told) == 1
    assert "cannot be written" in told[0]


def test_nobody_makes_a_port_on_windows() -> None:
    """Without a name there is none, and nothing is told."""
    told: list[str] = []
    assert not open_lamps("windows", "Antiphon", None, told.append).waiting
    assert told == []


def test_controllers_are_told_beside_the_notes_and_never_on_their_port(
    stage: Callable[..., Stage],
) -> None:
    """While notes sound, knobs are told at their own port; the answer's has the notes alone."""
    jam = stage()
    lamps = Paper("lamps")
    jam.player.lamps = Lamps(lamps)
    jam.note(0.2, 0.3)
    jam.link.send(Mirrored(tuple((CC, number, 1, -1) for number in range(20))))
    jam.play(0.5)
    assert jam.mouth.sent == [ON, OFF]
    assert len(lamps.sent) == 20
    jam.player.leave()
    assert lamps.closed
