"""Hardware controllers: what each of their knobs, faders and buttons sends as it leaves the shop.

From the makers' MIDI charts: Novation Launch Control XL (factory template 1), Akai APC Key 25 and
Korg nanoKONTROL2 (CC mode). Every one of them can be set otherwise with its maker's editor.

What lights a button is sent to it as the note or control change that it sends itself, with a
brightness or colour of its own:

- Launch Control XL, first and Mk2 (Novation, Programmer's Reference, "Set button LEDs"): velocity
  16 * green + red + 12, each 0 to 3; 12 says that both of its buffers are meant. Its knobs' lamps
  listen to SysEx alone.
- APC Key 25, the first (Akai; not the mk2, whose velocities are another palette): 0 off, 1 green,
  3 red, 5 yellow, 2, 4 and 6 the same blinking; buttons of one colour: 1 on, 2 blinking.
- nanoKONTROL2 (Korg, Parameter Guide, "LED Mode"): control changes of 127 and 0, once LED Mode is
  External in the KORG KONTROL Editor; Internal, as it leaves the shop, lights what is held down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GENERIC_CHANNEL = 16  # out of the way of what is played

Message = Literal["cc", "note"]


@dataclass(frozen=True, slots=True)
class Control:
    """A knob, fader or button: its name and the control change or note it sends."""

    name: str
    message: Message
    number: int


@dataclass(frozen=True, slots=True)
class Controller:
    """A controller: what can be turned and pressed, in the order of use; channel 1..16.

    `on` and `off` are the velocities, or values, that light a button and put it out.
    """

    name: str
    file: str
    channel: int
    turns: tuple[Control, ...]
    presses: tuple[Control, ...]
    on: int = 127
    off: int = 0


def _run(name: str, message: Message, numbers: range | tuple[int, ...]) -> list[Control]:
    return [Control(f"{name} {i}", message, n) for i, n in enumerate(numbers, 1)]


#: Control changes without a meaning of their own, then those whose meaning is rarely obeyed. Left
#: out: banks, data entry, pedals, modulation, volume, pan, expression, and the channel modes.
_FREE = (3, 9, 14, 15, *range(20, 32), *range(85, 91), *range(102, 120))
_RARE = (12, 13, *range(16, 20), *range(35, 38), *range(40, 43), *range(44, 64), *range(70, 76))
_BUTTONS = (*range(80, 84), *range(91, 96), *range(76, 80))

GENERIC = Controller(
    "generic", "generic", GENERIC_CHANNEL,
    tuple(Control(f"CC {n}", "cc", n) for n in (*_FREE, *_RARE)),
    tuple(Control(f"CC {n}", "cc", n) for n in _BUTTONS),
)  # fmt: skip
LAUNCH_CONTROL_XL = Controller(
    "Novation Launch Control XL, factory template 1", "launch-control-xl", 9,
    (
        *_run("fader", "cc", range(77, 85)), *_run("send A", "cc", range(13, 21)),
        *_run("send B", "cc", range(29, 37)), *_run("pan", "cc", range(49, 57)),
    ),
    (
        *_run("focus", "note", (*range(41, 45), *range(57, 61))),
        *_run("control", "note", (*range(73, 77), *range(89, 93))),
    ),
    on=16 * 3 + 0 + 12, off=12,
)  # fmt: skip
APC_KEY_25 = Controller(
    "Akai APC Key 25", "apc-key-25", 1,
    tuple(_run("knob", "cc", range(48, 56))),
    (
        Control("play", "note", 91), Control("stop all clips", "note", 81),
        *_run("scene", "note", range(82, 87)), Control("record", "note", 93),
    ),
    on=1,
)  # fmt: skip
NANOKONTROL2 = Controller(
    "Korg nanoKONTROL2, CC mode", "nanokontrol2", 1,
    (*_run("fader", "cc", range(8)), *_run("knob", "cc", range(16, 24))),
    (
        Control("play", "cc", 41), Control("stop", "cc", 42), Control("cycle", "cc", 46),
        Control("rewind", "cc", 43), Control("record", "cc", 45), Control("forward", "cc", 44),
        *_run("solo", "cc", range(32, 40)), *_run("mute", "cc", range(48, 56)),
    ),
)  # fmt: skip
CONTROLLERS = (GENERIC, LAUNCH_CONTROL_XL, APC_KEY_25, NANOKONTROL2)
