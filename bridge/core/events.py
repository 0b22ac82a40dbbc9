"""What the processes say to one another: flat, frozen, one JSON line each on the wire.

Conventions: `second` is monotonic seconds, `beat` quarter notes on the song's timeline (bar lines
at multiples of the bar from beat 0), `take` the number of an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.params import Value

NoteRow = tuple[float, float, int, int, int]  # beat, length in beats, pitch, velocity, voice


@dataclass(frozen=True, slots=True)
class Hello:
    """A process is up; from the player `a`/`b` are its ports, from the engine model/provider."""

    who: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Alive:
    """A heartbeat, every half second, from the player and the engine."""

    who: str
    second: float


@dataclass(frozen=True, slots=True)
class Heard:
    """Player to engine: a channel message arrived (status, data 1, data 2).

    Of control changes only the pedal, and only that it goes down or up, as control says.
    """

    beat: float
    status: int
    data1: int
    data2: int


@dataclass(frozen=True, slots=True)
class ControlChange:
    """Player to control: a controller moved; `channel` 0..15, `number` and `value` 0..127."""

    beat: float
    channel: int
    number: int
    value: int


@dataclass(frozen=True, slots=True)
class Played:
    """Control to player: a surface's key, to be taken as if it came by MIDI at this moment."""

    status: int
    data1: int
    data2: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """Player to all: the clock's line, sent when it changes and once a beat."""

    second: float
    beat: float
    bpm: float
    playing: bool
    source: str  # midi, link, jack, fl, internal
    status: str  # locked, free, lost, stopped
    jump: bool = False  # the song position moved: start, song position, another source elsewhere
    reason: str = ""  # why this source conducts
    away: float = 0.0  # beats by which this is ahead of the source's own count: whole bars


@dataclass(frozen=True, slots=True)
class Shared:
    """Control to player: the line of the Ableton Link session; its bars have `quantum` beats."""

    second: float
    beat: float
    bpm: float
    quantum: float
    playing: bool
    peers: int  # others in it; -1: we left it


@dataclass(frozen=True, slots=True)
class Placed:
    """Control to player: where Ableton Live's song, which plays, is; as sure as Live's 100 ms."""

    second: float
    beat: float


@dataclass(frozen=True, slots=True)
class Metered:
    """Player to control: the meter of JACK's timebase or FL's script, which conducts."""

    beats: int
    unit: int


@dataclass(frozen=True, slots=True)
class Met:
    """Player to control: FL Studio's controller script was heard; in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Play:
    """Engine to player: a note to send at `beat` for `length` beats; `channel` 0..15."""

    take: int
    beat: float
    length: float
    channel: int
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Engine to player: send no more note-ons of a take; end its notes by `beat`."""

    take: int
    beat: float


@dataclass(frozen=True, slots=True)
class Retract:
    """Engine to player: forget what waits of a take from `beat` on; what sounds goes on."""

    take: int
    beat: float


@dataclass(frozen=True, slots=True)
class Late:
    """Player to control: how punctual it is since it began (seconds of lateness)."""

    sent: int
    late: int  # note-ons sent more than 20 ms late
    dropped: int
    worst: float
    sounding: int
    snapped: int = 0  # note-ons moved to the next step of the grid


@dataclass(frozen=True, slots=True)
class Cables:
    """Player to control: the JACK ports connected to each of our ports, sorted."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    controls: tuple[str, ...] = ()  # controllers, at our port for lamps and motors


@dataclass(frozen=True, slots=True)
class Mirrored:
    """Control to player: what bound controls are to show, for the port to controllers.

    A row is status, data 1, data 2, and the data 2 of a lamp that is off; -1 where there is none.
    """

    rows: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class ListPorts:
    """Control to player: tell which ports of others there are."""


@dataclass(frozen=True, slots=True)
class Attachable:
    """Player to control: the ports of others that one may listen to, and play to."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """Control to all: a parameter was changed; the value is already checked."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Action:
    """Control to all: start, stop, panic, reset, trigger; other ACTIONS stay with control."""

    name: str


@dataclass(frozen=True, slots=True)
class Status:
    """Engine to control: what the session does."""

    state: str
    take: int
    heard: int  # notes of the phrase so far
    answered: int  # notes of the answer so far
    key: str
    model: str
    provider: str
    step_ms: float  # median milliseconds of a note step
    tried: int = 0  # answers of which this one was chosen; 0 before the choice
    fallback: int = 0  # bars since the beginning that the model was too late for
    p95_ms: float = 0.0  # the 95th percentile of the same
    lead_ms: float = 0.0  # how long before its first beat an answer must be begun


@dataclass(frozen=True, slots=True)
class Understood:
    """Engine to control: a prompt was read; `values` are parameters by name, not yet set."""

    prompt: str
    says: str  # for the player: what was understood and what was not
    values: tuple[tuple[str, Value], ...]
    banned: tuple[tuple[str, str], ...] = ()  # words, the voice they do not want


@dataclass(frozen=True, slots=True)
class Notice:
    """Engine to control: what the player should know, although nothing has failed; "" ends it."""

    text: str


@dataclass(frozen=True, slots=True)
class TakeDone:
    """Engine to control: a phrase and its answer, on the song's timeline."""

    take: int
    meter_beats: int
    meter_unit: int
    bpm: float
    phrase: tuple[NoteRow, ...]
    answer: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Any process: something failed but playing goes on; `code` as the errors' exit codes."""

    who: str
    code: int
    text: str


def note_rows(notes: Sequence[Note], end: float | None = None) -> tuple[NoteRow, ...]:
    """Return notes as a take keeps them, none sounding beyond beat `end`."""
    found = []
    for note in notes:
        beat = (note.onset + note.offset) / TICKS_PER_BEAT
        length = note.duration / TICKS_PER_BEAT
        if end is not None:
            length = min(length, end - beat)
        if length > 0:
            found.append((beat, length, note.pitch, note.velocity, note.voice))
    return tuple(found)


Message = (
    Hello | Alive | Heard | ControlChange | Played | Pulse | Shared | Placed | Metered | Met
    | Play | Cancel | Retract | Late | Cables | Mirrored | ListPorts | Attachable | Turned | Action
    | Status | Understood | Notice | TakeDone | Fault
)  # fmt: skip
MESSAGES: tuple[type[Message], ...] = (
    Hello, Alive, Heard, ControlChange, Played, Pulse, Shared, Placed, Metered, Met, Play,
    Cancel, Retract, Late, Cables, Mirrored, ListPorts, Attachable, Turned, Action, Status,
    Understood, Notice, TakeDone, Fault,
)  # fmt: skip
ACTIONS = ("start", "stop", "panic", "reset", "trigger", "tap", "undo", "redo")
