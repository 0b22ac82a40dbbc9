"""What knobs and keys were taught, as a file; and the maps that are known of controllers.

[[learned]]
address = "temperature"
cc = 20                  # or: note = 36
channel = 1

[[forgotten]]            # of the map of a controller
address = "top_p"
cc = 78
channel = 9
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
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
from bridge.desk.controllers import CONTROLLERS, GENERIC, Controller
from bridge.desk.table import Table

BROKEN = ".broken"  # added to the name of a file that cannot be read


@dataclass(frozen=True, slots=True)
class Learned:
    """What was taught, and which rows of controllers' maps are to be forgotten."""

    taught: Bindings
    forgotten: tuple[tuple[Touch, str], ...] = ()

    def over(self, known: Bindings) -> Bindings:
        """Return what holds beside the map of a controller, which this outweighs."""
        return self.taught.over(
            Bindings(tuple(row for row in known.rows if row not in self.forgotten))
        )

    def having(self, touch: Touch, address: str) -> Learned:
        """Return this with a control that was taught something."""
        kept = tuple(row for row in self.forgotten if row != (touch, address))
        return Learned(self.taught.having(touch, address), kept)

    def without(self, address: str, known: Bindings) -> Learned:
        """Return this with nothing that does something, of what is known neither."""
        lost = tuple(row for row in known.rows if row[1] == address and row not in self.forgotten)
        return Learned(self.taught.without(address), (*self.forgotten, *lost))

    def restored(self, row: tuple[Touch, str]) -> Learned:
        """Return this with a row of a map in force, and nothing taught that stands against it."""
        taught = (known for known in self.taught.rows if known[0] != row[0] and known[1] != row[1])
        kept = tuple(known for known in self.forgotten if known != row)
        return Learned(Bindings(tuple(taught)), kept)


NOTHING = Learned(Bindings())


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


def controller_of(name: str) -> Controller:
    """Return a controller by its name, the generic one for no name; SettingError."""
    known = {each.file: each for each in CONTROLLERS}
    if name and name not in known:
        raise SettingError(f"controller cannot be {name!r}; it may be {', '.join(known)}")
    return known[name] if name else GENERIC


def bindings_of(controller: str) -> Bindings:
    """Return the map of a controller by its name, nothing for no name; SettingError."""
    if not controller:
        return Bindings()
    whose, bindings = controller_of(controller), Bindings()
    turns = [(control, row.knob.address) for control, row in turned(Table(), whose)]
    for control, address in (*turns, *pressed(Table(), whose)):
        touch = Touch(control.message, control.number, whose.channel)
        bindings = bindings.having(touch, address)
    return bindings


def read_learned(path: Path) -> Learned:
    """Return what a file holds, nothing where there is none; SettingError if it is broken."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingError(f"{path} cannot be read: {error}") from None
    taught = Bindings()
    for touch, address in _rows(table, "learned", path):
        taught = taught.having(touch, address)
    return Learned(taught, tuple(_rows(table, "forgotten", path)))


def _rows(table: dict[str, Any], name: str, path: Path) -> list[tuple[Touch, str]]:
    rows = table.get(name, [])
    if not isinstance(rows, list):
        raise SettingError(f"{path} cannot be read: {name} is no list")
    begins = f"{path} cannot be read: {name}, number"
    return [_row(row, f"{begins} {number}") for number, row in enumerate(rows, 1)]


def write_learned(path: Path, learned: Learned) -> None:
    """Write a file in place of what was there; BridgeError if that cannot be."""
    tables = {
        name: [{"address": a, t.message: t.number, "channel": t.channel} for t, a in rows]
        for name, rows in (("learned", learned.taught.rows), ("forgotten", learned.forgotten))
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, tomli_w.dumps(tables).encode())
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
