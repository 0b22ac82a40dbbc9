"""A jam on paper: events at beats in, effects out, no clock and no port.

`Jam.play("0 C4 1 | 1 E4 .5")` plays C4 at beat 0 for one beat and E4 at beat 1 for half of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bridge.core.events import Cancel, Heard, Play, Pulse, Retract, TakeDone, Turned
from bridge.core.midi import note_off, note_on
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.respond.manner import Manners
from bridge.schedule.place import LEAD
from bridge.session.events import Ask, Drawn, Effect, Event, Now, Redraw
from bridge.session.session import Session

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
GRAIN = 1 / 24  # beats between two looks at the time


def pitch(name: str) -> int:
    """C4 is 60, F#3 is 54."""
    sharp = "#" in name
    return 12 * (int(name[-1]) + 1) + STEPS[name[0]] + sharp


@dataclass
class Jam:
    """A session, what it did, and the beat it has come to."""

    settings: Settings = field(default_factory=Settings)
    effects: list[tuple[float, Effect]] = field(default_factory=list)
    beat: float = 0.0
    lead: float = LEAD  # seconds
    manners: Manners | None = None

    def __post_init__(self) -> None:
        self.session = Session(self.settings, manners=self.manners)
        self.send(Pulse(0.0, 0.0, 120.0, playing=True, source="internal", status="free"))

    def send(self, event: Event) -> list[Effect]:
        """Hand in one event."""
        done = self.session.handle(event)
        self.effects += [(self.beat, effect) for effect in done]
        return done

    @property
    def state(self) -> str:
        """The session's state."""
        return str(self.session.state)

    def turn(self, **values: Any) -> None:
        """Change parameters."""
        for name, value in values.items():
            self.send(Turned(name, value))

    def until(self, beat: float) -> None:
        """Let time pass."""
        while self.beat < beat - 1e-9:
            self.beat = min(self.beat + GRAIN, beat)
            self.send(Now(self.beat, self.lead))

    def play(self, score: str) -> None:
        """Play a line of `beat name length` separated by bars."""
        edges = []
        for cell in score.split("|"):
            at, name, length = cell.split()
            edges.append((float(at), 1, note_on(0, pitch(name), 80)))
            edges.append((float(at) + float(length), 0, note_off(0, pitch(name))))
        for beat, _, message in sorted(edges):
            self.until(beat)
            self.send(Heard(beat, *message))

    def draw(self, *onsets: float, length: float = 0.5) -> None:
        """Let the model draw notes of the present take at these beats, and no more."""
        take, plan = self.asked[-1].take, self.plan
        for onset in onsets:
            self.send(Drawn(take, Note(round(onset * 24), 0, 72, round(length * 24), 90), plan))

    @property
    def plan(self) -> int:
        """The number of the drawing in force."""
        return int(self.of((Ask, Redraw))[-1].plan)

    def of(self, kind: type[Any] | tuple[type[Any], ...]) -> list[Any]:
        """Return all effects of a kind."""
        return [effect for _, effect in self.effects if isinstance(effect, kind)]

    @property
    def asked(self) -> list[Ask]:
        """Answers asked of the model."""
        return self.of(Ask)

    @property
    def played(self) -> list[Play]:
        """Notes sent to the player."""
        return self.of(Play)

    @property
    def cancelled(self) -> list[Cancel]:
        """Takes given up."""
        return self.of(Cancel)

    @property
    def retracted(self) -> list[Retract]:
        """Parts of takes taken back."""
        return self.of(Retract)

    @property
    def takes(self) -> list[TakeDone]:
        """Takes kept."""
        return self.of(TakeDone)
