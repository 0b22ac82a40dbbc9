"""Notes that wait for their beat.

Conventions: beats are quarter notes on the song's timeline, so a tempo change moves what waits
and nothing has to be computed anew.
"""

from __future__ import annotations

import heapq
import math
from typing import NamedTuple

from bridge.core.events import Play


class Waiting(NamedTuple):
    """A note that waits; `number` counts notes as they came, `snapped` ones came too late once."""

    beat: float
    number: int
    play: Play
    snapped: bool


class Queue:
    """A heap of notes by beat; notes of the same beat leave in the order they came."""

    def __init__(self) -> None:
        self._heap: list[Waiting] = []
        self._pushed = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, play: Play, *, snapped: bool = False) -> None:
        """Let a note wait; raises ValueError for one that MIDI cannot say."""
        if not (math.isfinite(play.beat) and 0 < play.length < math.inf):
            raise ValueError(f"note at beat {play.beat:g} cannot last {play.length:g} beats")
        if not (0 <= play.channel < 16 and 0 <= play.pitch < 128 and 0 < play.velocity < 128):
            raise ValueError(f"no MIDI note: {play}")
        heapq.heappush(self._heap, Waiting(play.beat, self._pushed, play, snapped))
        self._pushed += 1

    def pop_due(self, beat: float) -> Waiting | None:
        """Take out the first note whose time has come, if there is one."""
        if self._heap and self._heap[0].beat <= beat:
            return heapq.heappop(self._heap)
        return None

    def next_beat(self) -> float:
        """Return the beat of the first note; infinity when none waits."""
        return self._heap[0].beat if self._heap else math.inf

    def strikes(self, channel: int, pitch: int, beat: float) -> bool:
        """Tell whether a key will be struck by `beat`."""
        keys = ((w.play.channel, w.play.pitch) for w in self._heap if w.beat <= beat)
        return (channel, pitch) in keys

    def cancel(self, take: int, since: float = -math.inf) -> None:
        """Drop what waits of one answer from beat `since` on."""
        self._heap = [w for w in self._heap if w.play.take != take or w.play.beat < since]
        heapq.heapify(self._heap)

    def clear(self) -> None:
        """Drop all that waits."""
        self._heap.clear()
