"""A pair of ports for machines without a MIDI system: a musician inside, who plays one phrase.

Conventions: the phrase is written in ticks, 24 per beat, from its own first bar line; it begins
on the second bar of the song and again every eight bars.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bridge.core.beat import BeatClock
from bridge.core.errors import PortError
from bridge.core.midi import note_off, note_on
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import VOICE_NAMES

EVERY = 8  # bars from one beginning of the phrase to the next
FIRST = 1  # bars before the phrase begins

_PIANO = VOICE_NAMES.index("piano")
# fmt: off
_TABLE = (  # tick, pitch, duration, velocity; two bars of 4/4 in C minor
    (0, 60, 22, 84), (24, 63, 11, 76), (36, 67, 11, 86),
    (48, 68, 17, 94), (66, 67, 6, 72), (72, 65, 11, 80), (84, 63, 11, 74),
    (96, 62, 22, 88), (120, 67, 11, 82), (132, 65, 11, 72),
    (144, 63, 11, 80), (156, 62, 11, 70), (168, 60, 20, 84),
)
# fmt: on
SEED = tuple(Note(tick, _PIANO, pitch, length, loud) for tick, pitch, length, loud in _TABLE)


#: The phrase as messages by beat; ends before begins, since a note-off's status is the smaller.
SCORE = sorted(
    message
    for n in SEED
    for message in (
        (n.onset / TICKS_PER_BEAT, note_on(0, n.pitch, n.velocity)),
        ((n.onset + n.duration) / TICKS_PER_BEAT, note_off(0, n.pitch)),
    )
)


class LoopbackInput:
    """Plays the phrase along a line; `line` returns None while the song does not roll."""

    name = "loopback"

    def __init__(self, line: Callable[[], BeatClock | None], bar_beats: float) -> None:
        self._line = line
        self._cycle = EVERY * bar_beats
        self._score = [(beat + FIRST * bar_beats, message) for beat, message in SCORE]
        self._done = -math.inf  # beat up to which all was played
        self._sounding: set[int] = set()
        self._hushed = False

    def hush(self) -> None:
        """Play no more from now on; what sounds is let go at the next look."""
        self._hushed = True

    def poll(self, now: float) -> list[tuple[float, bytes]]:
        """Return what was played since the last call, each with the second it was played at."""
        line = self._line()
        if line is None or self._hushed:
            return [(now, message) for message in self._lift()]
        beat = line.beat_at(now)
        if not beat - 1 < self._done <= beat:  # the song moved, or just began
            self._done = beat
            return [(now, message) for message in self._lift()]
        messages = self._between(self._done, beat)
        self._done = beat
        return [(line.second_at(at), message) for at, message in messages]

    def check(self) -> None:
        """Never gone."""

    def close(self) -> None:
        """Nothing to close."""

    def _between(self, after: float, until: float) -> list[tuple[float, bytes]]:
        """Return the messages of beats in (after, until]."""
        found = []
        for cycle in {math.floor(after / self._cycle), math.floor(until / self._cycle)}:
            for beat, message in self._score:
                at = cycle * self._cycle + beat
                if after < at <= until and self._fits(message):
                    found.append((at, message))
        return sorted(found)

    def _fits(self, message: bytes) -> bool:
        """Keep account of what sounds; a note-off without its note-on does not fit."""
        if message[0] & 0xF0 == 0x90:
            self._sounding.add(message[1])
            return True
        sounded = message[1] in self._sounding
        self._sounding.discard(message[1])
        return sounded

    def _lift(self) -> list[bytes]:
        messages = [note_off(0, pitch) for pitch in sorted(self._sounding)]
        self._sounding.clear()
        return messages


class LoopbackOutput:
    """Takes every message; a log gets a line for each: monotonic second, bytes.

    A log is added to, never begun anew, so it tells of a player that was killed and of the next.
    """

    name = "loopback"

    def __init__(self, log: str | None = None) -> None:
        """Raise PortError where the log cannot be written."""
        try:
            self._log = open(log, "ab", buffering=0) if log else None  # noqa: PTH123, SIM115
        except OSError as error:
            raise PortError(f"the log {log} cannot be written: {error.strerror}") from None

    def send(self, message: bytes) -> None:
        """Swallow one message."""
        if self._log is not None:
            self._log.write(f"{time.monotonic():.6f} {message.hex()}\n".encode())

    def check(self) -> None:
        """Never gone."""

    def close(self) -> None:
        """Close the log."""
        if self._log is not None:
            self._log.close()
