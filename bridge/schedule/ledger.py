"""Debts: every note-on owes exactly one note-off.

Conventions: beats are quarter notes on the song's timeline. A key is a channel (0..15) and a
pitch (0..127); on one key at most one note sounds.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

from bridge.core.events import Play
from bridge.core.midi import note_off, note_on

Key = tuple[int, int]  # channel, pitch


@dataclass(frozen=True, slots=True)
class Debt:
    """A sounding note; `owner` tells it from an older note on the same key."""

    owner: int
    take: int
    end: float  # beats


class Ledger:
    """Who sounds and until when. What is returned must be sent, in order."""

    def __init__(self) -> None:
        self._debts: dict[Key, Debt] = {}
        self._ends: list[tuple[float, int, Key]] = []  # heap; entries may be out of date
        self._struck = 0

    def __len__(self) -> int:
        return len(self._debts)

    def strike(self, play: Play, end: float) -> list[bytes]:
        """Return the note-on, after the note-off of an older note on the same key."""
        key = (play.channel, play.pitch)
        before = [note_off(*key)] if self._debts.pop(key, None) else []
        self._owe(key, Debt(self._struck, play.take, end))
        self._struck += 1
        return [*before, note_on(*key, play.velocity)]

    def pop_due(self, beat: float) -> bytes | None:
        """Pay the first debt whose time has come, if there is one."""
        if self.next_beat() > beat:
            return None
        _, _, key = heapq.heappop(self._ends)
        del self._debts[key]
        return note_off(*key)

    def next_beat(self) -> float:
        """Return the beat of the first note-off owed; infinity when nothing sounds."""
        while self._ends:
            end, owner, key = self._ends[0]
            debt = self._debts.get(key)
            if debt is not None and (debt.owner, debt.end) == (owner, end):
                return end
            heapq.heappop(self._ends)  # paid already, or brought forward
        return math.inf

    def end_by(self, take: int, beat: float) -> None:
        """Bring the ends of an answer's sounding notes forward to `beat` at the latest."""
        for key, debt in list(self._debts.items()):
            if debt.take == take and debt.end > beat:
                self._owe(key, Debt(debt.owner, take, beat))

    def release_all(self) -> list[bytes]:
        """Pay all debts at once."""
        messages = [note_off(*key) for key in self._debts]
        self._debts.clear()
        self._ends.clear()
        return messages

    def _owe(self, key: Key, debt: Debt) -> None:
        self._debts[key] = debt
        heapq.heappush(self._ends, (debt.end, debt.owner, key))
