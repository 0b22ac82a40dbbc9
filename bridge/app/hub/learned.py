"""What knobs and keys were taught, as a file; and the maps that are known of controllers.

[[learned]]
address = "temperature"
cc = 20                  # or: note = 36
channel = 1
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from bridge.control.bindings import Bindings, Touch
from bridge.control.surfaces import ROOT
from bridge.core.errors import BridgeError, SettingError
from bridge.core.events import ACTIONS
from bridge.core.files import put
from bridge.core.params import BY_ADDRESS, find
from bridge.desk.cc_map import has_knob, pressed, turned
from bridge.desk.controllers import CONTROLLERS
from bridge.desk.table import Table

BROKEN = ".broken"  # added to the name of a file that cannot be read


def target(name: str) -> str:
    """Return the address of what a knob or key may do; SettingError if there is no such thing."""
    name = name.removeprefix(ROOT)
    if name in ACTIONS:
        return name
    row = find(name)
    if not has_knob(row):
        raise SettingError(f"{row.knob.address} has no knob: it is set by words or long numbers")
    return row.knob.address


def fits(touch: Touch, address: str) -> bool:
    """Tell whether a control can do this: numbers take more than a key."""
    row = BY_ADDRESS.get(address)
    return touch.message == "cc" or row is None or bool(row.knob.choices)


def bindings_of(controller: str) -> Bindings:
    """Return the map of a controller by its name, nothing for no name; SettingError."""
    known = {each.file: each for each in CONTROLLERS}
    if not controller:
        return Bindings()
    if controller not in known:
        raise SettingError(f"controller cannot be {controller!r}; it may be {', '.join(known)}")
    whose, bindings = known[controller], Bindings()
    turns = [(control, row.knob.address) for control, row in turned(Table(), whose)]
    for control, address in (*turns, *pressed(Table(), whose)):
        touch = Touch(control.message, control.number, whose.channel)
        bindings = bindings.having(touch, address)
    return bindings


def read_learned(path: Path) -> Bindings:
    """Return what a file holds, nothing where there is none; SettingError if it is broken."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Bindings()
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingError(f"{path} cannot be read: {error}") from None
    rows = table.get("learned", [])
    if not isinstance(rows, list):
        raise SettingError(f"{path} cannot be read: learned is no list")
    bindings = Bindings()
    for number, row in enumerate(rows, 1):
        touch, address = _row(row, f"{path} cannot be read: number {number}")
        bindings = bindings.having(touch, address)
    return bindings


def write_learned(path: Path, bindings: Bindings) -> None:
    """Write a file in place of what was there; BridgeError if that cannot be."""
    rows = [{"address": a, t.message: t.number, "channel": t.channel} for t, a in bindings.rows]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, tomli_w.dumps({"learned": rows}).encode())
    except OSError as error:
        raise BridgeError(f"{path} cannot be written: {error.strerror}") from None


def set_aside(path: Path) -> str:
    """Rename a broken file, so that the next one does not replace it; return its new name."""
    beside = path.with_name(path.name + BROKEN)
    try:
        path.replace(beside)
    except OSError as error:
        raise BridgeError(f"{path} cannot be renamed: {error.strerror}") from None
    return beside.name


def _row(row: Any, which: str) -> tuple[Touch, str]:
    match row:
        case {"address": str() as address, "cc": int() as number, "channel": int() as channel}:
            touch = Touch("cc", number, channel)
        case {"address": str() as address, "note": int() as number, "channel": int() as channel}:
            touch = Touch("note", number, channel)
        case _:
            raise SettingError(f"{which} needs address, channel and cc or note")
    if not (0 <= number <= 127 and 1 <= channel <= 16):
        raise SettingError(f"{which} needs a number in 0..127 and a channel in 1..16")
    if not fits(touch, address):
        raise SettingError(f"{which} needs a cc: a key cannot turn {address}")
    return touch, address
