"""Note-ons and note-offs become notes, in the order models hear them.

Conventions: `beat` is quarter notes on the song's timeline. Onsets snap to the grid; how far off it
the player was is kept as the note's `offset` in ticks.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.midi import is_note_off, is_note_on, is_sustain
from bridge.core.music import TICKS_PER_BEAT, Note, snap
from bridge.core.voices import DRUM_CHANNEL, DRUMS

#: A note of a chord may still arrive this many ticks after the first one.
CHORD_TICKS = 3
#: A note whose note-off never comes is taken to have ended after this many beats.
LONGEST_NOTE = 16.0


@dataclass(slots=True)
class _Open:
    """A key that is down, or up and held by the pedal."""

    beat: float
    velocity: int
    released: float | None = None


class Capture:
    """The keys of one phrase."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], _Open] = {}  # (channel, pitch)
        self._pedal: set[int] = set()  # channels
        self._done: list[Note] = []  # ended, waiting for earlier ones
        self.count = 0  # note-ons so far
        self.first: float | None = None  # beat of the first note-on
        self.last_release: float = 0.0  # beat of the last key going up

    def renewed(self) -> Capture:
        """Return an empty capture under the same feet: a pedal that is down stays down."""
        fresh = Capture()
        fresh._pedal = set(self._pedal)
        return fresh

    def moved(self, beat: float, since: float) -> Capture:
        """Return a new capture for a song that moved to `beat` under the player's hands.

        Keys that went down from beat `since` of the old place on, and are down, go down there.
        """
        fresh = Capture()
        fresh._pedal = set(self._pedal)
        for key, held in self._open.items():
            if held.beat >= since and held.released is None:
                fresh._open[key] = _Open(beat, held.velocity)
        fresh.count = len(fresh._open)
        fresh.first = beat if fresh.count else None
        return fresh

    @property
    def keys_down(self) -> bool:
        """Whether any key is down; keys held by the pedal alone do not count."""
        return any(key.released is None for key in self._open.values())

    def hear(self, beat: float, message: bytes, voice: int) -> bool:
        """Take in a channel message; returns whether it started a note.

        A second note-on of a sounding pitch ends the first; a note-off without a note is ignored.
        """
        channel = message[0] & 0x0F
        if is_note_on(message):
            key = (channel, message[1])
            self._end(key, beat, voice)
            self._open[key] = _Open(beat, message[2])
            self.count += 1
            self.first = beat if self.first is None else self.first
            return True
        if is_note_off(message):
            held = self._open.get((channel, message[1]))
            if held and held.released is None:
                held.released = self.last_release = beat
                if channel not in self._pedal:
                    self._end((channel, message[1]), beat, voice)
        elif is_sustain(message):
            self._sustain(channel, message[2] >= 64, beat, voice)
        return False

    def _sustain(self, channel: int, down: bool, beat: float, voice: int) -> None:  # noqa: FBT001
        if down:
            self._pedal.add(channel)
            return
        self._pedal.discard(channel)
        for key, held in list(self._open.items()):
            if key[0] == channel and held.released is not None:
                self._end(key, beat, voice)

    def _end(self, key: tuple[int, int], beat: float, voice: int) -> None:
        held = self._open.pop(key, None)
        if held is None:
            return
        tick = held.beat * TICKS_PER_BEAT
        onset = snap(tick)
        length = max(round((beat - held.beat) * TICKS_PER_BEAT), 1)
        sounding = DRUMS if key[0] == DRUM_CHANNEL else voice
        self._done.append(Note(onset, sounding, key[1], length, held.velocity, tick - onset))

    def ready(self, beat: float, voice: int) -> list[Note]:
        """Return, in order, the ended notes that no unfinished or coming note can precede."""
        for key, held in list(self._open.items()):
            if beat - held.beat > LONGEST_NOTE:
                self.last_release = max(self.last_release, beat)
                self._end(key, beat, voice)
        barrier = beat * TICKS_PER_BEAT - CHORD_TICKS
        if self._open:
            barrier = min(barrier, *(snap(k.beat * TICKS_PER_BEAT) for k in self._open.values()))
        self._done.sort()
        ready = [note for note in self._done if note.onset < barrier]
        del self._done[: len(ready)]
        return ready

    def foreseen(self, beat: float, voice: int) -> list[Note]:
        """Return what `finish` would, and change nothing."""
        other = Capture()
        other._open, other._done = dict(self._open), list(self._done)
        return other.finish(beat, voice)

    def finish(self, beat: float, voice: int) -> list[Note]:
        """End everything at `beat`; return the notes not yet handed out, in order."""
        for key in list(self._open):
            self._end(key, beat, voice)
        self._done.sort()
        rest, self._done = self._done, []
        return rest
