"""Antiphon's hub with a transport in place of the player: a process that sits in a Link session.

    seat.py '{"clock_bpm": "140"}'        orders on stdin: start, or NAME VALUE to turn a parameter

Every pulse of the transport is a line of JSON on stdout.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.control.snapshot import Snapshot
from bridge.core.beat import BeatClock
from bridge.core.events import Action, Message, Pulse, Shared, Turned
from bridge.core.params import Settings, change
from bridge.listen.transport import Transport

EVERY = 0.05  # seconds


class Silent:
    """A view that shows nothing."""

    def show(self, snapshot: Snapshot) -> None:
        """Show nothing."""

    def close(self, snapshot: Snapshot) -> None:
        """Nothing was shown."""


class Line:
    """What the player does with the clock, and nothing else."""

    def __init__(self, settings: Settings) -> None:
        self.transport = Transport(settings.clock_source, settings.clock_bpm, time.monotonic())

    def obey(self, message: Message) -> None:
        """Take in what control says."""
        match message:
            case Shared(second, beat, bpm, quantum, playing, peers):
                line = BeatClock(second, beat, bpm)
                self.transport.share(line, quantum=quantum, playing=playing, peers=peers)
            case Turned("clock_source", value):
                self.transport.set_wanted(str(value), time.monotonic())
            case Action("start"):
                self.transport.start(time.monotonic())

    def pulse(self) -> Pulse:
        """Return where the song is."""
        now, transport = time.monotonic(), self.transport
        transport.glance(now)
        line, jump = transport.line, transport.take_jump()
        source, status, why = transport.source, transport.status(now), transport.reason(now)
        return Pulse(now, line.beat_at(now), line.bpm, transport.playing, source, status, jump, why)


async def sit(settings: Settings) -> None:
    """Sit in the session until SIGTERM."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    line = Line(settings)
    hub = Hub(Plan(settings=settings, osc_port=0, takes=Path("takes"), commands={}), Silent())
    hub.crew.send = lambda who, message: line.obey(message) if who == "player" else None  # type: ignore[method-assign]
    await hub.open()
    loop.add_reader(sys.stdin, lambda: obey(hub, sys.stdin.readline().split()))
    while not stop.is_set():
        pulse = line.pulse()
        hub._take_in("player", pulse)
        print(json.dumps(asdict(pulse)), flush=True)
        await asyncio.sleep(EVERY)
    loop.remove_reader(sys.stdin)
    await hub.close()


def obey(hub: Hub, words: list[str]) -> None:
    """Do what a line says."""
    match words:
        case ["start"]:
            hub.press("start")
        case [name, value]:
            hub.turn(name, value)


def main() -> None:
    """Run it."""
    settings = Settings(clock_link="on")
    for name, value in json.loads(sys.argv[1]).items():
        settings = change(settings, name, value)
    asyncio.run(sit(settings))


main()
