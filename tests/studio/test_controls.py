"""A hardware controller both ways, among real JACK programs: its own port, and no other."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bridge.core.events import Mirrored
from tests.studio.jam import HEARS, Jam, jam
from tests.studio.programs import wait_for
from tests.studio.test_exact import exact

pytestmark = pytest.mark.studio

BPM = 120.0
SHOWS = "Antiphon controls:to controls"
CC, NOTE = 0xB0, 0x90
PLAY, STOP, TEMPERATURE = 91, 81, 48  # of the APC Key 25


def cable(studio: Jam) -> None:
    """Let the musician's spare ear be the controller's lamps."""
    studio.house.connect(studio.house.port(SHOWS), "peer:clock")


def shown(studio: Jam) -> list[tuple[int, ...]]:
    """Return what the controller was told so far; the MIDI clock is none of it."""
    return [event.data for event in studio.peer.events("clock") if len(event.data) == 3]


@pytest.mark.parametrize("api", ["jack", "jack-exact"])
def test_a_controller_turns_presses_and_is_told(tmp_path: Path, api: str) -> None:
    """Cabled, it is told all; turned elsewhere, a knob follows; a button is lit, and put out."""
    with jam(tmp_path, BPM, api=api, controller="apc-key-25") as studio:
        cable(studio)
        wait_for("a lit start", lambda: (NOTE, PLAY, 1) in shown(studio))
        studio.remote.send("temperature", 2.0)
        wait_for("the knob", lambda: shown(studio)[-1:] == [(CC, TEMPERATURE, 127)])
        studio.peer.play([(0.0, 0.1, STOP, 100)], BPM, now=True)
        wait_for("the stop", lambda: studio.remote.ask("state") == ["idle"])
        wait_for("a lit stop", lambda: (NOTE, STOP, 1) in shown(studio))
        wait_for("a dark start", lambda: (NOTE, PLAY, 0) in shown(studio))
        studio.app.process.send_signal(signal.SIGTERM)
        wait_for("all lamps out", lambda: shown(studio)[-1:] == [(NOTE, STOP, 0)])
        assert studio.peer.events("heard") == []


def test_a_killed_player_leaves_a_controller_its_cable(tmp_path: Path) -> None:
    """The next player lays the cable again, and tells the controller everything."""
    with jam(tmp_path, BPM, controller="apc-key-25") as studio:
        cable(studio)
        wait_for("the cable to be known", lambda: (CC, TEMPERATURE, 59) in shown(studio))
        before = len(shown(studio))
        studio.kill("player", signal.SIGKILL)
        wait_for("the lamps again", lambda: (NOTE, PLAY, 1) in shown(studio)[before:])
        assert studio.house.port(HEARS)


def test_a_controllers_port_may_be_asked_for_by_name(tmp_path: Path) -> None:
    """Named, it needs no cable: what is shown reaches it, and it goes dark at the end."""
    with exact(tmp_path, feedback="peer:clock") as stage:
        stage.link.send(Mirrored(((CC, 7, 64, -1), (NOTE, 41, 60, 12))))
        wait_for("both", lambda: len(stage.peer.events("clock")) == 2)
        stage.process.terminate()
        wait_for("the dark", lambda: len(stage.peer.events("clock")) == 3)
        told = [event.data for event in stage.peer.events("clock")]
    assert told == [(CC, 7, 64), (NOTE, 41, 60), (NOTE, 41, 12)]
