"""The jam: a pure machine. Events in, effects out; no clock, port, thread or dice of its own.

Conventions: beats are quarter notes on the song's timeline with bar lines at multiples of the bar
from beat 0; ticks are 1/24 beat.
"""

from __future__ import annotations

import math

from bridge.core.events import Action, Heard, Pulse, Status, TakeDone, Turned, note_rows
from bridge.core.midi import is_note_off, is_note_on, is_sustain
from bridge.core.music import Meter, Note
from bridge.core.params import Settings, change
from bridge.respond.manner import Manners
from bridge.schedule.place import LEAD, passes_line
from bridge.session.answer import LOOK, Answer, promised
from bridge.session.call import Call
from bridge.session.events import (
    Chosen,
    Cut,
    Drawn,
    Drop,
    Effect,
    Event,
    Feed,
    Forget,
    Load,
    Now,
)
from bridge.session.states import Happening, State, follow


class Session:
    """Owns the phrase, the answer and the state; `handle` is the only way in."""

    def __init__(self, settings: Settings, take: int = 0, manners: Manners | None = None) -> None:
        """Begin armed; takes are numbered from `take` + 1, styles told by their `manners`."""
        self.settings = settings
        self.state: State = "armed"
        self.answer: Answer | None = None
        self.key = ""
        self._call = Call()
        self._manners = manners
        self._guess: Answer | None = None  # drawn while listening, should the phrase be over
        self._take = take
        self._seeded = 1  # the take that is drawn with the seed itself; each later one adds 1
        self._plan = 0  # drawings so far
        self._fallbacks = 0
        self._bpm = settings.clock_bpm
        self._playing = False
        self._now = 0.0
        self._drawing = 0.0  # beats until the first notes of an answer are drawn, if asked for now
        self._waiting: str | None = None  # model to load at the next bar line
        self._told: tuple[object, ...] = ()

    @property
    def meter(self) -> Meter:
        """The time signature in force."""
        return self.settings.meter

    def handle(self, event: Event) -> list[Effect]:
        """Take in one event; return what is to be done, in order."""
        match event:
            case Heard():
                effects = self._heard(event)
            case Now(beat, lead):
                self._drawing = max(lead - LEAD, 0.0) * self._bpm / 60
                effects = self._tick(beat)
            case Drawn():
                effects = self._drawn(event)
            case Chosen(take, tried, plan):
                effects = self._chosen(take, tried, plan)
            case Pulse():
                effects = self._pulse(event)
            case Turned(name, value):
                effects = self._turned(name, value)
            case Action(name):
                effects = self._action(name)
        return effects + self._tell()

    def _go(self, happening: Happening) -> None:
        self.state = follow(self.state, happening)

    # -- the player -----------------------------------------------------------------------------

    def _heard(self, event: Heard) -> list[Effect]:
        message = bytes((event.status, event.data1, event.data2))
        answering = self.state in ("thinking", "responding")
        if self.answer is not None and is_note_on(message) and event.beat < self.answer.over:
            self.answer.phrase += self._call.late(event, self.answer.over, self.settings)
            return []
        # Without a song there is no bar line to answer on.
        deaf = self.state == "idle" or not self._playing
        deaf |= answering and (not is_note_on(message) or self.settings.yields == "ignore")
        if deaf:
            if not is_note_on(message):
                self._call.hear(event, self.settings)  # a pedal must not stick
            return []
        effects: list[Effect] = []
        if answering:  # the player came in: no new notes, and silence by the next beat line
            effects += self._end_answer(event.beat)
            self._go("yield")
        elif is_note_on(message) or is_note_off(message) or is_sustain(message):
            effects += self._drop_guess()
        if self._call.hear(event, self.settings) and self.state == "armed":
            self._go("note")
        return effects + self._feed(self._call.ready(event.beat, self.settings))

    def _feed(self, notes: list[Note]) -> list[Effect]:
        if not notes:
            return []
        return [*self._drop_guess(), Feed(tuple(notes), self.meter.bar_ticks)]

    # -- time -----------------------------------------------------------------------------------

    def _tick(self, beat: float) -> list[Effect]:
        effects: list[Effect] = []
        before, self._now = self._now, beat
        # Where an answer is not promised yet, a model that takes over is heard from the line on.
        ahead = promised(self.settings, self._bpm, LOOK) if self.answer is not None else 0.0
        bar = self.meter.bar_beats
        lines = (passes_line(before + far, beat + far, bar) for far in (0.0, ahead))
        if self._waiting and any(lines):
            effects += [*self._drop_guess(), Load(self._waiting)]
            self._waiting = None
            if self.answer is not None:
                self.answer.shape = ()  # stale: what is not promised is drawn anew
        if self.state == "listening":
            effects += self._feed(self._call.ready(beat, self.settings))
            end = self._call.end(beat, self._bpm, self.settings)
            if end is not None:
                effects += self._phrase_over(end)
            elif self._guess is None:
                effects += self._guess_answer(beat)
        elif self.answer is not None:
            effects += self._answer_goes_on(beat)
        return effects

    def _foresee(self, end: float, drawn: float) -> Answer | None:
        """Return the answer to the phrase if it ended at `end`, whose first notes are `drawn`."""
        if not self._playing:
            return None
        take, seed = self._take + 1, self.settings.seed
        answer = self._call.answer(self.settings, self._bpm, end=end, drawn=drawn, take=take)
        if answer is None:
            return None
        answer.manners = self._manners
        if seed >= 0:
            answer.seed = seed + take - self._seeded
        return answer

    def _guess_answer(self, beat: float) -> list[Effect]:
        """Where the phrase may well be over, have its answer drawn already."""
        likely = self._call.likely_end(beat, self._bpm, self.settings)
        if likely is not None:
            self._guess = self._foresee(likely[0], max(likely[1], beat + self._drawing))
        return self._ask(self._guess) if self._guess else []

    def _ask(self, answer: Answer) -> list[Effect]:
        """Let the model hear the end of the phrase and draw its answer."""
        self._plan += 1
        answer.plan = self._plan
        heard = [Feed(answer.rest, answer.bar)] if answer.rest else []
        return [*heard, answer.ask(self.settings)]

    def _drop_guess(self) -> list[Effect]:
        """The phrase goes on: let the model forget what it drew too soon."""
        guess, self._guess = self._guess, None
        return [] if guess is None else [Drop(guess.take, len(guess.rest))]

    def _phrase_over(self, end: float) -> list[Effect]:
        """Close the phrase at beat `end`; ask for an answer if it deserves one."""
        there = self._guess is not None and self._guess.drawn
        answer = self._foresee(end, self._now + (0.0 if there else self._drawing))
        if answer is None:
            effects = [*self._drop_guess(), *self._feed(self._call.close(end, self.settings))]
            self._call = self._call.renewed()
            self._go("too short")
            return effects
        if self._guess is not None and self._guess.is_like(answer):
            answer, self._guess = self._guess, None
            effects = [*answer.cues(self.settings, answer.notes)]
        else:
            effects = [*self._drop_guess(), *self._ask(answer)]
        self._call = self._call.renewed()
        self.answer, self.key, self._take = answer, answer.key, answer.take
        self._go("phrase over")
        return effects

    def _answer_goes_on(self, beat: float) -> list[Effect]:
        """Begin, redraw, draw on or end the answer as time passes."""
        answer = self.answer
        assert answer is not None
        if self.state == "thinking" and answer.notes and beat >= answer.start:
            self._go("answer begins")
        effects: list[Effect] = []
        if answer.is_stale(self.settings, self._bpm):
            self._plan += 1
            effects += answer.redraw(self.settings, self._bpm, beat, self._plan)
        elif answer.is_late(self._bpm, beat):
            self._plan += 1
            self._fallbacks += 1
            effects += answer.fall_back(self.settings, self._plan)
        effects += answer.go_on(self.settings, beat)
        if beat >= answer.end:
            # A slow model may still be at it, and must not go on into the next phrase.
            effects += [Cut(answer.take, answer.end_tick), *self._keep(answer.end)]
            self._go("answer over")
        return effects

    def _keep(self, end: float) -> list[Effect]:
        """Hand the take over and forget the answer; its notes from `end` on never sounded."""
        answer, self.answer = self.answer, None
        assert answer is not None
        rows = note_rows(answer.phrase), note_rows(answer.notes, end)
        return [TakeDone(answer.take, self.meter.beats, self.meter.unit, self._bpm, *rows)]

    # -- the model ------------------------------------------------------------------------------

    def _drawn(self, event: Drawn) -> list[Effect]:
        answer = self.answer or self._guess
        if answer is None or not answer.expects(event.take, event.plan, event.note.onset):
            return []  # an answer that was given up, or a part of one
        if not answer.give(event.note, self.settings) or answer is self._guess:
            return []
        return [*answer.cues(self.settings, answer.notes[-1:])]

    def _chosen(self, take: int, tried: int, plan: int) -> list[Effect]:
        answer = self.answer or self._guess
        if answer is not None and answer.expects(take, plan):
            answer.tried = tried
        return []

    def _end_answer(self, beat: float) -> list[Effect]:
        """Give the answer up at `beat`: cancel, let the model forget what was not heard, keep."""
        answer = self.answer
        if answer is None:
            return self._drop_guess()
        line = 4 / self.meter.unit
        by = min((math.floor(beat / line) + 1) * line, beat + 1.0)
        return [*answer.give_up(beat, by), *self._keep(by)]

    # -- clock, parameters, actions -------------------------------------------------------------

    def _pulse(self, event: Pulse) -> list[Effect]:
        begun = self._call.moved(event.beat, self._now, self._bpm)
        self._bpm = event.bpm
        stopped = self._playing and not event.playing
        self._playing = event.playing
        if not stopped and not event.jump:
            return []
        effects = self._rest(begun if self._playing else None)
        self._now = event.beat
        return effects

    def _rest(self, begun: Call | None = None) -> list[Effect]:
        """End all that goes on and wait for the player, or hear on what was `begun`."""
        effects = self._end_answer(self._now)
        self._call = begun or self._call.renewed()
        if self.state != "idle":
            self.state = "listening" if self._call.count else "armed"
        return effects

    def _turned(self, name: str, value: object) -> list[Effect]:
        self.settings = change(self.settings, name, value)
        if name == "seed":
            self._seeded = self._take + 1
        if name == "model":
            self._waiting = self.settings.model
        return []

    def _action(self, name: str) -> list[Effect]:
        match name:
            case "trigger" if self.state == "listening" and self._call.count:
                return self._phrase_over(max(self._now, self._call.last_release))
            case "start":
                self._go("start")
            case "stop":
                effects = self._rest()
                self._go("stop")
                return effects
            case "panic":
                return self._rest()
            case "reset":
                self._seeded = self._take + 1
                return [*self._rest(), Forget()]
        return []

    def _tell(self) -> list[Effect]:
        """Report what changed since the last report; the engine adds the model's side."""
        answered = len(self.answer.notes) if self.answer else 0
        heard = len(self.answer.phrase) if self.answer else self._call.count
        tried = self.answer.tried if self.answer else 0
        news = (self.state, self._take, heard, answered, self.key)
        told = (*news, tried, self._fallbacks)
        if told == self._told:
            return []
        self._told = told
        return [Status(*news, "", "", 0.0, tried, self._fallbacks)]
