"""What FL Studio's controller script and we say to each other: SysEx, as FL's Python has no socket.

    F0 7D 41 <command> <values, 7 bits a byte, highest first> F7

7D is MIDI's number for what is not for sale, 41 an A. FL tells beat, meter and stopped and answers
pong, also unasked when it begins; it is asked ping and shown a hint.
"""

from __future__ import annotations

SYSEX, SYSEX_END = 0xF0, 0xF7
MAKER = (0x7D, 0x41)
BEAT, STOPPED, PONG, METER, PING, HINT = 1, 2, 3, 4, 16, 17
#: Bytes of a beat's values: downbeat, BPM * 1000, ticks since the song began, ticks in a beat.
BEAT_BYTES = (1, 3, 5, 2)
#: Bytes of a meter's values: ticks in a bar, ticks in a beat.
METER_BYTES = (3, 2)
PONG_BYTES = 2  # version of FL's script API


def ping() -> bytes:
    """Return the question whether the script is there."""
    return bytes((SYSEX, *MAKER, PING, SYSEX_END))
