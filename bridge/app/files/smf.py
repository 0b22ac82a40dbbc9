"""Standard MIDI Files as they are: every event byte for byte, at its tick.

A seed must come back as it was. mido refuses a whole file for one key signature of eleven flats,
one meta event that is too short or one escaped message, and symusic lets go of what it does not
know; takes, which we make ourselves, are written with mido.

Conventions: ticks are the file's own, `Song.per_beat` in a quarter note; the end of a track is no
event, it is written where the song ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

BROKEN = "the MIDI file is broken"

META, NAME, TRACK_END, TEMPO, SIGNATURE = 0xFF, 0x03, 0x2F, 0x51, 0x58
LENGTHS = {TRACK_END: 0, TEMPO: 3, SIGNATURE: 4}  # bytes of a meta event's body


class Event(NamedTuple):
    """What happens at a tick; `data` is as in the file, with its running status written out."""

    tick: int
    data: bytes

    def is_meta(self, kind: int) -> bool:
        """Tell whether this is a meta event of a kind, and whole."""
        return self.data[:3] == bytes((META, kind, LENGTHS[kind]))


@dataclass(frozen=True, slots=True)
class Song:
    """A file whose tracks sound together."""

    per_beat: int
    tracks: tuple[tuple[Event, ...], ...]


def read_song(data: bytes) -> Song:
    """Read a file; raises ValueError that says why it cannot be used."""
    if data[:4] != b"MThd":
        raise ValueError("not a MIDI file; it must begin with 'MThd'")
    (_, header), *chunks = _chunks(data)
    if len(header) < 6:
        raise ValueError(BROKEN)
    kind, count, division = (int.from_bytes(header[i : i + 2], "big") for i in (0, 2, 4))
    tracks = tuple(tuple(_events(body)) for name, body in chunks if name == b"MTrk")
    if len(tracks) < count or not division:
        raise ValueError(BROKEN)
    if division & 0x8000:
        raise ValueError("counts time in film frames (SMPTE), not in beats")
    if kind == 2 and count > 1:
        raise ValueError("holds separate songs (type 2); save the one to continue by itself")
    return Song(division, tracks)


def song_bytes(song: Song, end: int) -> bytes:
    """Return a type 1 file; its tracks end at tick `end`, later ones with their last event."""
    header = b"".join(n.to_bytes(2, "big") for n in (1, len(song.tracks), song.per_beat))
    bodies = (_body(track, end) for track in song.tracks)
    chunks = [(b"MThd", header), *((b"MTrk", body) for body in bodies)]
    return b"".join(name + len(body).to_bytes(4, "big") + body for name, body in chunks)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at + 8 <= len(data):
        body = at + 8
        end = body + int.from_bytes(data[at + 4 : body], "big")
        if end > len(data):
            raise ValueError(BROKEN)
        found.append((data[at : at + 4], data[body:end]))
        at = end
    if not found:
        raise ValueError(BROKEN)
    return found


def _events(body: bytes) -> Iterator[Event]:
    at = tick = running = 0
    while at < len(body):
        delta, at = _number(body, at)
        tick += delta
        status = body[at] if at < len(body) and body[at] & 0x80 else 0
        at += bool(status)
        # Strictly a meta event ends the running status; there are files in which it does not.
        status = status or running
        running = status if status < 0xF0 else running
        end = _end(body, status, at)
        if end > len(body):
            raise ValueError(BROKEN)
        event = Event(tick, bytes((status,)) + body[at:end])
        if event.is_meta(TRACK_END):
            return
        yield event
        at = end


def _end(body: bytes, status: int, at: int) -> int:
    """Return where an event ends whose bytes after the status begin at `at`."""
    match status:
        case 0xF0 | 0xF7:
            length, begin = _number(body, at)
            return begin + length
        case 0xFF:
            length, begin = _number(body, at + 1)
            return begin + length
        case _ if 0x80 <= status < 0xF0:
            end = at + (1 if 0xC0 <= status < 0xE0 else 2)
            if max(body[at:end], default=0) < 0x80:
                return end
    raise ValueError(BROKEN)


def _number(body: bytes, at: int) -> tuple[int, int]:
    """Return the number of variable length at `at`, and where it ends."""
    value = 0
    for end, byte in enumerate(body[at : at + 4], at + 1):
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, end
    raise ValueError(BROKEN)


def _body(track: Sequence[Event], end: int) -> bytes:
    found, now = bytearray(), 0
    for tick, data in (*track, Event(end, bytes((META, TRACK_END, 0)))):
        found += _length(max(tick - now, 0)) + data
        now = max(tick, now)
    return bytes(found)


def _length(number: int) -> bytes:
    """Return a number as one of variable length."""
    found = [number & 0x7F]
    while number := number >> 7:
        found.append(number & 0x7F | 0x80)
    return bytes(reversed(found))
