"""Everything that can continue a prime: the models as they play live, baselines and the truth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.params import Settings
from bridge.core.wishes import FREE
from bridge.evaluation.answers import MOST, answer_of, prime_table, truth_table
from bridge.evaluation.baselines import MixedPpm
from bridge.evaluation.items import Ints, Item
from bridge.evaluation.markov import walk
from bridge.evaluation.notes import END, SEAM
from bridge.evaluation.pedal import best_lag
from bridge.evaluation.ppm import PITCHES, SHIFTS, SHORT_ORDER, ShortMemory, symbols
from bridge.evaluation.scoring import Floats
from bridge.listen.detect import detect_key, is_line
from bridge.listen.feel import learn
from bridge.respond.candidates import Taste, best_answer
from bridge.respond.continuer import Continuer
from bridge.respond.frame import Scene, limits_of
from bridge.respond.manner import Manners
from bridge.respond.steps import (
    DURATION,
    DURATIONS,
    PITCH,
    SIZES,
    VELOCITY,
    VOICE,
    duration_class,
    velocity_class,
    velocity_of,
)

#: Nothing is asked for and no pitch forbidden; a prime has no tempo.
AS_HEARD = Settings(temperature=1.0, range_low=0, range_high=127, pace=FREE)


@dataclass(frozen=True, slots=True)
class Live:
    """A model as it answers live, in the voices of the prime unless they are named."""

    model: Continuer
    settings: Settings = AS_HEARD
    voices: Collection[int] | None = None  # that may play, instead of the prime's
    wanted: Collection[int] | None = None  # that are asked for, instead of those that may
    manners: Manners | None = None  # of styles

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:
        """Hear the prime and answer; where the answer begins on a bar line, so does its music."""
        prime, bar = prime_table(item), int(item.steps.bar[0])
        heard = notes_of(prime)
        voices = self.voices or {note.voice for note in heard}
        scene = Scene(
            phrase=heard, key=detect_key(heard), line=is_line(heard), bpm=self.settings.clock_bpm,
            voices=voices, wanted=self.wanted, manners=self.manners,
        )  # fmt: skip
        limits = limits_of(self.settings, scene, SEAM, exact=SEAM % bar == 0)
        self.model.forget()
        self.model.feed(heard, bar)
        feel, before, played = learn(heard), None, []
        taste = Taste(self.settings.candidates, tuple(heard), scene.key, bar)
        number = int(rng.integers(2**31))
        for note in best_answer(self.model, limits, END, seed=number, taste=taste):
            before = feel.given(note, self.settings.feel, before, (SEAM, END))
            played.append(_row(before))
        return answer_of(item, np.array(played, np.int64).reshape(-1, 5))


def notes_of(table: Ints) -> list[Note]:
    """Return rows (N, 5) of onset, voice, pitch and classes of duration and velocity as notes."""
    return [
        Note(onset, voice, pitch, DURATIONS[duration], velocity_of(velocity))
        for onset, voice, pitch, duration, velocity in table.tolist()
    ]


def _row(note: Note) -> tuple[int, ...]:
    duration, velocity = duration_class(note.duration), velocity_class(note.velocity)
    return note.onset, note.voice, note.pitch, duration, velocity


@dataclass(frozen=True, slots=True)
class Pedal:
    """The end of the prime again and again; the loop that repeats best unless `beats` is given."""

    name: str
    beats: int | None = None

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:  # noqa: ARG002 - no chance here
        """Play the loop."""
        prime = prime_table(item)
        tick, sound = prime[:, 0], prime[:, VOICE] * PITCHES + prime[:, PITCH]
        length = (self.beats or best_lag(tick, sound)) * TICKS_PER_BEAT
        loop = prime[tick >= SEAM - length]
        played = np.tile(loop, (-(-(END - SEAM) // length), 1))
        played[:, 0] += length * (1 + np.arange(len(played)) // max(len(loop), 1))
        return answer_of(item, played)


@dataclass(frozen=True, slots=True)
class Markov:
    """A walk over the chords of the prime."""

    name: str = "Markov from the prime"

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:
        """Walk."""
        notes, tick = walk(item, rng)
        return answer_of(item, np.column_stack([tick, notes[:, 1:]]))


@dataclass(frozen=True, slots=True)
class PpmPlayer:
    """Notes drawn from what PPM foresees, in the voices of the prime.

    What it draws is context, but not counted: were it, the answer would soon repeat itself. It
    foresees neither durations nor velocities; they are those of the prime's last like note.
    """

    ppm: MixedPpm

    @property
    def name(self) -> str:
        """The name of its row of bits."""
        return self.ppm.name

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:
        """Draw shifts and sounds in turn."""
        notes = item.steps.notes[1 : item.begin]
        past = symbols(notes).tolist()
        heard = ShortMemory()
        for i, symbol in enumerate(past):
            heard.learn(tuple(past[max(i - SHORT_ORDER, 0) : i]), symbol)
        allowed = np.repeat(np.isin(np.arange(SIZES[VOICE]), notes[:, VOICE]), PITCHES)
        tick, played = int(item.steps.tick[item.begin - 1]), []
        for _ in range(MOST):
            shares = self._foresee(heard, past, 0)
            shares[: min(max(SEAM - tick, 0), SHIFTS - 1)] = 0
            shift = _choose(shares, rng)
            tick = max(tick + shift, SEAM)  # the longest shift means that or more
            if tick >= END:
                break
            past.append(shift)
            sound = _choose(self._foresee(heard, past, 1) * allowed, rng)
            past.append(SHIFTS + sound)
            voice, pitch = divmod(sound, PITCHES)
            like = notes[notes[:, VOICE] == voice]
            same = like[like[:, PITCH] == pitch]
            duration, velocity = (same if len(same) else like)[-1, [DURATION, VELOCITY]]
            played.append((tick, voice, pitch, duration, velocity))
        return answer_of(item, np.array(played, np.int64).reshape(-1, 5))

    def _foresee(self, heard: ShortMemory, past: list[int], kind: int) -> Floats:
        """Return the probability of every shift (`kind` 0) or sound (1) that may come next."""
        ppm = self.ppm
        short, long = ppm.short_orders[kind], ppm.long_orders[kind]
        prime = heard.spread(tuple(past[-short:]), kind)
        learnt = ppm.long.spread(tuple(past[-long:]), kind)
        return ppm.weights[kind] * prime + (1 - ppm.weights[kind]) * learnt


def _choose(shares: Floats, rng: np.random.Generator) -> int:
    return int(rng.choice(len(shares), p=shares / shares.sum()))


@dataclass(frozen=True, slots=True)
class Truth:
    """What really follows."""

    name: str = "truth"

    def draw(self, item: Item, rng: np.random.Generator) -> Ints:  # noqa: ARG002 - no chance here
        """Return the item's own continuation."""
        return answer_of(item, truth_table(item))
