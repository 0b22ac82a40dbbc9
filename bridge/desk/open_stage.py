"""The Open Stage Control session, and the module that keeps it informed.

The session is JSON as Open Stage Control 1.30 saves it; what is left out takes its default there.
"""

from __future__ import annotations

import json
from typing import Any

from bridge.core.params import Param
from bridge.desk.table import (
    LEASE_RENEWED,
    NAME,
    OSC_HOST,
    OSC_PORT,
    Table,
    address,
    kind,
    limits,
)

VERSION = "1.30.1"
WIDTH, NAMES = 900, 180  # pixels of a row and of its name
HEAD, ROW = 150, 44
SWITCHED = 8  # as many choices stand side by side; more are a list to open
TARGET = f"{OSC_HOST}:{OSC_PORT}"

Widget = dict[str, Any]


def session(table: Table) -> str:
    """Return the session file."""
    widgets = [*_actions(table), *_readings(table)]
    for index, row in enumerate(table.params):
        widgets += _row(row, HEAD + index * ROW)
    root: Widget = {
        "type": "root", "id": "root", "layout": "default", "scroll": True, "target": "",
        "widgets": widgets, "tabs": [],
    }  # fmt: skip
    whole = {
        "createdWith": "Open Stage Control", "version": VERSION, "type": "session",
        "content": root,
    }  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def module() -> str:
    """Return the custom module: it asks for all changes, since a subscription ends by itself."""
    return f"""\
// {NAME} for Open Stage Control: values follow, whoever turned them.
// Start it with: open-stage-control --load antiphon.json --custom-module antiphon-module.js
function ask() {{
    send("{OSC_HOST}", {OSC_PORT}, "{address("subscribe")}")
}}

module.exports = {{
    init: function () {{
        ask()
        setInterval(ask, {LEASE_RENEWED * 1000})
    }},
}}
"""


def _actions(table: Table) -> list[Widget]:
    width = WIDTH // len(table.actions)
    return [
        _widget(
            "button", f"do {name}", name, (index * width, 0, width - 6, 60), label=name,
            mode="tap", on=1,
        )
        for index, name in enumerate(table.actions)
    ]  # fmt: skip


def _readings(table: Table) -> list[Widget]:
    width = WIDTH // len(table.readings)
    widgets = []
    for index, reading in enumerate(table.readings):
        x = index * width
        widgets += [
            _label(f"name of {reading.address}", (x, 66, width - 6, 24), reading.address),
            _widget("text", f"reading {reading.address}", reading.address, (x, 90, width - 6, 44)),
        ]
    return widgets


def _row(row: Param, y: int) -> list[Widget]:
    knob = row.knob
    frame = (NAMES, y, WIDTH - NAMES, ROW - 6)
    comment = f"{knob.help} ({limits(row)}{' ' + knob.unit if knob.unit else ''})"
    special: dict[str, Widget] = {
        "fader": {
            "horizontal": True, "range": {"min": knob.low, "max": knob.high}, "doubleTap": True,
        },
        "number": {"numeric": True},
        "text": {},
        "choice": {"values": list(knob.choices), "layout": "horizontal"},
    }  # fmt: skip
    long = len(knob.choices) > SWITCHED
    types = {
        "fader": "fader", "number": "input", "text": "input",
        "choice": "dropdown" if long else "switch",
    }  # fmt: skip
    which = kind(row)
    return [
        _label(f"name of {knob.address}", (0, y, NAMES - 6, ROW - 6), knob.address),
        _widget(
            types[which], f"set {knob.address}", knob.address, frame, **special[which],
            default=row.default, decimals=0 if row.type is int else 2, comments=comment,
            typeTags=row.osc_type,
        ),
    ]  # fmt: skip


def _label(name: str, frame: tuple[int, int, int, int], text: str) -> Widget:
    shape = _frame(frame)
    return {"type": "text", "id": name, **shape, "value": text, "interaction": False,
            "bypass": True, "address": "auto"}  # fmt: skip


def _widget(
    kind_of: str, name: str, at: str, frame: tuple[int, int, int, int], **more: object
) -> Widget:
    return {
        "type": kind_of, "id": name, **_frame(frame), "address": address(at), "preArgs": "",
        "target": TARGET, **more,
    }  # fmt: skip


def _frame(frame: tuple[int, int, int, int]) -> Widget:
    return dict(zip(("left", "top", "width", "height"), frame, strict=True))
