"""What sounds of player and answer together, and which chord it makes.

Conventions: seconds are monotonic, and given; the song's beats are those of messages, while times
that have gone by are counted in beats of a line that never jumps. Drums count for nothing. Nothing
happens by itself: `due` says when the next look is worth while.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bridge.core.beat import BeatClock
from bridge.core.chords import Chord
from bridge.core.events import Action, Cancel, Heard, Hello, Message, Play, Pulse, Retract
from bridge.core.midi import is_note_off, is_note_on, is_sustain
from bridge.core.voices import DRUM_CHANNEL
from bridge.listen.harmony import Harmony, Sound

GATHER = 0.05  # seconds in which the notes of a chord come together
SILENCE = 4.0  # beats after which the last chord is no more
_HAIR = 1e-6  # beats: what is due at a second is due by a rounding error before

Key = tuple[int, int]  # channel, pitch

_BEGINNING = BeatClock(0.0, 0.0, 120.0)


@dataclass(slots=True)
class _Held:
    """A note, in beats gone by; of the player's the end is not known."""

    since: float
    until: float = math.inf
    take: int = 0
    lifted: bool = False  # its key is up, and the pedal holds it


@dataclass(slots=True)
class Sounding:
    """All notes of this moment, and of the answer those to come."""

    key: str = ""  # the key of the song, as far as it is known
    _song: BeatClock = _BEGINNING
    _gone: BeatClock = _BEGINNING
    _playing: bool = False
    _player: dict[Key, _Held] = field(default_factory=dict)
    _answer: dict[Key, _Held] = field(default_factory=dict)
    _waiting: list[Play] = field(default_factory=list)
    _pedals: set[int] = field(default_factory=set)
    _struck: list[int] = field(default_factory=list)  # pitches since the last look
    _over: list[Sound] = field(default_factory=list)  # what ended since then
    _harmony: Harmony = field(default_factory=Harmony)
    _looked: float = 0.0  # beats gone by
    _gathered: float = math.inf  # the second at which the notes struck are looked at
    _last: float = 0.0  # beats gone by when something sounded last

    @property
    def chord(self) -> Chord | None:
        """The chord of this moment, None where there is none."""
        return self._harmony.chord

    @property
    def due(self) -> float | None:
        """The second of the next look; None where nothing will happen by itself."""
        seconds = [self._gathered]
        if self._playing and self._waiting:
            seconds.append(self._song.second_at(min(play.beat for play in self._waiting)))
        if self._harmony.chord and not self._player:
            ends = max((held.until for held in self._answer.values()), default=self._last)
            seconds.append(self._gone.second_at(ends + SILENCE))
        first = min(seconds)
        return None if math.isinf(first) else first

    def take(self, message: Message, second: float) -> None:
        """Take in what one process says to the others."""
        self.look(second)
        gone = self._gone.beat_at(second)
        match message:
            case Heard(_, status, data1, data2) if status & 0x0F != DRUM_CHANNEL:
                self._hear(bytes((status, data1, data2)), second)
            case Play() if message.channel != DRUM_CHANNEL:
                self._waiting.append(message)
            case Retract(take, beat):
                self._waiting = [p for p in self._waiting if p.take != take or p.beat < beat]
            case Cancel(take, beat):
                self._waiting = [play for play in self._waiting if play.take != take]
                self._cut(gone + max(beat - self._song.beat_at(second), 0.0), take)
            case Pulse():
                self._follow(message, second)
            case Action("panic") | Hello("player"):
                self._waiting.clear()
                self._pedals.clear()
                for key in list(self._player):
                    self._end(self._player, key, gone)
                self._cut(gone)

    def look(self, second: float) -> None:
        """Let happen what is due by now."""
        gone = self._gone.beat_at(second)
        if self._playing:
            self._begin(self._song.beat_at(second), second)
        for key in [key for key, held in self._answer.items() if held.until <= gone + _HAIR]:
            self._end(self._answer, key, self._answer[key].until)
        if second >= self._gathered:
            self._consider(gone)
        if not self._player and not self._answer and gone - self._last >= SILENCE - _HAIR:
            self._harmony.forget()
            self._over.clear()

    def _hear(self, message: bytes, second: float) -> None:
        gone, channel = self._gone.beat_at(second), message[0] & 0x0F
        key = (channel, message[1])
        if is_note_on(message):
            self._end(self._player, key, gone)
            self._player[key] = _Held(gone)
            self._strike(message[1], second)
        elif is_note_off(message):
            if channel not in self._pedals:
                self._end(self._player, key, gone)
            elif key in self._player:
                self._player[key].lifted = True
        elif is_sustain(message) and message[2] >= 64:
            self._pedals.add(channel)
        elif is_sustain(message):
            self._pedals.discard(channel)
            for key in [k for k, held in self._player.items() if held.lifted and k[0] == channel]:
                self._end(self._player, key, gone)

    def _begin(self, beat: float, second: float) -> None:
        """Begin the answer's notes whose beat has come."""
        due = [play for play in self._waiting if play.beat <= beat + _HAIR]
        if not due:
            return
        self._waiting = [play for play in self._waiting if play.beat > beat + _HAIR]
        for play in due:
            if play.beat + play.length <= beat:
                continue  # the song has leapt over it
            since = self._gone.beat_at(second) - (beat - play.beat)
            key = (play.channel, play.pitch)
            self._end(self._answer, key, since)
            self._answer[key] = _Held(since, since + play.length, play.take)
            self._strike(play.pitch, second)

    def _strike(self, pitch: int, second: float) -> None:
        self._struck.append(pitch)
        self._gathered = min(self._gathered, second + GATHER)

    def _end(self, notes: dict[Key, _Held], key: Key, gone: float) -> None:
        if held := notes.pop(key, None):
            self._over.append(Sound(key[1], held.since, gone))
            self._last = max(self._last, gone)

    def _cut(self, gone: float, take: int | None = None) -> None:
        for held in self._answer.values():
            if take in (None, held.take):
                held.until = min(held.until, gone)

    def _follow(self, pulse: Pulse, second: float) -> None:
        """Go by a new line; what is held is looked at once a beat, and then alone."""
        gone = self._gone.beat_at(second)
        self._song = BeatClock(pulse.second, pulse.beat, pulse.bpm)
        self._gone = BeatClock(second, gone, pulse.bpm)
        if self._playing and not pulse.playing:
            self._waiting.clear()
            self._cut(gone)
        self._playing = pulse.playing
        if (self._player or self._answer) and math.isinf(self._gathered):
            self._consider(gone)

    def _consider(self, gone: float) -> None:
        held = (*self._player.items(), *self._answer.items())
        sounds = [Sound(key[1], note.since, min(note.until, gone)) for key, note in held]
        self._harmony.hear(
            gone, gone - self._looked, self._struck, [*self._over, *sounds], self.key
        )
        self._looked, self._gathered = gone, math.inf
        self._struck, self._over = [], []
