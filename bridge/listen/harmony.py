"""The harmony of what sounds: a hidden Markov model of chords, filtered while the notes come.

A chord gives its notes often and others seldom, its bass mostly its root; between two looks it may
have given way to any other (the notes' side of Raphael and Stoddard, Functional Harmonic Analysis
Using Probabilistic Models, Computer Music Journal 28(3), 2004). What was heard is thereby forgotten
only as something else is heard: an arpeggio adds up, a passing note does not.

Conventions: times are beats that have gone by, of which only differences count; pitches 0..127;
belief is a share of 1 for each state, a root with a quality. The weights were fitted by
`bridge.evaluation.chords` on songs of a train split.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from bridge.core.chords import QUALITIES, Chord
from bridge.core.keys import pitch_classes

CHANGES = 1.2  # times in a beat that a chord may give way
AT_ONCE = 0.06  # the same at an onset, however quickly it comes
STRAY, IN_BLOCK = 0.28, 0.07  # share of notes that are not the chord's; of those struck together
BLOCK = 3  # pitch classes that begin together and are meant as a chord
WHOLE = 1.5  # logarithm: how much likelier a chord is that a lone block holds to the last note
AT_HOME = 4.0  # how much likelier than others notes of the key are to stray
STRANGE = 0.3  # how much rarer a chord is for each of its notes outside the key
STRUCK, HELD = 0.85, 0.4  # weight of a note that begins, and of a beat for which one sounds
HELD_BASS = 0.5  # the same of the bass, as the bass
FADING, BASS_FADING = 4.0, 2.0  # beats after which what is held weighs half
LOW, SPAN = 52, 1.0  # below this pitch the lowest is the bass; above, if none was lower so long
FIRST, TWO = 0.2, 0.4  # belief from which a first chord is told; where only two classes were heard
FIRM, CLEARLY = 0.4, 2.0  # the same for one that follows, or times the belief in the one before
STEP, BASS_HALF = 0.25, 2.0  # beats that a new bass counts at once; after which it counts half
FAVOUR = 3.0  # times longer than the root another bass must have been heard

#: How often a chord has its third, fifth or seventh as its bass, and any note that is not its own.
INVERTED = {0: 0.8, 3: 0.06, 4: 0.06, 7: 0.08}
RARE, FOREIGN = 0.03, 0.015

Row = Sequence[float]  # a logarithm for each state

STATES = tuple((root, quality) for quality in QUALITIES for root in range(12))
CLASSES = tuple(frozenset((root + s) % 12 for s in quality.steps) for root, quality in STATES)


@dataclass(frozen=True, slots=True)
class Sound:
    """A pitch that sounds until now, or did until a while ago; in beats gone by."""

    pitch: int
    since: float
    until: float


def _home(key: str) -> frozenset[int]:
    return pitch_classes(key) if key else frozenset(range(12))


@cache
def _chances(key: str, stray: float) -> tuple[Row, ...]:
    """Return for each pitch class how likely a state is to give it."""
    home = _home(key)

    def chance(c: int, classes: frozenset[int]) -> float:
        if c in classes:
            return (1 - stray) / len(classes)
        others = sum(AT_HOME if o in home else 1.0 for o in range(12) if o not in classes)
        return stray * (AT_HOME if c in home else 1.0) / others

    return tuple([math.log(chance(c, classes)) for classes in CLASSES] for c in range(12))


@cache
def _usual(key: str) -> Row:
    """Return how often each state is met in a key, as shares of 1."""
    home = _home(key)
    shares = [
        quality.share * STRANGE ** len(classes - home)
        for (_, quality), classes in zip(STATES, CLASSES, strict=True)
    ]
    return [share / sum(shares) for share in shares]


def _as_bass(c: int, root: int, classes: frozenset[int]) -> float:
    return INVERTED.get((c - root) % 12, RARE) if c in classes else FOREIGN


_BASSES = tuple(
    [math.log(_as_bass(c, root, held)) for (root, _), held in zip(STATES, CLASSES, strict=True)]
    for c in range(12)
)


class Harmony:
    """What is believed of the chord, and the one that is told."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, as if nothing had been heard."""
        self.chord: Chord | None = None
        self._belief = _usual("")
        self._told: int | None = None  # the state that is told
        self._bass = _Bass()
        self._heard: set[int] = set()  # pitch classes

    def hear(
        self, beat: float, past: float, struck: Collection[int], sounds: Sequence[Sound], key: str
    ) -> None:
        """Look at the last `past` beats: which pitches began, what sounded, in which key ("": any).

        `beat` is now; what ended before counts for as long as it sounded.
        """
        sounding = {sound.pitch for sound in sounds if sound.until >= beat}
        bass = self._bass.hear(beat, past, struck, sounding)
        rows = _held(sounds, beat, past, key) + _struck(struck, sounding, key)
        if bass is not None:
            since = max((s.since for s in sounds if s.pitch == bass), default=beat)
            held = HELD_BASS * min(past, 1.0) * 0.5 ** ((beat - since) / BASS_FADING)
            rows.append((_BASSES[bass % 12], STRUCK if bass in struck else held))
        self._change(past, key, onset=bool(struck))
        self._believe(rows)
        self._heard |= {pitch % 12 for pitch in struck}
        self._tell()

    def _change(self, past: float, key: str, *, onset: bool) -> None:
        stays = math.exp(-CHANGES * past) * (1 - AT_ONCE * onset)
        pairs = zip(self._belief, _usual(key), strict=True)
        self._belief = [stays * before + (1 - stays) * usual for before, usual in pairs]

    def _believe(self, rows: Sequence[tuple[Row, float]]) -> None:
        found = [
            belief * math.exp(sum(row[state] * weight for row, weight in rows))
            for state, belief in enumerate(self._belief)
        ]
        total = sum(found)
        self._belief = [belief / total for belief in found]

    def _tell(self) -> None:
        best = max(range(len(STATES)), key=self._belief.__getitem__)
        if self._belief[best] >= self._enough:
            if self._told is None or STATES[self._told][0] != STATES[best][0]:
                self._bass.begin_anew(STATES[best][0])
            self._told = best
        if self._told is not None:
            root, quality = STATES[self._told]
            self.chord = Chord(root, quality, self._bass.under(root))

    @property
    def _enough(self) -> float:
        if self._told is None:
            few = len(self._heard)
            return FIRST if few > 2 else TWO if few == 2 else math.inf
        return min(FIRM, CLEARLY * self._belief[self._told])


def _held(sounds: Sequence[Sound], beat: float, past: float, key: str) -> list[tuple[Row, float]]:
    """Return what speaks for each state of what sounded: a class counts once, in any octave."""
    weights: dict[int, float] = {}
    for sound in sounds:
        heard = min(sound.until - sound.since, max(sound.until - (beat - past), 0.0))
        weight = HELD * heard * 0.5 ** ((beat - sound.since) / FADING)
        weights[sound.pitch % 12] = min(weights.get(sound.pitch % 12, 0.0) + weight, 1.0)
    chances = _chances(key, STRAY)
    return [(chances[c], weight) for c, weight in weights.items()]


def _struck(
    struck: Collection[int], sounding: Collection[int], key: str
) -> list[tuple[Row, float]]:
    """Return what speaks for each state of what began: few of a block's notes are strays."""
    classes = {pitch % 12 for pitch in struck}
    if len(classes) < BLOCK:
        return [(_chances(key, STRAY)[c], STRUCK) for c in classes]
    rows = [(_chances(key, IN_BLOCK)[c], STRUCK) for c in classes]
    if {pitch % 12 for pitch in sounding} <= classes:
        above = classes - {min(struck) % 12}
        rows.append(([float(held in (classes, above)) for held in CLASSES], WHOLE))
    return rows


class _Bass:
    """The lowest note, and for how long each pitch class was that lately."""

    def __init__(self) -> None:
        self._lows: list[tuple[float, int]] = []  # (beat, lowest pitch) at the last looks
        self._weights = [0.0] * 12
        self._lowest: int | None = None  # what counts for the weights
        self._root: int | None = None  # of the chord told

    def hear(
        self, beat: float, past: float, struck: Collection[int], sounding: Collection[int]
    ) -> int | None:
        """Return the lowest pitch, unless a lower one has just ended and may be the bass still."""
        if self._lowest is not None:
            self._weights[self._lowest % 12] += min(past, 1.0)
        self._weights = [weight * 0.5 ** (past / BASS_HALF) for weight in self._weights]
        self._lows = [(since, pitch) for since, pitch in self._lows if beat - since < SPAN]
        self._lowest = None
        lowest = min((*struck, *sounding), default=None)
        if lowest is None:
            return None
        below = any(pitch < lowest for _, pitch in self._lows)
        self._lows.append((beat, lowest))
        if not below or (lowest < LOW and lowest % 12 == self._root):
            self._lowest = lowest
            self._weights[lowest % 12] += STEP * (lowest in struck)
        return None if below and lowest >= LOW else lowest

    def begin_anew(self, root: int) -> None:
        """Count for another root: it may have been the bass before it was told."""
        self._root = root
        kept, now = self._weights[root], self._lowest
        self._weights = [kept * (c == root) for c in range(12)]
        if now is not None:
            self._weights[now % 12] = max(self._weights[now % 12], STEP)

    def under(self, root: int) -> int:
        """Return the pitch class that is the bass of a chord: its root if in doubt."""
        most = max(range(12), key=self._weights.__getitem__)
        return most if self._weights[most] > FAVOUR * self._weights[root] else root
