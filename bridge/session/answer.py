"""An answer in the making: which take, from where to where, what is drawn and what is promised.

It is planned ahead by the horizon and frozen within the commit: what is nearer than that will be
heard as it is, what is farther off can be drawn anew. Conventions: positions in beats on the
song's timeline, a note's place in ticks is its onset and its offset together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from bridge.core.events import Cancel, Play, Retract
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.params import Settings
from bridge.core.voices import answering_voice
from bridge.core.wishes import WISH_NAMES
from bridge.listen.detect import is_line
from bridge.listen.feel import Feel
from bridge.respond.candidates import Taste
from bridge.respond.fallback import varied
from bridge.respond.frame import Scene, limits_of, wishes_of
from bridge.respond.limits import Limits
from bridge.respond.manner import Manners
from bridge.schedule.place import cue
from bridge.session.events import Ask, Choose, Cut, Drop, Effect, Feed, Reach, Redraw

#: Parameters that shape an answer: where one is turned, what is not promised yet is drawn anew.
SHAPING = (
    "temperature", "top_p", "top_k", "memory", "key", "texture", "range_low", "range_high",
    "voice_player", "voice_answer", "feel", "velocity_scale", "channel_out", *WISH_NAMES,
)  # fmt: skip
STEADY = 0.02  # a tempo that is off by less, as a share, is the same: clocks tremble
GRACE = 0.05  # seconds after which a model that has given nothing is late
ON_THEIR_WAY = 64  # drawings of which a note may still arrive
LOOK = 0.125  # beats at least between two looks at the time, so that no line is seen too late
CHOICE = 0.25  # beats before an answer begins by which one of those tried is chosen

Shape = tuple[object, ...]


def shape_of(settings: Settings, bpm: float) -> Shape:
    """Return all that an answer's notes depend on besides what was played."""
    return (*(getattr(settings, name) for name in SHAPING), wishes_of(settings, bpm)["pace"])


def place(note: Note) -> float:
    """Return the tick at which a note is heard."""
    return note.onset + note.offset


@dataclass(slots=True, kw_only=True)
class Answer:
    """One take."""

    take: int
    over: float  # where the phrase ends: by bars it is closed a little earlier
    start: float
    end: float
    bars: int
    bar: int  # ticks
    bpm: float
    phrase: tuple[Note, ...]
    rest: tuple[Note, ...]  # the end of the phrase, heard together with the question
    key: str
    feel: Feel
    shape: Shape
    seed: int | None = None
    manners: Manners | None = None  # of styles
    plan: int = 0  # the drawing in force
    asked: int = 0  # the drawing that was asked for last, from `begun` on
    notes: list[Note] = field(default_factory=list)
    filled: list[Note] = field(default_factory=list)  # given to the model by a fallback
    begun: float = field(init=False)  # where the model's own notes begin: after a fallback, later
    tried: int = 0  # answers of which this one was chosen; 0 while it is open
    drawn: bool = False  # whether the model has given a note
    reach: int = 0  # the tick up to which notes are asked for
    redrawn: list[tuple[int, int]] = field(default_factory=list)  # (plan, from which tick on)

    def __post_init__(self) -> None:
        self.begun = self.start

    @property
    def end_tick(self) -> int:
        """The tick by which all its notes are over."""
        return round(self.end * TICKS_PER_BEAT)

    def is_like(self, other: Answer) -> bool:
        """Tell whether both answer the same phrase in the same frame, so that their notes agree."""
        return (self.phrase, self.rest, self.start, self.end, self.shape, self.seed) == (
            other.phrase, other.rest, other.start, other.end, other.shape, other.seed
        )  # fmt: skip

    # -- asking ---------------------------------------------------------------------------------

    def ask(self, settings: Settings) -> Ask:
        """Return the question, from where the model's own notes begin."""
        many = settings.candidates > 1
        self.reach = self.end_tick if many else self._ready(settings, self.begun)
        self.tried = 0 if many else 1
        self.asked = self.plan
        return Ask(
            take=self.take,
            plan=self.plan,
            end=self.end_tick,
            reach=self.reach,
            limits=self._limits(settings, round(self.begun * TICKS_PER_BEAT), exact=True),
            seed=self.seed,
            taste=Taste(settings.candidates, self.phrase, self.key, self.bar),
        )

    def _limits(self, settings: Settings, earliest: int, *, exact: bool) -> Limits:
        scene = Scene(
            phrase=self.phrase,
            key=self.key,
            line=is_line(self.phrase),
            bpm=self.bpm,
            voices={answering_voice(settings.voice_player, settings.voice_answer)},
            manners=self.manners,
        )
        return limits_of(settings, scene, earliest, exact=exact)

    def _ready(self, settings: Settings, beat: float) -> int:
        """Return the tick up to which all is to be known at a beat: the horizon, by whole beats."""
        ahead = math.ceil(max(beat, self.begun) + settings.horizon)
        return min(ahead * TICKS_PER_BEAT, self.end_tick)

    def go_on(self, settings: Settings, beat: float) -> list[Effect]:
        """Choose, draw on and lengthen an endless answer as time passes."""
        effects: list[Effect] = []
        if not self.tried and beat >= self.begun - CHOICE:
            effects.append(self._choose())
        end = self.end_tick
        if settings.mode == "infinite":
            length = self.bars * self.bar / TICKS_PER_BEAT
            while self.end - beat < max(settings.horizon, self.bar / TICKS_PER_BEAT):
                self.end += length
        reach = self._ready(settings, beat)
        if reach > self.reach or self.end_tick > end:
            self.reach = max(reach, self.reach)
            effects.append(Reach(self.take, self.reach, self.end_tick))
        return effects

    def _choose(self) -> Choose:
        self.tried = 1  # until the model says how many there were
        return Choose(self.take)

    # -- drawing --------------------------------------------------------------------------------

    def expects(self, take: int, plan: int, tick: float = -math.inf) -> bool:
        """Tell whether what is drawn at a tick by a plan counts."""
        newer = (since for number, since in self.redrawn if number > plan)
        return take == self.take and plan >= self.asked and all(tick < since for since in newer)

    def give(self, note: Note, settings: Settings) -> bool:
        """Take in a note, with the player's feel; False for a key that is struck there already."""
        self.drawn = True
        together = takewhile(lambda other: other.onset == note.onset, reversed(self.notes))
        if any((other.voice, other.pitch) == (note.voice, note.pitch) for other in together):
            return False
        before = self.notes[-1] if self.notes else None
        window = (self.start * TICKS_PER_BEAT, self.end_tick)
        self.notes.append(self.feel.given(note, settings.feel, before, window))
        return True

    def cues(self, settings: Settings, notes: Sequence[Note]) -> list[Play]:
        """Return some of the notes as they are sent."""
        return [cue(note, self.take, self.end_tick, settings) for note in notes]

    def is_late(self, bpm: float, beat: float) -> bool:
        """Tell whether nothing is there of what should sound by now."""
        return not self.drawn and self.begun + GRACE * bpm / 60 <= beat < self.end

    def fall_back(self, settings: Settings, plan: int) -> list[Effect]:
        """Fill a bar with the phrase, varied; the model is asked for what comes after."""
        self.plan = plan
        begin = round(self.begun * TICKS_PER_BEAT)
        window = (begin, min((begin // self.bar + 1) * self.bar, self.end_tick))
        limits = self._limits(settings, begin, exact=True)
        notes = varied(self.phrase, limits, key=self.key, bar=self.bar, window=window)
        given = [note for note in notes if self.give(note, settings)]
        self.drawn = False
        plays = self.cues(settings, self.notes[len(self.notes) - len(given) :])
        self.begun = window[1] / TICKS_PER_BEAT
        self.filled += given
        fed = Feed(tuple(given), self.bar, counted=False)
        return [Drop(self.take, 0), *plays, fed, self.ask(settings)]

    def give_up(self, beat: float, by: float) -> list[Effect]:
        """End it at a beat; what sounds then is over `by` another."""
        self.notes = [note for note in self.notes if place(note) < beat * TICKS_PER_BEAT]
        tick = math.ceil(beat * TICKS_PER_BEAT)
        unheard = sum(note.onset >= tick for note in self.filled)
        # What the model drew comes after all that it was given for what it did not.
        cut = Drop(self.take, unheard) if unheard else Cut(self.take, tick)
        return [Cancel(self.take, by), cut]

    # -- drawing anew ---------------------------------------------------------------------------

    def is_stale(self, settings: Settings, bpm: float) -> bool:
        """Tell whether it was drawn under other parameters, or at another tempo."""
        return shape_of(settings, self._tempo(bpm)) != self.shape

    def _tempo(self, bpm: float) -> float:
        return bpm if abs(bpm / self.bpm - 1) > STEADY else self.bpm

    def redraw(self, settings: Settings, bpm: float, beat: float, plan: int) -> list[Effect]:
        """Have all that is not promised drawn anew; `plan` is the new drawing's number."""
        self.bpm, self.plan = self._tempo(bpm), plan
        self.shape = shape_of(settings, self.bpm)
        since = max(math.ceil(promised(settings, self.bpm, beat) * TICKS_PER_BEAT), 0)
        if not self.drawn or since <= round(self.begun * TICKS_PER_BEAT):
            return self._ask_again(settings)
        kept = [note for note in self.notes if place(note) < since]
        gone = self.notes[len(kept) :]
        if kept:
            since = max(since, kept[-1].onset + 1)
        tick = min(since, gone[0].onset) if gone else since
        self.redrawn = [*self.redrawn[1 - ON_THEIR_WAY :], (plan, tick)]
        self.notes = kept
        effects = self._retract(gone)
        if not self.tried:
            effects.append(self._choose())
        limits = self._limits(settings, since, exact=False)
        return [*effects, Redraw(self.take, plan, tick, limits)]

    def _ask_again(self, settings: Settings) -> list[Effect]:
        """Forget all that the model drew and ask it anew: nothing is promised or drawn yet."""
        begin = round(self.begun * TICKS_PER_BEAT)
        gone = [note for note in self.notes if note.onset >= begin]
        self.notes = self.notes[: len(self.notes) - len(gone)]
        self.drawn = False
        return [*self._retract(gone), Drop(self.take, 0), self.ask(settings)]

    def _retract(self, gone: Sequence[Note]) -> list[Effect]:
        return [Retract(self.take, place(gone[0]) / TICKS_PER_BEAT)] if gone else []


def promised(settings: Settings, bpm: float, beat: float) -> float:
    """Return the beat before which notes are played as they are: what is sent cannot be undone."""
    early = max(settings.latency_offset, 0.0) / 1000 * bpm / 60
    return beat + early + min(settings.commit, settings.horizon)
