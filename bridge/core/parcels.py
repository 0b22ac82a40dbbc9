"""What the player and its process on JACK hand each other: records of one size, on a socket.

Conventions: seconds are monotonic. To JACK go MESSAGE (to leave at `second`, of answer `take`),
CANCEL (take back that answer's note-ons from `second` on, or all of them: -inf), RECALL (take back
all, let go of all keys) and RELEASE (a note-off for a key that a process before this one may have
left down); from JACK come MESSAGE (heard at `second`) and MISSED (a note-on left `second` seconds
after its time).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

MESSAGE, CANCEL, RECALL, RELEASE, MISSED = range(5)
_FORM = struct.Struct("<BBid16s")
SIZE = _FORM.size
LONGEST = 16  # bytes of a message: the longest that FL Studio's script sends


class Parcel(NamedTuple):
    """One record."""

    kind: int
    second: float = 0.0
    message: bytes = b""
    take: int = 0


def pack(parcel: Parcel) -> bytes:
    """Return a parcel as SIZE bytes; raises ValueError for a message of more than LONGEST."""
    length = len(parcel.message)
    if length > LONGEST:
        raise ValueError(f"a message of {length} bytes does not fit; {LONGEST} is the most")
    return _FORM.pack(parcel.kind, length, parcel.take, parcel.second, parcel.message)


def unpack(buffer: bytearray) -> Iterator[Parcel]:
    """Take the whole parcels out of a buffer, oldest first."""
    whole = len(buffer) - len(buffer) % SIZE
    rows = bytes(buffer[:whole])
    del buffer[:whole]
    for kind, length, take, second, data in _FORM.iter_unpack(rows):
        yield Parcel(kind, second, data[:length], take)
