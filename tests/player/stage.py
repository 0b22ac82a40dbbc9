"""A player in this process, with ports that remember."""

from __future__ import annotations

import socket
import time

from bridge.app.player.lifeline import Lifeline, sockets
from bridge.app.player.playing import Player
from bridge.app.player.ports import Ports
from bridge.core.errors import PortError
from bridge.core.events import (
    Message,
    Play,
    Pulse,
)
from bridge.core.params import Settings
from bridge.core.wire import Link
from bridge.listen.transport import Transport

BPM = 240.0  # beats pass quickly: four a second


class Paper:
    """Both ends of an imaginary cable: what is to be heard, and what was sent."""

    def __init__(self, name: str, *, one_cable: bool = False) -> None:
        self.name = name
        self.one_cable = one_cable  # what is sent comes straight back
        self.inbox: list[bytes] = []
        self.sent: list[bytes] = []
        self.broken = False
        self.closed = False

    def poll(self, now: float) -> list[tuple[float, bytes]]:
        found, self.inbox = self.inbox, []
        return [(now, message) for message in found]

    def send(self, message: bytes) -> None:
        if self.broken:
            raise PortError("paper is torn")
        self.sent.append(message)
        if self.one_cable:
            self.inbox.append(message)

    def check(self) -> None:
        if self.broken:
            raise PortError("paper is torn")

    def close(self) -> None:
        self.closed = True


class Stage:
    """A player in this process, played for as long as a test needs."""

    def __init__(self, source: str = "internal", *, one_cable: bool = False) -> None:
        ours, theirs = socket.socketpair()
        self.link = Link(ours)
        self.ear = Paper("ear", one_cable=one_cable)
        self.mouth = self.ear if one_cable else Paper("mouth")
        settings = Settings(clock_source=source, clock_bpm=BPM)
        ports = Ports(self.ear, self.mouth, Lifeline(sockets()))
        transport = Transport(source, BPM, time.monotonic())
        self.theirs = Link(theirs)
        self.player = Player(self.theirs, ports, transport, settings)
        self.told: list[Message] = []

    def play(self, seconds: float) -> list[Message]:
        """Let time pass; return what the control process was told meanwhile."""
        until = time.monotonic() + seconds
        self.player.run(lambda: time.monotonic() > until)
        told = self.link.receive()
        self.told += told
        return told

    def beat(self) -> float:
        pulse = next(m for m in reversed(self.told) if isinstance(m, Pulse))
        return pulse.beat + (time.monotonic() - pulse.second) * pulse.bpm / 60

    def note(self, ahead: float, length: float, pitch: int = 60, take: int = 1) -> None:
        self.link.send(Play(take, self.beat() + ahead, length, 0, pitch, 90))

    def close(self) -> None:
        self.link.sock.close()
        self.theirs.sock.close()


ON, OFF = b"\x90\x3c\x5a", b"\x80\x3c\x00"
