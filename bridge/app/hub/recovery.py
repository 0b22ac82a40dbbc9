"""What player and engine told one another lately, so that one which begins again can go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

from bridge.app.hub.memory import (
    AnswerMemory,
    HeldKeys,
    PhraseMemory,
    lost_take,
    where_to_resume,
)
from bridge.control.snapshot import Snapshot
from bridge.core.beat import BeatClock
from bridge.core.events import (
    Action,
    Cables,
    Cancel,
    Heard,
    Hello,
    Late,
    Message,
    Play,
    Pulse,
    Retract,
    Status,
    TakeDone,
)

NONE = Late(0, 0, 0, 0.0, 0)


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot

    def know(self, **news: Any) -> None:
        """Change what the snapshot says."""


class Recovery:
    """Remembers, and brings a new child to where the old one was."""

    def __init__(
        self,
        host: Host,
        send: Callable[[str, Message], None],
        take_in: Callable[[str, Message], None],
        keep: Callable[[TakeDone], None],
    ) -> None:
        """`send` reaches a child, `take_in` is as if it had spoken, `keep` writes a take."""
        self._host, self._send, self._take_in, self._keep = host, send, take_in, keep
        self._phrase, self._answer, self._held = PhraseMemory(), AnswerMemory(), HeldKeys()
        self.has_played = False  # whether a player has ever been there
        self._pulse: Pulse | None = None  # the last, also of a player that is gone
        self._counted, self._before = NONE, NONE  # by this player, by all before it
        self._cables: Cables | None = None  # the player's, which JACK forgets when it dies
        self._begins_again = False  # the engine will first say that it begins, then what it hears

    def note(self, message: Message) -> Message | None:
        """Remember a message; return what it says of the whole jam, None for an echo of it."""
        match message:
            case Hello("player"):
                self.has_played = True
                self._before, self._counted = _sum(self._before, self._counted), NONE
            case Late():
                self._counted = message
                return _sum(self._before, message)
            case Pulse():
                self._pulse = message
                self._phrase.note(message)
            case Heard():
                self._phrase.note(message)
                self._held.note(message)
            case Play() | Cancel() | Retract():
                self._answer.note(message)
            case Cables():
                self._cables = message
            case Status(state="armed") if self._begins_again:
                self._begins_again = False
                return None
            case Status(state="armed" | "idle"):
                self._phrase.clear()
        return message

    def for_player(self, *, in_order: bool) -> dict[str, Any]:
        """Return what a player that begins is told of the one before it, if it left in order."""
        return {
            "resume": where_to_resume(self._pulse),
            "cables": self._cables and asdict(self._cables),
            "owed": [] if in_order else self._owed(),
        }

    def go_on(self, who: str, times: int, *, in_order: bool) -> None:
        """Bring the child that was begun again for the `times`-th time up to date.

        `in_order` tells whether the one before it paid what it owed.
        """
        if who == "player":
            self._go_on_playing(in_order=in_order)
        else:
            self._go_on_listening(times)

    def _owed(self) -> list[tuple[int, int]]:
        """Return the keys that a player before the next one may have left down."""
        now = self._beat(max(self._early(), 0.0))
        return self._answer.owed(self._pulse.beat if self._pulse else 0.0, now)

    def _go_on_playing(self, *, in_order: bool) -> None:
        if not in_order:
            self._host.know(ports=("", ""), pulse=None)  # until the new one has begun
            # It has let go of the keys we know of; who knows what else sounds there.
            self._send("player", Action("panic"))
        for release in self._held.released(self._beat()):
            self._take_in("player", release)
        for note in self._answer.replay(self._beat(self._early())):
            self._send("player", note)

    def _go_on_listening(self, times: int) -> None:
        state = self._host.snapshot.status.state
        if state in ("thinking", "responding"):
            self._end_lost_answer()
        if times > 1:
            self._phrase.clear()  # it may be what the engine stumbles over
        self._begins_again = self._phrase.has_notes
        if state != "starting":
            self._send("engine", Action("stop" if state == "idle" else "start"))
        for message in self._phrase.replay():
            self._send("engine", message)

    def _end_lost_answer(self) -> None:
        """End an answer nobody answers for any more, and keep what was heard of it."""
        beat = self._beat()
        lost = lost_take(self._phrase, self._answer, self._host.snapshot, beat)
        if lost.answer:
            self._keep(lost)
        self._take_in("engine", Cancel(lost.take, beat))

    def _early(self) -> float:
        """Return by how many seconds notes leave before their beats."""
        return self._host.snapshot.settings.latency_offset / 1000

    def _beat(self, ahead: float = 0.0) -> float:
        """Return the beat of this moment, or of one some seconds ahead, on the song's timeline."""
        pulse = self._pulse
        if pulse is None:
            return 0.0
        return BeatClock(pulse.second, pulse.beat, pulse.bpm).beat_at(time.monotonic() + ahead)


def _sum(before: Late, now: Late) -> Late:
    """Return the counts of two players, one after the other, together."""
    return Late(
        before.sent + now.sent, before.late + now.late, before.dropped + now.dropped,
        max(before.worst, now.worst), now.sounding, before.snapped + now.snapped,
    )  # fmt: skip
