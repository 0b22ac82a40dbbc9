"""The MIDI ports that were chosen on this machine, as a file: by MIDI system, as `--api` names it.

[auto]
input = "KeyStep 37:KeyStep 37 MIDI 1"
output = ""              # a port of our own
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from bridge.core.devices import EXACT, KINDS
from bridge.core.errors import BridgeError, SettingError
from bridge.core.files import put

#: What ALSA (client and port) and rtmidi on Windows (the row) add to a port's name; it is another
#: one when the device is plugged in anew.
NUMBER = re.compile(r" \d+$" if sys.platform == "win32" else r" \d+:\d+$")


@dataclass(frozen=True, slots=True)
class Ends:
    """Names of an input and an output; an empty one is a port of our own."""

    input: str = ""
    output: str = ""


def lasting(name: str, names: Sequence[str]) -> str:
    """Return what stays of a port's name when it is plugged in anew, if that names no other."""
    short = NUMBER.sub("", name)
    return short if sum(short.casefold() in other.casefold() for other in names) == 1 else name


def read_ports(path: Path, api: str) -> Ends:
    """Return what was chosen with a MIDI system; SettingError if the file is broken."""
    row = _tables(path).get(_key(api), {})
    if not isinstance(row, dict) or not all(isinstance(row.get(kind, ""), str) for kind in KINDS):
        raise SettingError(f"{path} cannot be read: {_key(api)} needs names of ports")
    return Ends(row.get("input", ""), row.get("output", ""))


def write_ports(path: Path, api: str, ends: Ends) -> None:
    """Keep what was chosen with a MIDI system; BridgeError if it cannot be written."""
    try:
        tables = _tables(path)
    except SettingError:
        tables = {}
    tables[_key(api)] = {"input": ends.input, "output": ends.output}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, tomli_w.dumps(tables).encode())
    except OSError as error:
        raise BridgeError(f"{path} cannot be written: {error.strerror}") from None


def _key(api: str) -> str:
    return "jack" if api == EXACT else api  # the ports are the same


def _tables(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingError(f"{path} cannot be read: {error}") from None
