"""The player process: `python -m bridge.app.player.process --link FD --config JSON`.

It must start fast and never wait for anybody, so it imports neither numpy nor a model runtime nor
the command line's libraries. When the control process goes, or on SIGTERM or SIGINT, it sends the
note-offs it owes and exits; errors exit with the code of their kind (bridge.core.errors).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from bridge.app.adopt import adopt
from bridge.app.player.conducting import check_jack
from bridge.app.player.lamps import open_lamps
from bridge.app.player.playing import WHO, Player
from bridge.app.player.ports import Ports, open_loopback, open_ports
from bridge.core.beat import BeatClock
from bridge.core.errors import BridgeError, SettingError
from bridge.core.events import Cables, Fault
from bridge.core.midi import note_off
from bridge.core.params import Settings, Value, change
from bridge.core.wire import Link
from bridge.listen.transport import Transport

PRIORITY = 20  # of SCHED_FIFO: below JACK's own threads


@dataclass(frozen=True, slots=True)
class Resume:
    """Where a player before this one was: the last pulse."""

    second: float
    beat: float
    bpm: float
    source: str  # midi, link, jack, fl, internal
    away: float = 0.0  # beats by which it was ahead of that source's own count
    reason: str = ""  # why that conducted
    playing: bool = True  # whether the song rolled


@dataclass(frozen=True, slots=True)
class Config:
    """What the control process asks for; `settings` by the names of bridge.core.params."""

    settings: dict[str, Value] = field(default_factory=dict)
    api: str = "auto"  # auto, alsa, coremidi, jack, jack-exact, windows or loopback
    input: str | None = None  # part of a port's name; None is a port of our own
    output: str | None = None  # of loopback: a file in which what is sent is written down
    feedback: str | None = None  # the same for controllers' lamps and motors
    client: str = "Antiphon"
    resume: Resume | None = None
    cables: Cables | None = None  # those of a player before this one
    owed: tuple[tuple[int, int], ...] = ()  # channel and pitch of the notes it may have left
    trace: str | None = None  # a file for the lateness of each note-on, in seconds


def read_config(text: str) -> Config:
    """Return the configuration written as a JSON object; raises SettingError."""
    try:
        raw = json.loads(text)
        if raw.get("resume") is not None:
            raw["resume"] = Resume(**raw["resume"])
        if raw.get("cables") is not None:
            ends = ("sources", "targets", "controls")
            raw["cables"] = Cables(*(tuple(raw["cables"][end]) for end in ends))
        raw["owed"] = tuple((int(channel), int(pitch)) for channel, pitch in raw.get("owed", ()))
        return Config(**raw)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SettingError(f"the player's configuration cannot be read: {error}") from error


def make_player(link: Link, config: Config, second: float) -> Player:
    """Open the ports and return a player that is ready at `second`."""
    settings = Settings()
    for name, value in config.settings.items():
        settings = change(settings, name, value)
    transport = Transport(settings.clock_source, settings.clock_bpm, second)
    if (before := config.resume) is not None:
        line = BeatClock(before.second, before.beat, before.bpm)
        transport.resume(
            line, before.source, before.away, reason=before.reason, playing=before.playing
        )
    ports = _ports(config, settings, transport)
    for channel, pitch in config.owed:
        ports.release(note_off(channel, pitch))
    player = Player(link, ports, transport, settings)
    try:
        check_jack(settings.clock_source, there=ports.knows_jack)
    except SettingError as error:
        link.send(Fault(WHO, BridgeError.exit_code, str(error)))
    player.lamps = open_lamps(
        config.api, config.client, config.feedback,
        lambda text: link.send(Fault(WHO, BridgeError.exit_code, text)),
    )  # fmt: skip
    ports.find_controls(config.cables)
    return player


def _ports(config: Config, settings: Settings, transport: Transport) -> Ports:
    if config.api != "loopback":
        return open_ports(config.api, config.client, config.input, config.output, config.cables)
    return open_loopback(
        lambda: transport.line if transport.playing else None,
        settings.meter.bar_beats,
        config.output,
    )


def _hush_libraries() -> None:
    """Let only Python write to the terminal; libjack's threads report a dead server there."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def hurry() -> bool:
    """Ask for punctual wake-ups; where that is not allowed, play without and return False."""
    gc.freeze()
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.winmm.timeBeginPeriod(1)  # ms; else a wait lasts up to 16
    elif hasattr(os, "sched_setscheduler"):
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
        except OSError:
            return False
    return True


def _play(link: Link, config: Config) -> None:
    stopped: list[int] = []
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda number, _: stopped.append(number))
    player = make_player(link, config, time.monotonic())
    player.trace = None if config.trace is None else []
    hurry()
    try:
        player.run(lambda: bool(stopped))
    finally:
        player.leave()
        if config.trace is not None and player.trace is not None:
            Path(config.trace).write_text(json.dumps(player.trace))


def main(arguments: list[str] | None = None) -> int:
    """Run the process; return its exit code."""
    parser = argparse.ArgumentParser(prog="bridge.app.player.process", description=__doc__)
    parser.add_argument("--link", type=int, required=True, help="descriptor of the control socket")
    parser.add_argument("--config", required=True, help="JSON object, see Config")
    options = parser.parse_args(arguments)
    link = adopt(options.link)
    _hush_libraries()
    try:
        _play(link, read_config(options.config))
    except BridgeError as error:
        link.send(Fault(WHO, error.exit_code, str(error)))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the control process must hear of it
        traceback.print_exc()
        link.send(Fault(WHO, BridgeError.exit_code, f"{type(error).__name__}: {error}"))
        return BridgeError.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
