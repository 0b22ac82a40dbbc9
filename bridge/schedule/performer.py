"""What is sent now: notes that wait, debts to pay, and what to do about lateness.

Conventions: beats are quarter notes, seconds monotonic and passed in. Sending earlier or later
than the beat (the latency offset) is done by asking for an earlier or later second.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.beat import BeatClock
from bridge.core.events import Play
from bridge.schedule.ledger import Ledger
from bridge.schedule.queue import Queue

LATE = 0.020  # seconds: a note-on later than this is heard as late, and counted
TOO_LATE = 0.120  # seconds: a note-on later than this does more harm than its absence
SHORTEST = 0.05  # beats: even a late note is heard


@dataclass(slots=True)
class Punctuality:
    """How note-ons fared since the beginning."""

    sent: int = 0
    late: int = 0
    dropped: int = 0
    worst: float = 0.0  # seconds


@dataclass(frozen=True, slots=True)
class Sending:
    """Messages that belong together, and how many seconds after their time they leave."""

    messages: tuple[bytes, ...]
    lateness: float
    strikes: bool  # a note begins; else a note ends


class Performer:
    """Plays notes in beats and pays for each; pure: it returns what must be sent, in order."""

    def __init__(self) -> None:
        self.punctuality = Punctuality()
        self._queue = Queue()
        self._ledger = Ledger()

    @property
    def sounding(self) -> int:
        """The number of notes that sound."""
        return len(self._ledger)

    @property
    def busy(self) -> bool:
        """Whether anything waits or sounds."""
        return bool(len(self._queue) or len(self._ledger))

    def play(self, play: Play) -> None:
        """Let a note wait for its beat; raises ValueError for one that MIDI cannot say."""
        self._queue.push(play)

    def cancel(self, take: int, beat: float) -> None:
        """Begin no more of an answer's notes, and end those that sound by `beat`."""
        self._queue.cancel(take)
        self._ledger.end_by(take, beat)

    def retract(self, take: int, beat: float) -> None:
        """Forget what waits of an answer from a beat on; what sounds goes on."""
        self._queue.cancel(take, beat)

    def silence(self) -> list[bytes]:
        """Forget all that waits and return the note-offs of all that sounds."""
        self._queue.clear()
        return self._ledger.release_all()

    def next_beat(self) -> float:
        """Return the beat of whatever comes first; infinity when there is nothing."""
        return min(self._queue.next_beat(), self._ledger.next_beat())

    def due(self, line: BeatClock, second: float) -> list[Sending]:
        """Return what must have left by `second`, in the order of beats, ends before begins."""
        beat = line.beat_at(second)
        sendings: list[Sending] = []
        while (first := self.next_beat()) <= beat:
            lateness = second - line.second_at(first)
            ending = self._ledger.pop_due(min(beat, self._queue.next_beat()))
            if ending is not None:
                sendings.append(Sending((ending,), lateness, strikes=False))
            elif (play := self._queue.pop_due(beat)) is not None and self._admit(lateness):
                end = max(play.beat + play.length, beat + SHORTEST)
                messages = tuple(self._ledger.strike(play, end))
                sendings.append(Sending(messages, lateness, strikes=True))
        return sendings

    def _admit(self, lateness: float) -> bool:
        """Count a note-on; tell whether it is still worth playing."""
        count = self.punctuality
        if lateness > TOO_LATE:
            count.dropped += 1
            return False
        count.sent += 1
        count.late += lateness > LATE
        count.worst = max(count.worst, lateness)
        return True
