"""Following a program that tells its own beat: JACK's transport, a Link session, FL's script.

Conventions: seconds are monotonic, beats are quarter notes; what is told is a line, true at its own
second. It strays by the sender's jitter, so that a small difference moves our line a little, and
only a large one is a jump in the song.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bridge.core.beat import BeatClock
from bridge.listen.loops import JUMP, unrolled

EASE = 0.2  # how much of a smaller one is taken over at once
STEADY = 0.01  # BPM: the same tempo
LOST_AFTER = 2.0  # seconds without a word


@dataclass(frozen=True, slots=True)
class Song:
    """What JACK's transport says; `beats` and `unit` are the meter, where a master tells it."""

    line: BeatClock
    seconds: float  # of the song, counted in frames
    playing: bool
    master: bool  # whether a timebase master gives tempo and meter
    beats: int = 0
    unit: int = 0


class Told:
    """A line that is told from outside; held while nothing is told."""

    far = JUMP

    def __init__(self, bpm: float, second: float) -> None:
        self.line = BeatClock(second, 0.0, bpm)
        self.bar = 4.0  # beats
        self.away = 0.0  # beats by which our line is ahead of what is told
        self.playing = False
        self._told = -math.inf  # when we were last told
        self._jumped = False

    def tell(self, line: BeatClock, *, playing: bool) -> None:
        """Take in where the song is on our line, and whether it rolls."""
        believed = self.line.beat_at(line.second)
        moved = abs(line.beat - believed) > self.far
        if playing and (moved or not self.playing):
            self._jumped = True
        if not moved and self.playing and abs(line.bpm - self.line.bpm) < STEADY:
            beat = believed + EASE * (line.beat - believed)
            line = BeatClock(line.second, beat, line.bpm)
        self.line, self.playing, self._told = line, playing, line.second

    def reach(self, line: BeatClock, *, playing: bool) -> None:
        """Take in where the song is as others count, and whether it rolls.

        Moved by whole bars while it rolls, it goes straight on.
        """
        ours = line.beat
        if playing and self.playing:
            believed = self.line.beat_at(line.second)
            ours = unrolled(line.beat, believed, self.bar)
            if abs(ours - believed) > self.far:
                ours = line.beat
        self.away = ours - line.beat
        self.tell(BeatClock(line.second, ours, line.bpm), playing=playing)

    def resume(self, line: BeatClock) -> None:
        """Roll on along a line known from before, until we are told again."""
        self.line, self.playing, self._told = line, True, line.second

    def status(self, second: float) -> str:
        """Return locked, lost (nobody tells) or stopped."""
        if not self.playing:
            return "stopped"
        return "lost" if second - self._told > LOST_AFTER else "locked"

    def take_jump(self) -> bool:
        """Tell, once, whether the song moved since the last call."""
        jumped, self._jumped = self._jumped, False
        return jumped


class Joined(Told):
    """A Link session: its peers share tempo and place in the bar; we count the bars ourselves."""

    def __init__(self, bpm: float, second: float) -> None:
        super().__init__(bpm, second)
        self.peers = -1  # others in the session; -1: we are in none
        self._shared = self.line  # as Link counts
        self._quantum = 4.0  # beats of a bar
        self._offset = 0.0  # whole bars between Link's count and ours

    def share(self, line: BeatClock, *, quantum: float, playing: bool, peers: int) -> None:
        """Take in the session's line, whose bars are `quantum` beats."""
        begins = playing and not self.playing
        self._shared, self.peers = line, peers
        if quantum != self._quantum:
            self._quantum = quantum
            self._count_from(self.line.beat_at(line.second))
        if begins:  # a song that begins, begins in bar 1
            self._offset = -math.floor(line.beat / quantum) * quantum
        self.tell(BeatClock(line.second, line.beat + self._offset, line.bpm), playing=playing)

    def resume(self, line: BeatClock) -> None:
        """Roll on along a line known from before, among others until we hear that they left."""
        super().resume(line)
        self.peers = 0

    def align(self, beat: float, second: float) -> None:
        """Count the bars so that `second` falls as near to `beat` as the session allows."""
        self._shared = BeatClock(second, self._shared.beat_at(second), self._shared.bpm)
        self._count_from(beat)
        self.line = BeatClock(second, self._shared.beat + self._offset, self._shared.bpm)

    def status(self, second: float) -> str:
        """Return locked, free (nobody else is there), lost or stopped."""
        status = super().status(second)
        return "free" if status == "locked" and self.peers <= 0 else status

    def _count_from(self, beat: float) -> None:
        self._offset = unrolled(self._shared.beat, beat, self._quantum) - self._shared.beat


class Looped(Told):
    """A song that FL Studio's script tells of, once a beat.

    The script runs in FL's window and is late when that is busy: less than half a beat is no jump.
    """

    far = 0.5

    def halt(self) -> None:
        """FL has stopped."""
        self.playing = False
