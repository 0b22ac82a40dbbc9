"""OSC packets as bytes: every message in a packet and when it is due; never trusts a sender.

Conventions: `now` is wall-clock seconds since 1970, because OSC time tags are; delays are seconds.
python-osc writes what messages are made of. They are read here, because its own reader fills up
numbers that were cut off, never returns from a bundle element of negative size, and recurses once
per nested bundle.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from pythonosc.parsing import osc_types

from bridge.core.errors import SettingError
from bridge.core.params import Value

Arguments = tuple[Value, ...]  # as received also True and False, which are ints

BUNDLE = b"#bundle\0"
NESTING_LIMIT = 8
ARGUMENT_LIMIT = 64
MESSAGE_LIMIT = 256  # in one packet: the loop must not stand still for one sender
FUTURE_LIMIT = 60.0  # seconds a bundle may lie ahead
_NUMBERS = {tag: struct.Struct(f">{code}") for tag, code in zip("ifhd", "ifqd", strict=True)}
_CONSTANTS = {"T": True, "F": False, "I": True}  # an impulse is a button that is pressed
NIL = "N"
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_AT_ONCE = 1  # the time tag that means "now"


def unroll(packet: bytes, now: float) -> list[tuple[float, bytes]]:
    """Return (delay, message) for every message in a packet, in order.

    Raises SettingError if any part of the packet is no OSC, or is due too far ahead.
    """
    messages = list(islice(_open(packet, now, 0.0, 0), MESSAGE_LIMIT + 1))
    if len(messages) > MESSAGE_LIMIT:
        raise SettingError(f"a packet may hold {MESSAGE_LIMIT} messages at most")
    return messages


def _open(packet: bytes, now: float, delay: float, depth: int) -> Iterator[tuple[float, bytes]]:
    if packet.startswith(b"/"):
        yield delay, packet
        return
    if not packet.startswith(BUNDLE) or len(packet) < 16:
        raise SettingError("that is not an OSC packet")
    if depth == NESTING_LIMIT:
        raise SettingError(f"bundles may be nested {NESTING_LIMIT} deep at most")
    delay = max(delay, _delay(packet, now))
    at = 16
    while at < len(packet):
        size = int.from_bytes(packet[at : at + 4], "big", signed=True)
        if size <= 0 or at + 4 + size > len(packet):
            raise SettingError(f"a bundle element cannot have {size} bytes")
        yield from _open(packet[at + 4 : at + 4 + size], now, delay, depth + 1)
        at += 4 + size


def _delay(bundle: bytes, now: float) -> float:
    tag = int.from_bytes(bundle[8:16], "big")
    if tag <= _AT_ONCE:
        return 0.0
    delay = tag / 2**32 - _NTP_EPOCH - now
    if delay > FUTURE_LIMIT:
        raise SettingError(f"a bundle may lie {FUTURE_LIMIT:g} s ahead at most, not {delay:.0f} s")
    return max(delay, 0.0)


def read(message: bytes, limit: int = ARGUMENT_LIMIT) -> tuple[str, Arguments]:
    """Return the address and arguments of one message; SettingError if it is malformed.

    More than `limit` type tags, their comma among them, cannot be.
    """
    address, at = _text(message, 0)
    tags, at = _text(message, at) if at < len(message) else (",", at)
    if not tags.startswith(",") or len(tags) > limit:
        raise SettingError(f"{address}: {len(tags)} type tags cannot be")
    arguments = []
    for tag in tags[1:].replace(NIL, ""):
        argument, at = _argument(tag, message, at)
        arguments.append(argument)
    if at != len(message):
        raise SettingError(f"{address}: {len(message) - at} bytes are left over")
    return address, tuple(arguments)


def _argument(tag: str, message: bytes, at: int) -> tuple[Value, int]:
    if tag == "s":
        return _text(message, at)
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at
    if tag not in _NUMBERS:
        raise SettingError(f"an argument must be a number or text, not of type {tag!r}")
    number = _NUMBERS[tag]
    if at + number.size > len(message):
        raise SettingError(f"that is not an OSC message: a number of type {tag!r} is cut off")
    value = number.unpack_from(message, at)[0]
    return _shortest(value) if tag == "f" else value, at + number.size


def _shortest(value: float) -> float:
    """Return what the sender meant: the shortest decimal that is this very number in 32 bits.

    0.9 comes as 0.8999999761581421. Six digits survive 32 bits, nine tell any two numbers apart.
    """
    if not math.isfinite(value):
        return value
    packed = _NUMBERS["f"].pack(value)
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return next((float(text) for text in texts if _packs_to(float(text), packed)), value)


def _packs_to(value: float, packed: bytes) -> bool:
    try:
        return _NUMBERS["f"].pack(value) == packed
    except OverflowError:  # the largest there is, rounded up
        return False


def _text(message: bytes, at: int) -> tuple[str, int]:
    end = message.find(0, at)
    after = end + 4 - (end - at) % 4
    if end < 0 or after > len(message):
        raise SettingError("that is not an OSC message: a text has no end")
    try:
        return message[at:end].decode(), after
    except UnicodeDecodeError:
        raise SettingError("that is not an OSC message: a text is not UTF-8") from None


def write(address: str, arguments: Arguments) -> bytes:
    """Return a message as bytes; whole numbers go out as i or h, others as f, text as s."""
    tags, parts = ",", []
    for argument in arguments:
        tag = _tag(argument)
        tags += tag
        if tag in _WRITERS:
            parts.append(_WRITERS[tag](argument))
    texts = osc_types.write_string(address) + osc_types.write_string(tags)
    return texts + b"".join(parts)


_WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    "s": osc_types.write_string,
    "f": osc_types.write_float,
    "i": osc_types.write_int,
    "h": osc_types.write_int64,
}


def _tag(argument: Value) -> str:
    if isinstance(argument, str):
        return "s"
    if isinstance(argument, bool):
        return "T" if argument else "F"
    if isinstance(argument, float):
        return "f"
    return "i" if -(2**31) <= argument < 2**31 else "h"
