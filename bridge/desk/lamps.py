"""What a bound knob, fader, button or key shows of what it does."""

from __future__ import annotations

from typing import NamedTuple

from bridge.control.bindings import Touch
from bridge.control.snapshot import Snapshot
from bridge.core.midi import CONTROL, NOTE_ON
from bridge.core.params import BY_ADDRESS
from bridge.desk.cc_map import data_at
from bridge.desk.controllers import GENERIC, Controller

NO_LAMP = -1
#: The states of the jam in which the button of an action is lit; those of others never are.
LIT = {
    "start": ("armed", "listening", "thinking", "responding"),
    "stop": ("idle",),
    "trigger": ("thinking", "responding"),
}


class Shown(NamedTuple):
    """A message's data 2, and that of a lamp that is off; NO_LAMP for what shows a value."""

    data: int
    off: int


def is_knob(touch: Touch, address: str) -> bool:
    """Tell whether a control stands somewhere, rather than being pressed."""
    return touch.message == "cc" and address in BY_ADDRESS


def status(touch: Touch) -> int:
    """Return the status byte of what a control sends, and is shown by."""
    return (CONTROL if touch.message == "cc" else NOTE_ON) | (touch.channel - 1)


def shown(touch: Touch, address: str, snapshot: Snapshot, controller: Controller) -> Shown:
    """Return what a control shows that does what `address` says; `controller` is the one in use.

    A knob shows its value; a key that takes the next choice is lit unless the first is chosen.
    """
    row = BY_ADDRESS.get(address)
    if row is None:
        lit = snapshot.status.state in LIT.get(address, ())
    else:
        value = getattr(snapshot.settings, row.name)
        if touch.message == "cc":
            return Shown(data_at(row, value), NO_LAMP)
        lit = value != row.knob.choices[0]
    lamps = controller if touch.channel == controller.channel else GENERIC
    return Shown(lamps.on if lit else lamps.off, lamps.off)
