"""What the session hears and what it asks for; what crosses processes is in bridge.core.events.

A `plan` is the number of a drawing: an answer that is drawn anew from some tick on gets another
one, so that notes which were on their way already can be told from those that count.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.events import Action, Cancel, Heard, Play, Pulse, Retract, Status, TakeDone, Turned
from bridge.core.music import Note
from bridge.respond.candidates import Taste
from bridge.respond.limits import Limits
from bridge.schedule.place import LEAD


@dataclass(frozen=True, slots=True)
class Now:
    """Time has passed: the present beat, and how long an answer takes to be begun, in seconds."""

    beat: float
    lead: float = LEAD


@dataclass(frozen=True, slots=True)
class Drawn:
    """The model drew a note of a take."""

    take: int
    note: Note
    plan: int


@dataclass(frozen=True, slots=True)
class Drained:
    """The model has drawn all of a take; `plan` as in Drawn. The session need not know."""

    take: int
    plan: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model chose an answer out of so many that it tried."""

    take: int
    tried: int
    plan: int


@dataclass(frozen=True, slots=True)
class Feed:
    """Let the model hear notes; `bar` in ticks, `counted` if the player played them."""

    notes: tuple[Note, ...]
    bar: int
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Let the model draw a take up to tick `end`, for now as far as tick `reach`.

    Where the taste wants more than one try, it is the one liked best of those there is time for.
    """

    take: int
    plan: int
    end: int
    reach: int
    limits: Limits
    seed: int | None
    taste: Taste


@dataclass(frozen=True, slots=True)
class Reach:
    """Let the model draw on as far as tick `tick`; the take ends at `end`."""

    take: int
    tick: int
    end: int


@dataclass(frozen=True, slots=True)
class Choose:
    """Let the model try no more answers: the take is about to begin."""

    take: int


@dataclass(frozen=True, slots=True)
class Redraw:
    """Let the model forget what it drew at or after a tick, and draw on under other limits.

    It draws on from the tick, or where it has not come so far, from where it is.
    """

    take: int
    plan: int
    tick: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Cut:
    """Let the model forget what it drew at or after tick `tick`, and draw no more."""

    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Let the model forget all of a take, and the last `heard` notes that it heard before."""

    take: int
    heard: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Let the model begin a new context."""


@dataclass(frozen=True, slots=True)
class Load:
    """Let another model take over."""

    model: str


Event = Heard | Pulse | Turned | Action | Now | Drawn | Chosen
Request = Feed | Ask | Reach | Choose | Redraw | Cut | Drop | Forget | Load  # to the model
Effect = Request | Play | Cancel | Retract | Status | TakeDone
