"""The jam: a pure machine. Events in, effects out; no clock, port, thread or dice of its own.

Conventions: beats are quarter notes on the song's timeline with bar lines at multiples of the bar
from beat 0; ticks are 1/24 beat.
"""

from __future__ import annotations

import math
from dataclasses import replace

from bridge.core.events import Action, Cancel, Heard, Pulse, Status, TakeDone, Turned, note_rows
from bridge.core.midi import is_note_on
from bridge.core.music import TICKS_PER_BEAT, Meter, Note
from bridge.core.params import Settings, change
from bridge.core.voices import VOICE_NAMES
from bridge.listen.boundary import long_enough, phrase_end
from bridge.listen.capture import Capture
from bridge.listen.detect import detect_key
from bridge.listen.feel import Feel, learn
from bridge.schedule.place import answer_bars, answer_start, cue
from bridge.session.answer import Answer, limits_of
from bridge.session.events import (
    Ask,
    Cut,
    Drained,
    Drawn,
    Effect,
    Event,
    Feed,
    Forget,
    Load,
    Now,
)
from bridge.session.states import Happening, State, follow

#: In infinite mode the next stretch is asked for when less than this is left, in bars.
EXTEND_BARS = 1.0


class Session:
    """Owns the phrase, the answer and the state; `handle` is the only way in."""

    def __init__(self, settings: Settings, take: int = 0) -> None:
        """Begin armed; takes are numbered from `take` + 1."""
        self.settings = settings
        self.state: State = "armed"
        self.answer: Answer | None = None
        self.key = ""
        self._capture = Capture()
        self._phrase: list[Note] = []
        self._feel = Feel()  # of the phrase that is answered
        self._take = take
        self._seeded = 1  # the take that is drawn with the seed itself; each later one adds 1
        self._bpm = settings.clock_bpm
        self._playing = False
        self._now = 0.0
        self._waiting: str | None = None  # model to load at the next bar line
        self._told: tuple[object, ...] = ()

    @property
    def meter(self) -> Meter:
        """The time signature in force."""
        return Meter(self.settings.meter_beats, int(self.settings.meter_unit))

    def handle(self, event: Event) -> list[Effect]:
        """Take in one event; return what is to be done, in order."""
        match event:
            case Heard():
                effects = self._heard(event)
            case Now(beat):
                effects = self._tick(beat)
            case Drawn(take, note):
                effects = self._drawn(take, note)
            case Drained(take):
                effects = self._drained(take)
            case Pulse():
                effects = self._pulse(event)
            case Turned(name, value):
                effects = self._turned(name, value)
            case Action(name):
                effects = self._action(name)
        return effects + self._tell()

    def _go(self, happening: Happening) -> None:
        self.state = follow(self.state, happening)

    def _voice(self) -> int:
        return VOICE_NAMES.index(self.settings.voice_player)

    # -- the player -----------------------------------------------------------------------------

    def _heard(self, event: Heard) -> list[Effect]:
        message = bytes((event.status, event.data1, event.data2))
        answering = self.state in ("thinking", "responding")
        # Without a song there is no bar line to answer on.
        deaf = self.state == "idle" or not self._playing
        deaf |= answering and (not is_note_on(message) or self.settings.yields == "ignore")
        if deaf:
            if not is_note_on(message):
                self._capture.hear(event.beat, message, self._voice())  # a pedal must not stick
            return []
        effects: list[Effect] = []
        if answering:
            effects += self._yield(event.beat)
        if self._capture.hear(event.beat, message, self._voice()) and self.state == "armed":
            self._go("note")
        return effects + self._feed(self._capture.ready(event.beat, self._voice()))

    def _feed(self, notes: list[Note]) -> list[Effect]:
        if not notes:
            return []
        self._phrase += notes
        return [Feed(tuple(notes), self.meter.bar_ticks)]

    def _yield(self, beat: float) -> list[Effect]:
        """The player came in: no new notes, and silence by the next beat line."""
        effects = self._end_answer(beat)
        self._go("yield")
        return effects

    # -- time -----------------------------------------------------------------------------------

    def _tick(self, beat: float) -> list[Effect]:
        effects: list[Effect] = []
        before, self._now = self._now, beat
        bar = self.meter.bar_beats
        if self._waiting and math.floor(before / bar) != math.floor(beat / bar):
            effects.append(Load(self._waiting))
            self._waiting = None
        if self.state == "listening":
            effects += self._feed(self._capture.ready(beat, self._voice()))
            end = phrase_end(self._capture, beat, bar, self.settings)
            if end is not None:
                effects += self._phrase_over(end)
        elif self.answer is not None:
            effects += self._answer_goes_on(beat)
        return effects

    def _phrase_over(self, end: float) -> list[Effect]:
        """Close the phrase at beat `end`; ask for an answer if it deserves one."""
        capture = self._capture
        effects = self._feed(capture.finish(max(end, capture.last_release), self._voice()))
        self._capture = capture.renewed()
        if not long_enough(capture, end, self.settings) or not self._playing:
            self._phrase = []
            self._go("too short")
            return effects
        assert capture.first is not None
        self.key, self._feel = detect_key(self._phrase), learn(self._phrase)
        meter, settings = self.meter, self.settings
        start = answer_start(self._now, end, self._bpm, meter, settings.quant)
        bars = answer_bars(capture.first, end, meter, settings.response_bars)
        self._take += 1
        self.answer = Answer(self._take, start, start + bars * meter.bar_beats, bars)
        self._go("phrase over")
        return [*effects, self._ask(start)]

    def _ask(self, start: float | None) -> Ask:
        assert self.answer is not None
        seed = self.settings.seed
        return Ask(
            take=self.answer.take,
            end=self.answer.end_tick,
            limits=limits_of(self.settings, self._phrase, self.key, start, bpm=self._bpm),
            seed=None if seed < 0 else seed + self.answer.take - self._seeded,
        )

    def _answer_goes_on(self, beat: float) -> list[Effect]:
        """Begin, extend or end the answer as time passes."""
        answer = self.answer
        assert answer is not None
        if self.state == "thinking" and answer.notes and beat >= answer.start:
            self._go("answer begins")
        bar = self.meter.bar_beats
        if self.settings.mode == "infinite" and answer.drained:
            if answer.end - beat < EXTEND_BARS * bar:
                answer.end += answer.bars * bar
                answer.drained = False
                return [self._ask(None)]
        elif beat >= answer.end:
            effects = self._keep(answer.end)
            self._go("answer over")
            return effects
        return []

    def _keep(self, end: float) -> list[Effect]:
        """Hand the take over and forget phrase and answer; notes from `end` on never sounded."""
        answer, phrase = self.answer, self._phrase
        self.answer, self._phrase = None, []
        if answer is None or not phrase:
            return []
        meter = self.meter
        sounded = note_rows(answer.notes, end)
        return [
            TakeDone(answer.take, meter.beats, meter.unit, self._bpm, note_rows(phrase), sounded)
        ]

    # -- the model ------------------------------------------------------------------------------

    def _drawn(self, take: int, note: Note) -> list[Effect]:
        answer = self.answer
        if answer is None or take != answer.take:
            return []  # an answer that was given up
        before = answer.notes[-1] if answer.notes else None
        window = (answer.start * TICKS_PER_BEAT, answer.end_tick)
        given = self._feel.given(note, self.settings.feel, before, window)
        answer.notes.append(given)
        return [cue(given, take, answer.end_tick, self.settings)]

    def _drained(self, take: int) -> list[Effect]:
        if self.answer is not None and take == self.answer.take:
            self.answer.drained = True
        return []

    def _end_answer(self, beat: float) -> list[Effect]:
        """Give the answer up at `beat`: cancel, let the model forget what was not heard, keep."""
        answer = self.answer
        if answer is None:
            return []
        line = 4 / self.meter.unit
        by = min((math.floor(beat / line) + 1) * line, beat + 1.0)
        effects: list[Effect] = [
            Cancel(answer.take, by),
            Cut(answer.take, math.ceil(beat * TICKS_PER_BEAT)),
        ]
        answer.notes = [n for n in answer.notes if n.onset + n.offset < beat * TICKS_PER_BEAT]
        return effects + self._keep(by)

    # -- clock, parameters, actions -------------------------------------------------------------

    def _pulse(self, event: Pulse) -> list[Effect]:
        self._bpm = event.bpm
        stopped = self._playing and not event.playing
        self._playing = event.playing
        if not stopped and not event.jump:
            return []
        effects = self._end_answer(self._now)
        self._capture, self._phrase = self._capture.renewed(), []
        self._now = event.beat
        if self.state != "idle":
            self.state = "armed"
        return effects

    def _turned(self, name: str, value: object) -> list[Effect]:
        self.settings = change(self.settings, name, value)
        if name == "seed":
            self._seeded = self._take + 1
        if name == "model":
            self._waiting = self.settings.model
        return []

    def _action(self, name: str) -> list[Effect]:
        effects: list[Effect] = []
        match name:
            case "trigger" if self.state == "listening" and self._capture.first is not None:
                effects = self._phrase_over(max(self._now, self._capture.last_release))
            case "start":
                self._go("start")
            case "stop" | "panic":
                effects = self._end_answer(self._now)
                self._capture, self._phrase = self._capture.renewed(), []
                if name == "stop":
                    self._go("stop")
                elif self.state != "idle":
                    self.state = "armed"
            case "reset":
                effects = [*self._end_answer(self._now), Forget()]
                self._seeded = self._take + 1
                self._capture, self._phrase = self._capture.renewed(), []
                if self.state != "idle":
                    self.state = "armed"
        return effects

    def _tell(self) -> list[Effect]:
        """Report what changed since the last report; the engine adds the model's side."""
        answered = len(self.answer.notes) if self.answer else 0
        heard = len(self._phrase) if self.answer else self._capture.count
        news = (self.state, self._take, heard, answered, self.key)
        if news == self._told:
            return []
        self._told = news
        return [Status(self.state, self._take, heard, answered, self.key, "", "", 0.0)]


def with_model(status: Status, model: str, provider: str, step_ms: float) -> Status:
    """Return a report with the model's side filled in."""
    return replace(status, model=model, provider=provider, step_ms=step_ms)
