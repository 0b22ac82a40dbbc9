"""What the session hears and what it asks for; what crosses processes is in bridge.core.events."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.events import Action, Cancel, Heard, Play, Pulse, Status, TakeDone, Turned
from bridge.core.music import Note
from bridge.respond.limits import Limits


@dataclass(frozen=True, slots=True)
class Now:
    """Time has passed: the present beat."""

    beat: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """The model drew a note of a take."""

    take: int
    note: Note


@dataclass(frozen=True, slots=True)
class Drained:
    """The model has drawn all of a take up to where it was asked."""

    take: int


@dataclass(frozen=True, slots=True)
class Feed:
    """Let the model hear notes; `bar` in ticks."""

    notes: tuple[Note, ...]
    bar: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Let the model draw a take up to tick `end`."""

    take: int
    end: int
    limits: Limits
    seed: int | None


@dataclass(frozen=True, slots=True)
class Cut:
    """Let the model forget what it drew at or after tick `tick`, and draw no more."""

    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Let the model begin a new context."""


@dataclass(frozen=True, slots=True)
class Load:
    """Let another model take over."""

    model: str


Event = Heard | Pulse | Turned | Action | Now | Drawn | Drained
Effect = Feed | Ask | Cut | Forget | Load | Play | Cancel | Status | TakeDone
