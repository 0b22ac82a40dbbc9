"""Where a packet ends in a stream: OSC 1.0 sends its length before it, OSC 1.1 speaks SLIP.

Conventions: a framing cuts packets out of what has come, from a place on; where a packet is not
whole yet, the place stays. What can be no packet at all raises FrameError.
"""

from __future__ import annotations

import struct
from typing import Protocol

from pythonosc import slip

LIMIT = 1 << 16  # bytes of one packet, as with UDP
_SIZE = struct.Struct(">I")


class FrameError(ValueError):
    """What came is no packet, nor the beginning of one."""


class Framing(Protocol):
    """How packets are laid into a stream."""

    def cut(self, stream: bytearray, at: int) -> tuple[bytes | None, int]:
        """Return the packet at a place, None where it is not whole, and where the next begins."""

    def framed(self, packet: bytes) -> bytes:
        """Return a packet as it is sent."""


class Sized:
    """The length of a packet in four bytes, then the packet."""

    def cut(self, stream: bytearray, at: int) -> tuple[bytes | None, int]:
        """Return the packet at a place."""
        begin = at + _SIZE.size
        if len(stream) < begin:
            return None, at
        size: int = _SIZE.unpack_from(stream, at)[0]
        if size > LIMIT:
            raise FrameError(f"a packet of {size} bytes")
        end = begin + size
        return (bytes(stream[begin:end]), end) if end <= len(stream) else (None, at)

    def framed(self, packet: bytes) -> bytes:
        """Return a packet with its length."""
        return _SIZE.pack(len(packet)) + packet


class Slip:
    """A packet between two END bytes, which are escaped within it (RFC 1055)."""

    def cut(self, stream: bytearray, at: int) -> tuple[bytes | None, int]:
        """Return the packet at a place, b"" between two packets."""
        end = stream.find(slip.END, at)
        if (len(stream) if end < 0 else end) - at > 2 * LIMIT:
            raise FrameError(f"a packet of more than {2 * LIMIT} bytes, escaped")
        if end < 0:
            return None, at
        try:
            return slip.decode(bytes(stream[at:end])), end + 1
        except slip.ProtocolError:
            raise FrameError("an escape of nothing") from None

    def framed(self, packet: bytes) -> bytes:
        """Return a packet between its ENDs."""
        framed: bytes = slip.encode(packet)
        return framed


def framing(first: int) -> Framing:
    """Return the framing by the first byte of a stream: an END is no length that could be."""
    return Slip() if first == slip.END[0] else Sized()
