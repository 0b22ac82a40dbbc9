"""What is sent now: notes that wait, debts to pay, and what to do about lateness.

Conventions: beats are quarter notes, seconds monotonic and passed in. Sending earlier or later
than the beat (the latency offset) is done by asking for an earlier or later second.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.beat import BeatClock
from bridge.core.events import Play
from bridge.schedule.late import SHORTEST, LatePolicy, Punctuality, snapped
from bridge.schedule.ledger import Ledger
from bridge.schedule.queue import Queue, Waiting


@dataclass(frozen=True, slots=True)
class Sending:
    """Messages that belong together, and when they ought to leave."""

    messages: tuple[bytes, ...]
    second: float  # by the clock `due` was asked by
    lateness: float  # seconds since then; negative for what is asked for ahead of its time
    take: int | None = None  # of a note that begins; None where one ends

    @property
    def strikes(self) -> bool:
        """Whether a note begins; else one ends."""
        return self.take is not None


class Performer:
    """Plays notes in beats and pays for each; pure: it returns what must be sent, in order."""

    def __init__(self, policy: LatePolicy | None = None) -> None:
        self.policy = policy or LatePolicy()
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

    def due(self, line: BeatClock, second: float, horizon: float = 0.0) -> list[Sending]:
        """Return what must have left by `horizon` seconds after `second`, which is now.

        It comes in the order of beats, ends before begins.
        """
        now, until = line.beat_at(second), line.beat_at(second + horizon)
        sendings: list[Sending] = []
        while (first := self.next_beat()) <= until:
            wanted = line.second_at(first)
            ending = self._ledger.pop_due(min(until, self._queue.next_beat()))
            if ending is not None:
                sendings.append(Sending((ending,), wanted, second - wanted))
                continue
            waiting = self._queue.pop_due(until)
            if waiting is not None and self._admits(waiting, second - wanted, now):
                play = waiting.play
                end = max(play.beat + play.length, max(play.beat, now) + SHORTEST)
                messages = tuple(self._ledger.strike(play, end))
                sendings.append(Sending(messages, wanted, second - wanted, play.take))
        return sendings

    def _admits(self, waiting: Waiting, lateness: float, now: float) -> bool:
        """Count a note-on; tell whether it is played now, rather than later or never."""
        if lateness <= self.policy.limit or self.policy.choice == "play":
            self.punctuality.count_sent(lateness, snapped=waiting.snapped)
            return True
        play = waiting.play
        moved = None
        if self.policy.choice == "snap" and not waiting.snapped:
            moved = snapped(play, now)
        if moved is None or self._queue.strikes(play.channel, play.pitch, moved.beat):
            self.punctuality.dropped += 1
        else:
            self._queue.push(moved, snapped=True)
        return False
