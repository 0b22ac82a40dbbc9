"""MIDI messages as bytes: what each means, and the few we send.

Conventions: channels are 0..15, all data bytes 0..127 (MIDI 1.0 Detailed Specification).
"""

from __future__ import annotations

NOTE_OFF, NOTE_ON, CONTROL = 0x80, 0x90, 0xB0
SONG_POSITION, CLOCK, START, CONTINUE, STOP = 0xF2, 0xF8, 0xFA, 0xFB, 0xFC
SUSTAIN, ALL_NOTES_OFF = 64, 123
CLOCKS_PER_BEAT = 24
CLOCKS_PER_POSITION = 6  # a song position counts sixteenths


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    """Return a note-on; velocity 1..127."""
    return bytes((NOTE_ON | channel, pitch, velocity))


def note_off(channel: int, pitch: int) -> bytes:
    """Return a note-off."""
    return bytes((NOTE_OFF | channel, pitch, 0))


def pedal_up(channel: int) -> bytes:
    """Return what lets go of the sustain pedal."""
    return bytes((CONTROL | channel, SUSTAIN, 0))


def is_note_on(message: bytes) -> bool:
    """Tell whether a message starts a note (velocity 0 is a note-off)."""
    return len(message) == 3 and message[0] & 0xF0 == NOTE_ON and message[2] > 0


def is_note_off(message: bytes) -> bool:
    """Tell whether a message ends a note."""
    return len(message) == 3 and (
        message[0] & 0xF0 == NOTE_OFF or (message[0] & 0xF0 == NOTE_ON and message[2] == 0)
    )


def is_sustain(message: bytes) -> bool:
    """Tell whether a message moves the sustain pedal."""
    return len(message) == 3 and message[0] & 0xF0 == CONTROL and message[1] == SUSTAIN


def is_whole(message: bytes) -> bool:
    """Tell whether a channel message or song position has all its data bytes, each 0..127."""
    status = message[0]
    count = 1 if status & 0xE0 == 0xC0 else 2  # program and channel pressure have one
    if status in (CLOCK, START, CONTINUE, STOP):
        count = 0
    return len(message) == count + 1 and max(message[1:], default=0) < 0x80


def song_position(message: bytes) -> int:
    """Return the position a song position message points to, in sixteenths by the book."""
    return message[1] | message[2] << 7


def silence(channels: range = range(16)) -> list[bytes]:
    """Return pedal up and all notes off for each channel; notes we own are released before."""
    return [
        message
        for channel in channels
        for message in (
            pedal_up(channel),
            bytes((CONTROL | channel, ALL_NOTES_OFF, 0)),
        )
    ]
