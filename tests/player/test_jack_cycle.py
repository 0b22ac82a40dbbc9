"""The process on JACK: what it does when JACK fails it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.app.player import jack_cycle
from bridge.app.player.exact import BIRTH
from bridge.app.player.jack_cycle import FAREWELL, Cycle, patience
from bridge.core.errors import PortError
from bridge.core.frames import WINDOW
from bridge.core.midi import note_off, note_on
from bridge.core.parcels import MESSAGE, Parcel, pack

ON, OFF = note_on(0, 60, 90), note_off(0, 60)
PERIOD = 256


class Port:
    """A port of a stand-in for JACK: `events` come in, `written` goes out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.events: list[tuple[int, bytes]] = []
        self.written: list[bytes] = []

    def register(self, name: str) -> Port:
        return Port(name)

    def incoming_midi_events(self) -> list[tuple[int, bytes]]:
        return self.events

    def clear_buffer(self) -> None:
        """What was written stays for the test."""

    def write_midi_event(self, _offset: int, message: bytes) -> None:
        self.written.append(message)


class Client:
    """A client of a stand-in for JACK: its callbacks are called by the test."""

    samplerate, blocksize = 48000, PERIOD

    def __init__(self, name: str, **_how: object) -> None:
        self.name = name
        self.last_frame_time = 0
        self.midi_inports = self.midi_outports = Port("")
        self.process: Callable[[int], None]
        self.shut: Callable[[Any, str], None]

    def set_process_callback(self, process: Callable[[int], None]) -> None:
        self.process = process

    def set_shutdown_callback(self, shut: Callable[[Any, str], None]) -> None:
        self.shut = shut

    def activate(self) -> None:
        """Cycles come when the test says so."""


class Studio:
    """Stands in for the module `jack`: its clients and their ports."""

    def __init__(self, sock: socket.socket) -> None:
        self.clients: list[Client] = []
        self.cycle = Cycle(self, "Antiphon", sock)
        self.ear, self.mouth = self.clients
        self.heard: Port = self.cycle._ear
        self.written: list[bytes] = self.cycle._mouth.written

    def Client(self, name: str, **how: object) -> Client:  # noqa: N802 - JACK's name
        self.clients.append(Client(name, **how))
        return self.clients[-1]

    def roll(self, cycles: int) -> None:
        for _ in range(cycles):
            for client in self.clients:
                client.last_frame_time += PERIOD
                client.process(PERIOD)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(0)
        yield ours, theirs


@pytest.fixture
def studio(ends: tuple[socket.socket, socket.socket]) -> Studio:
    """A studio in which a key is down."""
    ours, theirs = ends
    studio = Studio(theirs)
    studio.roll(WINDOW)
    ours.send(pack(Parcel(MESSAGE, time.monotonic(), ON)))
    studio.roll(40)
    assert studio.written == [ON]
    return studio


def test_an_ear_that_fails_ends_the_process_once_all_keys_are_up(studio: Studio) -> None:
    studio.heard.events = [(0, None)]  # type: ignore[list-item]
    studio.roll(FAREWELL + 2)
    assert studio.written == [ON, OFF]
    assert studio.cycle.done.is_set()
    assert studio.cycle.code == 1


def test_an_ear_that_jack_has_dropped_ends_the_process_once_all_keys_are_up(
    studio: Studio,
) -> None:
    studio.ear.shut(None, "")
    studio.roll(FAREWELL + 2)
    assert studio.written == [ON, OFF]
    assert studio.cycle.done.is_set()
    assert studio.cycle.code == PortError.exit_code


def test_a_mouth_that_jack_has_dropped_ends_the_process_at_once(studio: Studio) -> None:
    studio.mouth.shut(None, "")
    assert studio.cycle.done.is_set()
    assert studio.cycle.code == PortError.exit_code


def test_where_no_cycles_come_the_player_is_told_so(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ends
    monkeypatch.setattr(jack_cycle, "SETTLES", 0.05)
    studio = Studio(theirs)
    studio.cycle.begin()
    assert "error" in json.loads(ours.recv(4096))
    assert studio.cycle.done.is_set()
    assert studio.cycle.code == PortError.exit_code


@pytest.mark.parametrize("period", [64 / 96000, 256 / 48000, 8192 / 44100])
def test_the_longest_cycles_leave_time_to_learn_the_clock(period: float) -> None:
    assert WINDOW * period < patience(period) < BIRTH


def test_cycles_that_are_too_long_are_told_before_the_player_gives_up() -> None:
    assert patience(1.0) < BIRTH
