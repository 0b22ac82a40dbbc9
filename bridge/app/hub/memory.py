"""The current phrase and answer, for a child that has to begin again."""

from __future__ import annotations

from collections import deque
from typing import Any

from bridge.control.snapshot import Snapshot
from bridge.core.events import (
    Cancel,
    ControlChange,
    Heard,
    NoteRow,
    Play,
    Pulse,
    Retract,
    TakeDone,
    note_rows,
)
from bridge.core.midi import CONTROL, SUSTAIN, is_note_off, is_note_on, note_off
from bridge.core.voices import VOICE_NAMES, answering_voice
from bridge.desk.cc_map import DOWN
from bridge.listen.capture import Capture

LIMIT = 4096  # messages: minutes of dense playing


class PhraseMemory:
    """What the engine heard since it last waited: enough for another engine to take over."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._kept: deque[Heard | Pulse] = deque(maxlen=limit)
        self._pulse: Pulse | None = None  # the line on which the kept messages begin

    def note(self, message: Heard | Pulse) -> None:
        """Keep a message, the oldest making room."""
        self._kept.append(message)

    @property
    def has_notes(self) -> bool:
        """Whether the player has begun a phrase."""
        heard = (m for m in self._kept if isinstance(m, Heard))
        return any(is_note_on(bytes((m.status, m.data1, m.data2))) for m in heard)

    def clear(self) -> None:
        """Forget the phrase, but not where in the song we are."""
        self._pulse = next((m for m in reversed(self._kept) if isinstance(m, Pulse)), self._pulse)
        self._kept.clear()

    def rows(self, voice: int) -> tuple[NoteRow, ...]:
        """Return the notes heard, as a take keeps them."""
        capture, beat = Capture(), 0.0
        for message in self._kept:
            if isinstance(message, Heard):
                beat = message.beat
                capture.hear(beat, bytes((message.status, message.data1, message.data2)), voice)
        return note_rows(capture.finish(beat, voice))

    def replay(self) -> list[Heard | Pulse]:
        """Return what a new engine must hear, oldest first."""
        return [*([self._pulse] if self._pulse else []), *self._kept]


class HeldKeys:
    """What the player holds down: nobody tells of its release where its port has gone."""

    def __init__(self) -> None:
        self._keys: set[tuple[int, int]] = set()  # channel, pitch
        self._pedals: set[int] = set()  # channels

    def note(self, message: Heard) -> None:
        """Take note of a key or pedal that goes down or up."""
        data = bytes((message.status, message.data1, message.data2))
        channel = message.status & 0x0F
        if is_note_on(data):
            self._keys.add((channel, message.data1))
        elif is_note_off(data):
            self._keys.discard((channel, message.data1))
        elif message.status & 0xF0 == CONTROL and message.data1 == SUSTAIN:
            (self._pedals.add if message.data2 >= DOWN else self._pedals.discard)(channel)

    def released(self, beat: float) -> list[Heard | ControlChange]:
        """Return what a player would say that lets go of all."""
        keys = [Heard(beat, *note_off(*key)) for key in sorted(self._keys)]
        return [*keys, *(ControlChange(beat, each, SUSTAIN, 0) for each in sorted(self._pedals))]


class AnswerMemory:
    """The notes the engine asked for in the current take: enough for another player to go on."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._kept: deque[Play] = deque(maxlen=limit)
        self._before: list[Play] = []  # the take before, whose last notes may still sound

    def note(self, message: Play | Cancel | Retract) -> None:
        """Keep a note; another take, or the end of this one, makes a clean sheet."""
        if isinstance(message, Retract):
            kept = [n for n in self._kept if n.take != message.take or n.beat < message.beat]
            self._kept = deque(kept, self._kept.maxlen)
            return
        if self._kept and (isinstance(message, Cancel) or message.take != self._kept[-1].take):
            self._before = list(self._kept)
            self._kept.clear()
        if isinstance(message, Play):
            self._kept.append(message)

    def rows(self, beat: float, voice: int) -> tuple[NoteRow, ...]:
        """Return the notes of the take that were heard before a beat, as a take keeps them."""
        heard = [note for note in self._kept if note.beat < beat]
        return tuple(
            (n.beat, min(n.length, beat - n.beat), n.pitch, n.velocity, voice) for n in heard
        )

    def replay(self, beat: float) -> list[Play]:
        """Return the notes that are to begin after `beat`."""
        return [note for note in self._kept if note.beat > beat]

    def owed(self, since: float, beat: float) -> list[tuple[int, int]]:
        """Return (channel, pitch) of the notes that a player lost between two beats left behind.

        At `since` it still lived. A key it had let go of already is let go of twice; that does no
        harm, and a note that hangs does.
        """
        notes = [*self._before, *self._kept]
        late = [n for n in notes if n.beat <= beat and n.beat + n.length >= since]
        return sorted({(note.channel, note.pitch) for note in late})


def lost_take(
    phrase: PhraseMemory, answer: AnswerMemory, snapshot: Snapshot, beat: float
) -> TakeDone:
    """Return the take that ended at a beat with the engine that drew it."""
    settings, meter = snapshot.settings, snapshot.meter
    bpm = snapshot.pulse.bpm if snapshot.pulse else settings.clock_bpm
    heard = phrase.rows(VOICE_NAMES.index(settings.voice_player))
    sounded = answer.rows(beat, answering_voice(settings.voice_player, settings.voice_answer))
    return TakeDone(snapshot.status.take, meter.beats, meter.unit, bpm, heard, sounded)


def where_to_resume(pulse: Pulse | None) -> dict[str, Any] | None:
    """Return where in the song a player that begins again has to go on, by the last pulse."""
    if pulse is None:
        return None
    told = ("second", "beat", "bpm", "source", "away", "reason", "playing")
    return {name: getattr(pulse, name) for name in told}
