"""The piano roll: music as frames of a sixteenth, 84 keys from C1 to B7.

A frame holds one flag a key for "struck here" and one for "sounds on from before". Without the
first, a repeated note could not be told from a held one. A key that is struck does not sound on.

What a roll cannot say: drums, pitches outside 24..107, voices, velocities, onsets between the
sixteenths (they move to the nearest), and lengths below a sixteenth (they become one).
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from bridge.core.voices import DRUMS
from bridge.respond.steps import LONGEST_BAR

LOWEST, KEYS = 24, 84  # MIDI pitch of the lowest key; how many there are
CELL = 6  # ticks in a frame
FRAME = 2 * KEYS  # flags: struck, then sounding on
BAR_CELLS = LONGEST_BAR // CELL  # the longest bar in frames
NO_KEY = -1

Roll = NDArray[np.uint8]  # (T, FRAME)
Places = NDArray[np.int64]  # (T, 2): position in the bar and length of the bar, in frames

FINGERPRINT = hashlib.sha256(
    repr((LOWEST, KEYS, CELL, "struck+sounding", BAR_CELLS, "place of the next")).encode()
).hexdigest()[:16]


def cell_of(tick: int) -> int:
    """Return the frame nearest to a tick; of two equally near ones the later."""
    return (tick + CELL // 2) // CELL


def cells_of(duration: int) -> int:
    """Return a length in frames; unknown ones (0) and those below a sixteenth are one."""
    return max(cell_of(duration), 1)


def key_of(voice: int, pitch: int) -> int:
    """Return the key 0..83 of a sound, or NO_KEY where the roll has none."""
    key = pitch - LOWEST
    return key if voice != DRUMS and 0 <= key < KEYS else NO_KEY


def strike(roll: Roll, cell: int, key: int, cells: int) -> None:
    """Write a note of a length in frames; notes must come in order of onset."""
    if not roll[cell, key]:  # in unison with another voice, the longer one is kept
        roll[cell:, KEYS + key] = 0
    roll[cell, key] = 1
    roll[cell + 1 : cell + cells, KEYS + key] = 1


def places(first: int, count: int, bias: int, bar: int) -> Places:
    """Return the places of `count` frames from `first` on, (count, 2).

    `bar` is in ticks, `bias` the tick of frame 0 on a timeline with a bar line at 0.
    """
    length = max(cell_of(bar), 1)
    within = (np.arange(first, first + count, dtype=np.int64) * CELL + bias) % bar
    position = (within + CELL // 2) // CELL % length
    return np.stack([position, np.full(count, length, np.int64)], axis=1)
