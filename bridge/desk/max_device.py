"""The Max for Live device: a MIDI effect that lets notes through and turns every parameter.

An unfrozen `.amxd` is a chunk file (`ampf`, `meta`, `ptch`) around a patcher written as JSON; the
order of its chunks and the keys of its boxes are those of devices that Live saved. Live keeps the
values with the set, and can automate them. What comes back is laid on each control by `set`, which
shows a value and sends none, so that nothing goes round in circles.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

from bridge.core.params import Param
from bridge.desk.table import (
    LEASE_RENEWED,
    OSC_HOST,
    OSC_PORT,
    SURFACE_PORT,
    Table,
    address,
    kind,
    limits,
)

MIDI_EFFECT = b"mmmm"
WIDTH, HEIGHT, PER_COLUMN = 96, 48, 3  # pixels of a control; Live gives a device 169 in height
TOP = 6

Box = dict[str, Any]
Cord = tuple[str, int, str, int]  # from box, outlet, to box, inlet

_FLOAT, _ENUM = 0, 2  # Live's parameter types; its whole numbers end at 255, so they are floats too
_SHOWN_WHOLE, _SHOWN_FLOAT = 0, 1  # unit styles


def device(table: Table) -> bytes:
    """Return the `.amxd` file."""
    patcher = json.dumps({"patcher": _patcher(table)}, separators=(",", ":")).encode() + b"\n\0"
    head = b"ampf" + struct.pack("<I", 4) + MIDI_EFFECT + b"meta" + struct.pack("<II", 4, 1)
    return head + b"ptch" + struct.pack("<I", len(patcher)) + patcher


def patcher_of(data: bytes) -> Any:
    """Return the patcher inside a device; ValueError if it is none."""
    at = data.find(b"ptch")
    if data[:4] != b"ampf" or at < 0:
        raise ValueError("not a Max for Live device")
    (length,) = struct.unpack_from("<I", data, at + 4)
    return json.loads(data[at + 8 : at + 8 + length].rstrip(b"\0"))["patcher"]


def _patcher(table: Table) -> dict[str, Any]:
    rows = [row for row in table.params if kind(row) != "number"]
    boxes, cords = _frame(rows)
    for index, name in enumerate(table.actions):
        _add(boxes, cords, _action(name, index))
    places = len(table.actions)
    for index, row in enumerate(rows):
        make = {"fader": _dial, "choice": _menu, "text": _words}[kind(row)]
        _add(boxes, cords, make(row, index, places + index))
    return {
        "fileversion": 1,
        "appversion": {
            "major": 8, "minor": 5, "revision": 5, "architecture": "x64", "modernui": 1,
        },
        "classnamespace": "box",
        "rect": [80.0, 120.0, 1200.0, 700.0],
        "openrect": [0.0, 0.0, 0.0, 169.0],
        "openinpresentation": 1,
        "default_fontsize": 10.0,
        "default_fontname": "Arial Bold",
        "gridsize": [8.0, 8.0],
        "boxes": [{"box": box} for box in boxes],
        "lines": [
            {"patchline": {"source": [source, outlet], "destination": [target, inlet]}}
            for source, outlet, target, inlet in cords
        ],
        "latency": 0,
        "project": {"version": 1, "amxdtype": int.from_bytes(MIDI_EFFECT, "big")},
        "autosave": 0,
    }  # fmt: skip


def _add(boxes: list[Box], cords: list[Cord], part: tuple[list[Box], list[Cord]]) -> None:
    boxes += part[0]
    cords += part[1]


def _frame(rows: Sequence[Param]) -> tuple[list[Box], list[Cord]]:
    """Return what every device has: notes pass, packets leave, packets are handed round."""
    ask = f"{address('subscribe')} {SURFACE_PORT}"
    addresses = " ".join(address(row.knob.address) for row in rows)
    boxes = [
        _object("midiin", "midiin", 0, 1),
        _object("midiout", "midiout", 1, 0),
        _object("send", f"udpsend {OSC_HOST} {OSC_PORT}", 1, 0),
        _object("hear", f"udpreceive {SURFACE_PORT}", 1, 1),
        _object("route", f"route {addresses}", len(rows) + 1, len(rows) + 1),
        _object("begin", "live.thisdevice", 1, 3),
        _object("renew", f"metro {LEASE_RENEWED * 1000} @active 1", 2, 1),
        {**_object("ask", ask, 2, 1), "maxclass": "message"},
    ]
    cords: list[Cord] = [
        ("midiin", 0, "midiout", 0), ("hear", 0, "route", 0), ("begin", 0, "ask", 0),
        ("renew", 0, "ask", 0), ("ask", 0, "send", 0),
    ]  # fmt: skip
    return boxes, cords


def _dial(row: Param, outlet: int, place: int) -> tuple[list[Box], list[Cord]]:
    knob, name = row.knob, row.name
    box = _control(row, place, "live.dial", 2, {
        "parameter_mmin": float(knob.low), "parameter_mmax": float(knob.high),
        "parameter_initial": [row.default], "parameter_initial_enable": 1,
        "parameter_type": _FLOAT,
        "parameter_unitstyle": _SHOWN_WHOLE if row.type is int else _SHOWN_FLOAT,
    })  # fmt: skip
    turned = f"prepend {address(knob.address)}"
    boxes = [
        box,
        _object(f"{name} out", turned, 1, 1),
        _object(f"{name} set", "prepend set", 1, 1),
    ]
    return boxes, _both_ways(name, 0, outlet)


def _menu(row: Param, outlet: int, place: int) -> tuple[list[Box], list[Cord]]:
    choices, name = row.knob.choices, row.name
    box = _control(row, place, "live.menu", 3, {
        "parameter_enum": list(choices), "parameter_mmax": len(choices) - 1,
        "parameter_initial": [choices.index(str(row.default))], "parameter_initial_enable": 1,
        "parameter_type": _ENUM,
    })  # fmt: skip
    data = [{"key": choice, "value": [index]} for index, choice in enumerate(choices)]
    number = _object(f"{name} number", "coll @embed 1", 1, 4) | {
        "coll_data": {"count": len(data), "data": data},
        "saved_object_attributes": {"embed": 1, "precision": 6},
    }
    boxes = [
        box, number,
        _object(f"{name} out", f"prepend {address(row.knob.address)}", 1, 1),
        _object(f"{name} set", "prepend set", 1, 1),
    ]  # fmt: skip
    cords: list[Cord] = [
        (name, 1, f"{name} out", 0), (f"{name} out", 0, "send", 0),
        ("route", outlet, f"{name} number", 0), (f"{name} number", 0, f"{name} set", 0),
        (f"{name} set", 0, name, 0),
    ]  # fmt: skip
    return boxes, cords


def _words(row: Param, outlet: int, place: int) -> tuple[list[Box], list[Cord]]:
    name = row.name
    box = _object(name, "", 1, 4) | {
        "maxclass": "textedit", "keymode": 1, "lines": 1, "annotation": row.knob.help,
        **_shown(place),
    }  # fmt: skip
    boxes = [
        box,
        _object(f"{name} typed", "route text", 2, 2),
        _object(f"{name} whole", "tosymbol", 1, 1),
        _object(f"{name} out", f"prepend {address(row.knob.address)}", 1, 1),
        _object(f"{name} set", "prepend set", 1, 1),
    ]
    cords = _both_ways(f"{name} whole", 0, outlet, name)
    more: list[Cord] = [(name, 0, f"{name} typed", 0), (f"{name} typed", 0, f"{name} whole", 0)]
    return boxes, [*more, *cords]


def _action(name: str, place: int) -> tuple[list[Box], list[Cord]]:
    do, press = f"do {name}", f"press {name}"
    box = _object(do, name, 1, 2) | {
        "maxclass": "live.text", "mode": 0, "parameter_enable": 1, "varname": do,
        **_shown(place),
        "saved_attribute_attributes": {"valueof": {
            "parameter_enum": ["off", "on"], "parameter_mmax": 1, "parameter_type": _ENUM,
            "parameter_longname": do, "parameter_shortname": name,
        }},
    }  # fmt: skip
    message = {**_object(press, address(name), 2, 1), "maxclass": "message"}
    pressed = _object(f"bang {name}", "t b", 1, 1)
    cords: list[Cord] = [
        (do, 0, f"bang {name}", 0), (f"bang {name}", 0, press, 0), (press, 0, "send", 0),
    ]  # fmt: skip
    return [box, pressed, message], cords


def _both_ways(source: str, outlet: int, route: int, control: str = "") -> list[Cord]:
    """Return the cords from a control to the port, and from the port back to the control."""
    name = control or source
    return [
        (source, outlet, f"{name} out", 0), (f"{name} out", 0, "send", 0),
        ("route", route, f"{name} set", 0), (f"{name} set", 0, name, 0),
    ]  # fmt: skip


def _control(row: Param, place: int, of: str, outlets: int, value: dict[str, Any]) -> Box:
    knob = row.knob
    about = f"{knob.help} ({limits(row)}{' ' + knob.unit if knob.unit else ''})"
    return _object(row.name, "", 1, outlets) | {
        "maxclass": of, "varname": row.name, "parameter_enable": 1, "annotation": about,
        **_shown(place),
        "saved_attribute_attributes": {"valueof": {
            **value, "parameter_longname": row.name, "parameter_shortname": knob.address,
        }},
    }  # fmt: skip


def _shown(place: int) -> Box:
    """Return where a control stands in the device, column by column."""
    column, line = divmod(place, PER_COLUMN)
    rect = [6.0 + column * WIDTH, TOP + line * (HEIGHT + 4.0), WIDTH - 8.0, float(HEIGHT)]
    return {"presentation": 1, "presentation_rect": rect}


def _object(name: str, text: str, inlets: int, outlets: int) -> Box:
    return {
        "id": name, "maxclass": "newobj", "text": text, "numinlets": inlets, "numoutlets": outlets,
        "outlettype": [""] * outlets, "patching_rect": [0.0, 0.0, 140.0, 20.0],
    }  # fmt: skip
