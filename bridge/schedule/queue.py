"""Notes that wait for their beat.

Conventions: beats are quarter notes on the song's timeline, so a tempo change moves what waits
and nothing has to be computed anew.
"""

from __future__ import annotations

import heapq
import math

from bridge.core.events import Play


class Queue:
    """A heap of notes by beat; notes of the same beat leave in the order they came."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Play]] = []
        self._pushed = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, play: Play) -> None:
        """Let a note wait; raises ValueError for one that MIDI cannot say."""
        if not (math.isfinite(play.beat) and 0 < play.length < math.inf):
            raise ValueError(f"note at beat {play.beat:g} cannot last {play.length:g} beats")
        if not (0 <= play.channel < 16 and 0 <= play.pitch < 128 and 0 < play.velocity < 128):
            raise ValueError(f"no MIDI note: {play}")
        heapq.heappush(self._heap, (play.beat, self._pushed, play))
        self._pushed += 1

    def pop_due(self, beat: float) -> Play | None:
        """Take out the first note whose time has come, if there is one."""
        if self._heap and self._heap[0][0] <= beat:
            return heapq.heappop(self._heap)[2]
        return None

    def next_beat(self) -> float:
        """Return the beat of the first note; infinity when none waits."""
        return self._heap[0][0] if self._heap else math.inf

    def cancel(self, take: int, since: float = -math.inf) -> None:
        """Drop what waits of one answer from beat `since` on."""
        self._heap = [e for e in self._heap if e[2].take != take or e[2].beat < since]
        heapq.heapify(self._heap)

    def clear(self) -> None:
        """Drop all that waits."""
        self._heap.clear()
