"""What control knows at this moment: one frozen value, made anew by each message.

Conventions: pitches are 0..127; bars and the beats in them are counted from 1, as DAWs show them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bridge.control.preset import Preset
from bridge.core.events import (
    Fault,
    Heard,
    Hello,
    Late,
    Message,
    Met,
    Notice,
    Play,
    Pulse,
    Status,
    Understood,
)
from bridge.core.keys import TONICS
from bridge.core.midi import is_note_on
from bridge.core.music import Meter
from bridge.core.params import Settings

REMEMBERED = 64  # pitches of a phrase or an answer kept for the eye
_HAIR = 1e-6  # beats: a pulse a rounding error before the bar line belongs to the new bar

_STARTING = Status("starting", 0, 0, 0, "", "", "", 0.0)
_PUNCTUAL = Late(0, 0, 0, 0.0, 0)


@dataclass(frozen=True, kw_only=True)  # without slots, for `changed`
class Snapshot:
    """Everything the view and OSC feedback can show."""

    settings: Settings
    status: Status = _STARTING
    pulse: Pulse | None = None
    late: Late = _PUNCTUAL
    ports: tuple[str, str] = ("", "")  # we listen on, we play to
    chosen: tuple[str, str] = ("", "")  # the same as asked for; empty is our own
    api: str = "auto"  # the MIDI system
    phrase: tuple[int, ...] = ()  # pitches heard, the newest last
    phrase_over: bool = True  # the next note begins a new phrase
    answer: tuple[int, ...] = ()  # pitches sent, the newest last
    answer_take: int = 0
    chord: str = ""  # what sounds of both
    understood: str = ""  # what the last prompt was taken to say
    notice: str = ""  # what the player should know of the model; empty once it is over
    fault: str = ""  # the last thing that went wrong
    live: str = ""  # what is known of Ableton Live's set
    fl: str = ""  # what is known of FL Studio's script
    osc_port: int = 0  # 0 is off
    web_port: int = 0  # of the panel; 0 is off
    takes: str = ""  # the folder
    saved: str = ""  # the last take's file
    preset: Preset | None = None  # the one saved or recalled last
    learning: str = ""  # the address that waits for a knob or a key
    learned: str = ""  # what was learned last
    waits: str = ""  # the knob that has to meet its value first

    @property
    def meter(self) -> Meter:
        """The time signature in force."""
        return self.settings.meter

    @property
    def beat(self) -> float:
        """The beat of the last pulse on our line."""
        return self.pulse.beat if self.pulse else 0.0

    @property
    def counted(self) -> float:
        """The same, as the conductor counts."""
        return self.beat - (self.pulse.away if self.pulse else 0.0)

    @property
    def bar(self) -> int:
        """The bar of the last pulse, counted from 1."""
        return int((self.counted + _HAIR) // self.meter.bar_beats) + 1

    @property
    def beat_in_bar(self) -> int:
        """The beat of the last pulse within its bar, counted from 1 in the meter's own unit."""
        inside = (self.counted + _HAIR) % self.meter.bar_beats
        return int(inside * self.meter.unit / 4) + 1


def after(snapshot: Snapshot, message: Message) -> Snapshot:
    """Return what is known once a message has been taken in."""
    match message:
        case Hello("player", listens, plays):
            return replace(snapshot, ports=(listens, plays))
        case Hello("engine", model, provider):
            status = replace(snapshot.status, model=model, provider=provider)
            return replace(snapshot, status=status, notice="")  # it will tell anew
        case Pulse():
            return replace(snapshot, pulse=message)
        case Late():
            return replace(snapshot, late=message)
        case Status():
            # Only the end of listening ends a phrase: its first note is here before its status is.
            ends = snapshot.status.state == "listening" and message.state != "listening"
            over = snapshot.phrase_over or ends
            return replace(snapshot, status=message, phrase_over=over)
        case Heard(_, status, pitch, velocity) if is_note_on(bytes((status, pitch, velocity))):
            before = () if snapshot.phrase_over else snapshot.phrase
            return replace(snapshot, phrase=_append(before, pitch), phrase_over=False)
        case Play():
            before = snapshot.answer if message.take == snapshot.answer_take else ()
            pitches = _append(before, message.pitch)
            return replace(snapshot, answer=pitches, answer_take=message.take)
        case Understood():
            return replace(snapshot, understood=message.says)
        case Met(text):
            return replace(snapshot, fl=text)
        case Notice(text):
            return replace(snapshot, notice=text)
        case Fault():
            return replace(snapshot, fault=f"{message.who}: {message.text}")
    return snapshot


def _append(pitches: tuple[int, ...], pitch: int) -> tuple[int, ...]:
    return (*pitches, pitch)[-REMEMBERED:]


def note_name(pitch: int) -> str:
    """Return a pitch as musicians write it: 60 is C4."""
    return f"{TONICS[pitch % 12]}{pitch // 12 - 1}"
