"""What OSCQuery tells of us: the address space as a tree of JSON, made from the tables.

https://github.com/Vidvox/OSCQueryProposal: each node is an object of attributes; that of a
container has its children under CONTENTS. What a node can have is in ATTRIBUTES; a node leaves out
what it lacks. A few addresses are both, a reading and the container of another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bridge.control.manual import meaning
from bridge.control.packets import Arguments
from bridge.control.snapshot import Snapshot
from bridge.control.surfaces import LISTS, READINGS, REQUESTS, ROOT, reading
from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS, Param

ATTRIBUTES = (
    "FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "RANGE", "CLIPMODE", "VALUE", "UNIT", "DESCRIPTION",
)  # fmt: skip
NO_VALUE, READ, WRITE = 0, 1, 2  # bits of ACCESS
IMPULSE = "I"  # the type of a message that needs no value
#: Units by the names of the proposal (units.md), where it has one.
UNITS = {"ms": "time.ms", "BPM": "time.bpm", "MIDI note": "time.midinote"}

Node = dict[str, Any]
Names = Callable[[str], Sequence[str]]


def tree(snapshot: Snapshot, names: Names) -> Node:
    """Return the root node, with all that is below it."""
    root = _container("/")
    for address, attributes in _methods(snapshot, names):
        node = root
        for part in (ROOT + address).strip("/").split("/"):
            path = f"{node['FULL_PATH'].rstrip('/')}/{part}"
            node = node.setdefault("CONTENTS", {}).setdefault(part, _container(path))
        node |= attributes
    root["CONTENTS"]["jam"]["DESCRIPTION"] = "Antiphon: parameters, actions and readings"
    return root


def find(root: Node, path: str) -> Node | None:
    """Return the node at a path such as `/jam/call/end`, None if there is none."""
    node = root
    for part in path.strip("/").split("/") if path.strip("/") else ():
        node = node.get("CONTENTS", {}).get(part)
        if node is None:
            return None
    return node


def host_info(osc_ip: str, osc_port: int) -> Node:
    """Return what HOST_INFO tells: who we are, where OSC is taken and what we know to do."""
    info: Node = {"NAME": "Antiphon"}
    if osc_port:
        info |= {"OSC_IP": osc_ip, "OSC_PORT": osc_port, "OSC_TRANSPORT": "UDP"}
    optional = ("ACCESS", "VALUE", "RANGE", "CLIPMODE", "UNIT", "DESCRIPTION", "LISTEN")
    return info | {"EXTENSIONS": dict.fromkeys(optional, True)}


def _container(path: str) -> Node:
    return {"FULL_PATH": path, "ACCESS": NO_VALUE}


def _methods(snapshot: Snapshot, names: Names) -> Iterator[tuple[str, Node]]:
    """Yield what the tables say of each address."""

    def value(address: str) -> Arguments:
        return reading(address, snapshot, names)

    for row in PARAMS.values():
        yield row.knob.address, _parameter(row, value)
    for name in ACTIONS:
        yield name, {"TYPE": IMPULSE, "ACCESS": WRITE, "DESCRIPTION": meaning(name)}
    for shown in READINGS:
        yield shown.address, _read_only(value(shown.address), shown.help)
    for name, (types, text) in REQUESTS.items():
        if name.removeprefix("list/") in LISTS:
            yield name, _read_only(value(name), text)
        elif name.islower():  # others stand for many addresses
            tags = "".join(re.findall(r"\b[ifs]\b", types)) or IMPULSE
            yield name, {"TYPE": tags, "ACCESS": WRITE, "DESCRIPTION": text}


def _parameter(row: Param, value: Callable[[str], Arguments]) -> Node:
    knob = row.knob
    node: Node = {
        "TYPE": row.osc_type, "ACCESS": READ | WRITE, "VALUE": list(value(knob.address)),
        "DESCRIPTION": knob.help,
    }  # fmt: skip
    choices = knob.choices
    if not choices and f"{knob.address}s" in LISTS:
        choices = tuple(str(name) for name in value(f"list/{knob.address}s"))
    if row.type is not str:
        low, high = (row.type(limit) for limit in (knob.low, knob.high))
        node |= {"RANGE": [{"MIN": low, "MAX": high}], "CLIPMODE": ["both"]}
    elif choices:
        node["RANGE"] = [{"VALS": list(choices)}]
    if knob.unit:
        node["UNIT"] = [UNITS.get(knob.unit, knob.unit)]
    return node


def _read_only(value: Arguments, text: str) -> Node:
    tags = "".join({int: "i", float: "f", str: "s"}[type(each)] for each in value)
    return {"TYPE": tags, "ACCESS": READ, "VALUE": list(value), "DESCRIPTION": text}
