"""The machine's MIDI systems: which one is used, and which of its ports a name means.

Ports are opened by `bridge.intake.port` and `bridge.send.port`; this is what both share. rtmidi
is loaded only when a port is wanted, since it needs ALSA's library even where JACK is used.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from bridge.core.errors import PortError, SettingError

Kind = Literal["input", "output", "feedback"]
KINDS: tuple[Kind, Kind] = ("input", "output")
#: Our ports, wherever we may make some; the third is for lamps and motors of controllers.
FROM_DAW, TO_DAW, TO_CONTROLS = "from DAW", "to DAW", "to controls"

_PORT = {"input": FROM_DAW, "output": TO_DAW, "feedback": TO_CONTROLS}
_CLIENT = {"input": "", "output": " out", "feedback": " controls"}  # on JACK, after our name
_DEVICE = {"input": "MidiIn", "output": "MidiOut", "feedback": "MidiOut"}
_NUMBER = {
    "alsa": "API_LINUX_ALSA",
    "coremidi": "API_MACOSX_CORE",
    "jack": "API_UNIX_JACK",
    "windows": "API_WINDOWS_MM",
}
_CURE = {
    "alsa": "the ALSA sequencer does not answer; load it with: modprobe snd-seq",
    "coremidi": "CoreMIDI does not answer",
    "jack": "no JACK server runs; start one, or set JACK_DEFAULT_SERVER to its name",
    "windows": "the Windows MIDI service does not answer",
}
EXACT = "jack-exact"  # JACK through a process of ours inside its cycle (app/exact.py)
_SEQUENCER = Path("/dev/snd/seq")


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keep what C libraries write to the terminal (fd 2) from it; JACK is talkative."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def own_names(kind: Kind, system: str, client: str) -> tuple[str, str]:
    """Return what our client and its port are called.

    JACK renames the second of two clients that share a name, by chance of who comes first, so
    each output has a name of its own; CoreMIDI shows the port without its client.
    """
    port = _PORT[kind]
    if system == "coremidi":
        return client, f"{client} {port}"
    return (f"{client}{_CLIENT[kind]}" if system == "jack" else client), port


def open_device(kind: Kind, system: str, client: str, **options: int) -> Any:
    """Return an rtmidi client without a port; raises PortError with what would help."""
    rtmidi = _rtmidi()
    number = getattr(rtmidi, _NUMBER[system], None)
    if number is None or number not in rtmidi.get_compiled_api():
        raise PortError(f"python-rtmidi on this machine cannot use {system}")
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    try:
        with hushed():
            return getattr(rtmidi, _DEVICE[kind])(number, client, **options)
    except OSError as error:
        raise PortError(f"MIDI {kind}: {_CURE[system]}") from error


def choose(api: str, platform: str = sys.platform) -> str:
    """Return the MIDI system to use; `auto` is the machine's own, on Linux ALSA before JACK."""
    if api != "auto":
        if api not in (*_NUMBER, EXACT):
            raise SettingError(
                f"MIDI system must be auto, {', '.join((*_NUMBER, EXACT))}, or loopback to play"
                f" without one; not {api!r}"
            )
        return api
    if platform in ("darwin", "win32"):
        return {"darwin": "coremidi", "win32": "windows"}[platform]
    # Whether a JACK server runs is seen on opening: a client that only asks, and leaves, can take
    # the next one with it (JACK 1.9.21).
    return "alsa" if _SEQUENCER.exists() else "jack"


def find(names: Sequence[str], wanted: str, kind: Kind) -> int:
    """Return the row of the port called `wanted`, in full or in part, whatever the case."""
    folded = wanted.casefold()
    whole = [i for i, name in enumerate(names) if name.casefold() == folded]
    part = [i for i, name in enumerate(names) if folded in name.casefold()]
    match whole or part:
        case [row]:
            return row
        case []:
            there = ", ".join(names) or "none at all"
            raise PortError(f"no MIDI {kind} called {wanted!r}; there are: {there}")
        case rows:
            which = ", ".join(names[row] for row in rows)
            raise PortError(f"{wanted!r} may mean several MIDI {kind}s: {which}; write more of it")


def open_port(device: Any, kind: Kind, system: str, client: str, wanted: str | None) -> str:
    """Open a port of ours, or attach to the one called `wanted`; return the name users see."""
    _, own = own_names(kind, system, client)
    try:
        with hushed():
            if wanted is None and system != "windows":
                device.open_virtual_port(own)
                return own if system == "coremidi" else f"{client}:{own}"
            names: list[str] = device.get_ports()
            row = (
                _find_on_windows(names, own, kind) if wanted is None else find(names, wanted, kind)
            )
            device.open_port(row, own)
            return names[row]
    except OSError as error:
        raise PortError(
            f"MIDI {kind} {wanted or own!r} cannot be opened; another program may hold it"
        ) from error


def open_ours(
    kind: Kind, system: str, client: str, wanted: str | None, **options: int
) -> tuple[Any, str]:
    """Open a client with our own port (`wanted` is None) or at one whose name contains `wanted`.

    Returns the device and the name users see; a device whose port cannot be opened is let go.
    """
    client, _ = own_names(kind, system, client)
    device = open_device(kind, system, client, **options)
    try:
        return device, open_port(device, kind, system, client, wanted)
    except PortError:
        device.delete()
        raise


def names_of(kind: Kind, system: str) -> list[str]:
    """Return the names of the ports one could attach to."""
    device = open_device(kind, system, "Antiphon probe")
    try:
        names: list[str] = device.get_ports()
        return names
    finally:
        device.delete()


def _find_on_windows(names: Sequence[str], own: str, kind: Kind) -> int:
    try:
        return find(names, own, kind)
    except PortError as error:
        raise PortError(
            "Windows has no virtual MIDI ports: with loopMIDI, make two that are called "
            f"'Antiphon {FROM_DAW}' and 'Antiphon {TO_DAW}', or name others; {error}"
        ) from error


def _rtmidi() -> Any:
    try:
        return importlib.import_module("rtmidi")
    except ImportError as error:
        raise PortError(f"python-rtmidi cannot be loaded: {error}") from error
