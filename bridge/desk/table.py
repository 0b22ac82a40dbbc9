"""What every surface and template is made from: the tables, and how a parameter is turned.

A generator takes a Table and returns text or bytes; it reads no file, no clock and no chance, so
that the same table gives the same bytes for ever. The numbers of knobs that were given once are
part of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from bridge.control.surfaces import READINGS, ROOT, Reading
from bridge.core.devices import own_names
from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS, Param, Value
from bridge.desk import cc_numbers

NAME = "Antiphon"
#: Our ports as a DAW on macOS lists them, and as loopMIDI's are to be called on Windows.
HEARS = own_names("input", "coremidi", NAME)[1]
PLAYS = own_names("output", "coremidi", NAME)[1]
OSC_HOST, OSC_PORT = "127.0.0.1", 9000
SURFACE_PORT = 9001  # where a surface that listens on a port of its own is to listen
LEASE_RENEWED = 10  # seconds; a subscription ends after 30
FADER_STEPS = 1 << 14  # a whole number with more values is typed in, not turned
LISTED = 16  # a longer list of choices is told by its ends

T = TypeVar("T")
Kind = Literal["fader", "choice", "number", "text"]


@dataclass(frozen=True, slots=True)
class Table:
    """The parameters, actions and readings a surface shows."""

    params: tuple[Param, ...] = tuple(PARAMS.values())
    actions: tuple[str, ...] = ACTIONS
    readings: tuple[Reading, ...] = READINGS
    numbers: cc_numbers.Ledger = field(default_factory=cc_numbers.read, hash=False)


def kind(row: Param) -> Kind:
    """Tell how a parameter is best set: by a fader, from a list, as a number, as words."""
    if row.type is str:
        return "choice" if row.knob.choices else "text"
    whole = row.type is int and row.knob.high - row.knob.low >= FADER_STEPS
    return "number" if whole else "fader"


def address(name: str) -> str:
    """Return the full OSC address of a parameter, action or reading."""
    return ROOT + name


def shown(value: Value) -> str:
    """Return a value as people write it: 1 rather than 1.0."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def limits(row: Param) -> str:
    """Return the range or the choices of a parameter in one line."""
    knob = row.knob
    if row.type is not str:
        return f"{shown(float(knob.low))} to {shown(float(knob.high))}"
    if len(knob.choices) > LISTED:
        return f"{knob.choices[0]} to {knob.choices[-1]}, {len(knob.choices)} in all"
    return ", ".join(knob.choices) or "text"


def batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Return the items in order, `size` at a time."""
    return [items[first : first + size] for first in range(0, len(items), size)]
