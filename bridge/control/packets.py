"""OSC packets as bytes: every message in a packet and when it is due; never trusts a sender.

Conventions: `now` is wall-clock seconds since 1970, because OSC time tags are; delays are seconds.
python-osc writes messages and reads their text; the rest is read here, because its own reader
fills up numbers that were cut off, never returns from a bundle element of negative size, and
recurses once per nested bundle.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from pythonosc.osc_message_builder import OscMessageBuilder
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
_CONSTANTS = {"T": True, "F": False}
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
    try:
        address, at = osc_types.get_string(message, 0)
        tags, at = osc_types.get_string(message, at) if at < len(message) else (",", at)
        if not tags.startswith(",") or len(tags) > limit:
            raise SettingError(f"{address}: {len(tags)} type tags cannot be")
        arguments = []
        for tag in tags[1:]:
            argument, at = _argument(tag, message, at)
            arguments.append(argument)
    except (osc_types.ParseError, UnicodeDecodeError, struct.error) as error:
        raise SettingError(f"that is not an OSC message: {error}") from None
    if at != len(message):
        raise SettingError(f"{address}: {len(message) - at} bytes are left over")
    return address, tuple(arguments)


def _argument(tag: str, message: bytes, at: int) -> tuple[Value, int]:
    if tag == "s":
        return osc_types.get_string(message, at)
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at
    if tag not in _NUMBERS:
        raise SettingError(f"an argument must be a number or text, not of type {tag!r}")
    number = _NUMBERS[tag]
    return number.unpack_from(message, at)[0], at + number.size


def write(address: str, arguments: Arguments) -> bytes:
    """Return a message as bytes; whole numbers go out as i, others as f, text as s."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram
