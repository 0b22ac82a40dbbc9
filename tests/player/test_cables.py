"""JACK cables: seen, told, handed over and laid again, on a JACK made of paper."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.app.hub.view import Lines
from bridge.app.player.cables import Patchbay, open_patchbay
from bridge.app.player.lifeline import Lifeline, sockets
from bridge.app.player.playing import Player
from bridge.app.player.ports import Ports
from bridge.app.player.process import read_config
from bridge.core.errors import PortError
from bridge.core.events import Cables, Message, Play, Pulse
from bridge.core.params import Settings
from bridge.core.wire import Link, decode, encode
from bridge.listen.transport import Transport
from tests.player.stage import Paper

EAR, MOUTH = "Antiphon:from DAW", "Antiphon out:to DAW"
LAMPS = "Antiphon controls:to controls"
CABLED = Cables(("daw:clock", "daw:out"), ("synth:in",))


class PaperError(Exception):
    """What the module `jack` raises."""


class PaperJack:
    """A JACK server and its module: it knows ports and what is connected."""

    JackError = PaperError
    blocksize = 256
    transport_frame = 96_000
    state = 1  # rolling

    def __init__(self, *ports: str) -> None:
        self.ports = list(ports)
        self.position = at(2)
        self.laid: set[tuple[str, str]] = set()
        self.frame = 2**32 - 1000  # soon the counter wraps
        self.dying: list[str] = []  # gone at the second look

    def Client(self, _name: str, **_options: bool) -> PaperJack:  # noqa: N802 - as there
        return self

    @property
    def frame_time(self) -> int:
        self.frame += 500
        return self.frame % 2**32

    def get_ports(self, **_options: bool) -> list[Any]:
        found = [SimpleNamespace(name=name) for name in self.ports]
        self.ports = [name for name in self.ports if name not in self.dying]
        self.dying = []
        return found

    def get_all_connections(self, port: str) -> list[Any]:
        if port not in self.ports:
            raise PaperError
        ends = [end for cable in self.laid if port in cable for end in cable]
        return [SimpleNamespace(name=end) for end in ends if end != port]

    def connect(self, source: str, target: str) -> None:
        if not {source, target} <= {*self.ports} or (source, target) in self.laid:
            raise PaperError
        self.laid.add((source, target))

    def transport_query_struct(self) -> tuple[int, Any]:
        return self.state, self.position


def at(bar: int, beat: int = 1, **other: float) -> SimpleNamespace:
    """Return where JACK is as its master counts, in 4/4 at 120."""
    counted = {
        "frame": 96_000, "frame_rate": 48_000, "valid": 0x10, "bar": bar, "beat": beat,
        "tick": 0, "beats_per_bar": 4.0, "beat_type": 4.0, "ticks_per_beat": 1920.0,
        "beats_per_minute": 120.0,
    }  # fmt: skip
    return SimpleNamespace(**counted | other)


def patchbay(jack: PaperJack, *ours: str) -> Patchbay:
    bay = Patchbay(jack, "Antiphon")
    jack.ports += ours
    bay.find_ours()
    return bay


def test_cables_are_laid_again_and_seen() -> None:
    jack = PaperJack("daw:out", "daw:clock", "synth:in")
    bay = patchbay(jack, EAR, MOUTH)
    assert bay.cables() == Cables((), ())
    jack.laid = {("daw:out", EAR)}  # as rtmidi does where a port was asked for by name
    bay.lay(CABLED)
    assert bay.cables() == CABLED
    assert jack.laid == {("daw:clock", EAR), ("daw:out", EAR), (MOUTH, "synth:in")}


def test_a_cable_whose_other_end_is_gone_stops_no_other() -> None:
    bay = patchbay(PaperJack("synth:in"), EAR, MOUTH)
    bay.lay(CABLED)
    assert bay.cables() == Cables((), ("synth:in",))


def test_the_cables_of_controllers_are_laid_again_and_seen() -> None:
    """The third port comes after the others, and has the cables it had."""
    jack = PaperJack("fader:in", "synth:in")
    bay = patchbay(jack, EAR, MOUTH)
    jack.ports.append(LAMPS)
    bay.find_controls(Cables((), (), ("fader:in", "gone:in")))
    assert bay.cables() == Cables((), (), ("fader:in",))
    assert jack.laid == {(LAMPS, "fader:in")}


def test_a_renamed_antiphon_looks_at_its_own_cables() -> None:
    ours = "Antiphon-01:from DAW", "Antiphon out-01:to DAW"
    jack = PaperJack("daw:out", "synth:in", EAR, MOUTH)
    jack.laid = {("daw:out", EAR)}
    assert patchbay(jack, *ours).cables() == Cables((), ())


def test_ports_that_jack_does_not_know_have_no_cables() -> None:
    assert patchbay(PaperJack("daw:out")).cables() is None


def test_a_port_asked_for_by_name_is_connected_and_missed_when_it_goes() -> None:
    jack = PaperJack("daw:out", "synth:in")
    bay = patchbay(jack, EAR, MOUTH)
    assert bay.attach("daw:", "input") == "daw:out"
    assert bay.attach("synth", "output") == "synth:in"
    assert jack.laid == {("daw:out", EAR), (MOUTH, "synth:in")}
    bay.check()
    jack.ports.remove("synth:in")
    with pytest.raises(PortError, match="MIDI output 'synth:in' is gone"):
        bay.check()
    with pytest.raises(PortError, match="no MIDI input called 'organ'"):
        bay.attach("organ", "input")


def test_the_names_of_a_dead_player_are_waited_for() -> None:
    jack = PaperJack("daw:out", EAR, MOUTH)
    jack.dying = [EAR, MOUTH]
    bay = Patchbay(jack, "Antiphon")
    bay.await_farewell()
    assert jack.ports == ["daw:out"]
    jack.ports += [EAR, MOUTH]
    bay.find_ours()
    assert bay.cables() == Cables((), ())


def test_without_the_package_there_is_no_patchbay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jack", None)
    assert open_patchbay("Antiphon") is None


def test_without_a_server_there_is_no_patchbay(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_name: str, **_options: bool) -> None:
        raise PaperError

    module = ModuleType("jack")
    vars(module).update(JackError=PaperError, Client=refuse)
    monkeypatch.setitem(sys.modules, "jack", module)
    assert open_patchbay("Antiphon") is None


def test_cables_are_told_when_they_change() -> None:
    jack = PaperJack("daw:out", "daw:clock", "synth:in")
    bay = patchbay(jack, EAR, MOUTH)
    ours, theirs = (Link(end) for end in socket.socketpair())
    ports = Ports(Paper("ear"), Paper("mouth"), Lifeline(sockets()), bay)
    player = Player(theirs, ports, Transport("internal", 120.0, time.monotonic()), Settings())

    def told(seconds: float) -> list[Message]:
        until = time.monotonic() + seconds
        player.run(lambda: time.monotonic() > until)
        return [message for message in ours.receive() if isinstance(message, Cables)]

    assert told(0.05) == [Cables((), ())]
    jack.laid = {("daw:out", EAR)}
    assert told(2.2) == [Cables(("daw:out",), ())]
    player.leave()
    for link in (ours, theirs):
        link.sock.close()


def test_a_new_player_owes_what_left_before_its_beat() -> None:
    async def owed(offset: float) -> object:
        hub = Hub(Plan(osc_port=0, settings=Settings(latency_offset=offset)), Lines())
        now = time.monotonic()
        hub._take_in("player", Pulse(now, 8.0, 60.0, playing=True, source="midi", status="locked"))
        hub._take_in("engine", Play(1, 8.2, 1.0, 0, 60, 90))  # in 0.2 s
        return hub._config("player")["owed"]

    assert asyncio.run(owed(250.0)) == [(0, 60)]
    assert asyncio.run(owed(0.0)) == []


def test_control_hands_a_new_player_the_cables_of_the_old_one() -> None:
    async def config_after(*messages: Message) -> str:
        hub = Hub(Plan(osc_port=0), Lines())
        for message in messages:
            hub._take_in("player", decode(encode(message)))
        return json.dumps(hub._config("player"))

    newest = asyncio.run(config_after(Cables((), ()), CABLED))
    assert read_config(newest).cables == CABLED
    assert read_config(asyncio.run(config_after())).cables is None


def test_the_song_is_where_jacks_master_counts_it() -> None:
    song = patchbay(PaperJack()).song(90.0)
    assert song is not None
    assert (song.playing, song.master, song.line.beat, song.line.bpm) == (True, True, 4.0, 120.0)


@pytest.mark.parametrize("state", [0, 3])  # stopped, starting
@pytest.mark.parametrize("place", [at(-3), at(10**9), at(2, frame=0), at(1, -9)])
def test_a_transport_that_stands_is_heard_wherever_its_master_thinks_it_is(
    state: int, place: SimpleNamespace
) -> None:
    """After a locate, or before a pre-roll, the count may be nonsense; that it stands is true."""
    jack = PaperJack()
    jack.position, jack.state = place, state
    song = patchbay(jack).song(90.0)
    assert song is not None
    assert not song.playing
    jack.state = 1
    assert patchbay(jack).song(90.0) is None  # rolling, but who knows where


@pytest.mark.parametrize("lack", ["beat_type", "ticks_per_beat", "beats_per_minute"])
def test_a_master_by_whom_nobody_can_count_is_none(lack: str) -> None:
    jack = PaperJack()
    setattr(jack.position, lack, 0.0)
    song = patchbay(jack).song(90.0)
    assert song is not None
    assert (song.playing, song.master, song.line.beat) == (True, False, 3.0)


def test_a_renamed_antiphon_tells_its_own_names() -> None:
    ours = "Antiphon-01:from DAW", "Antiphon out-01:to DAW"
    assert patchbay(PaperJack(EAR, MOUTH), *ours).ours == ours
