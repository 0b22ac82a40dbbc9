"""What was handed over for a frame to come, and which keys are down: the last hand before the wire.

Conventions: frames are JACK's samples, counted without wrapping; a key is a channel and a pitch.
Messages leave in the order they were handed over, at their frames or after, so that what was right
in order stays right. Whatever is taken back or lost, each note-on that left is followed by exactly
one note-off: one for a key that is up is swallowed, one for a key that is down is owed.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from bridge.core.midi import is_note_off, is_note_on, note_off

Key = tuple[int, int]


class Due(NamedTuple):
    """A message that waits for its frame; `take` is the answer a note-on belongs to."""

    frame: int
    message: bytes
    take: int


class Leaving(NamedTuple):
    """A message of this cycle: where in it, and how many frames after its own."""

    offset: int
    message: bytes
    missed: int


class Outbox:
    """Messages by frame, and the keys that are down."""

    def __init__(self) -> None:
        self._due: deque[Due] = deque()
        self._last = 0  # frame of the message handed over last
        self._down: set[Key] = set()  # whose note-on left and whose note-off did not

    def push(self, frame: int, message: bytes, take: int = 0) -> None:
        """Let a message wait for its frame, and for all that was handed over before it."""
        self._last = max(frame, self._last)
        self._due.append(Due(self._last, message, take))

    def cancel(self, take: int, since: float = -math.inf) -> None:
        """Take back an answer's note-ons from a frame on; their note-offs will find the keys up."""
        self._due = deque(
            due
            for due in self._due
            if due.take != take or due.frame < since or not is_note_on(due.message)
        )

    def recall(self) -> None:
        """Take back all that waits, and let go of all keys in the next cycle."""
        self._due = deque(Due(0, note_off(*key), 0) for key in sorted(self._down))
        self._last = 0

    def release(self, key: Key) -> None:
        """Let go of a key, in the next cycle, that somebody before us may have left down."""
        self._down.add(key)
        self._due.appendleft(Due(0, note_off(*key), 0))

    def take(self, start: int, frames: int) -> list[Leaving]:
        """Return what leaves in the cycle of some frames that begins at frame `start`."""
        leaving: list[Leaving] = []
        while self._due and self._due[0].frame < start + frames:
            frame, message, _ = self._due.popleft()
            offset = max(frame - start, 0)
            missed = offset + start - frame
            leaving += [Leaving(offset, each, missed) for each in self._account(message)]
        return leaving

    def _account(self, message: bytes) -> list[bytes]:
        """Return what must be sent so that each key that goes down comes up once."""
        key = (message[0] & 0x0F, message[1])
        if is_note_on(message):
            before = [note_off(*key)] if key in self._down else []
            self._down.add(key)
            return [*before, message]
        if is_note_off(message):
            if key not in self._down:
                return []
            self._down.remove(key)
        return [message]
