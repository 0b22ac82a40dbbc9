"""Chords by name: which steps above its root each holds, and how it is written in a key.

Conventions: pitch classes are 0..11 with 0 as C, steps are semitones above the root. Shorthands
are those of Harte et al., Symbolic Representation of Musical Chords (ISMIR 2005), as in mir_eval.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.keys import TONICS


@dataclass(frozen=True, slots=True)
class Quality:
    """What a chord is besides its root: how it is written, and the steps it holds."""

    suffix: str
    shorthand: str
    steps: tuple[int, ...]
    share: float  # how often it is met, beside the others


QUALITIES = (
    Quality("", "maj", (0, 4, 7), 40),
    Quality("m", "min", (0, 3, 7), 28),
    Quality("7", "7", (0, 4, 7, 10), 8),
    Quality("m7", "min7", (0, 3, 7, 10), 8),
    Quality("maj7", "maj7", (0, 4, 7, 11), 4),
    Quality("sus4", "sus4", (0, 5, 7), 2),
    Quality("sus2", "sus2", (0, 2, 7), 2),
    Quality("7sus4", "sus4(b7)", (0, 5, 7, 10), 1),
    Quality("6", "maj6", (0, 4, 7, 9), 1),
    Quality("m6", "min6", (0, 3, 7, 9), 0.5),
    Quality("add9", "maj(9)", (0, 2, 4, 7), 1),
    Quality("9", "9", (0, 2, 4, 7, 10), 1),
    Quality("m9", "min9", (0, 2, 3, 7, 10), 0.5),
    Quality("maj9", "maj9", (0, 2, 4, 7, 11), 0.5),
    Quality("m7b5", "hdim7", (0, 3, 6, 10), 1),
    Quality("dim", "dim", (0, 3, 6), 1),
    Quality("dim7", "dim7", (0, 3, 6, 9), 0.5),
    Quality("aug", "aug", (0, 4, 8), 1),
    Quality("m(maj7)", "minmaj7", (0, 3, 7, 11), 0.3),
    Quality("5", "5", (0, 7), 1),
)


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord over its bass, which may be any pitch class."""

    root: int
    quality: Quality
    bass: int

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes it holds above its bass."""
        return frozenset((self.root + step) % 12 for step in self.quality.steps)


_LETTERS = "FCGDAEB"  # a fifth apart
_FIRST, _LAST = -8, 12  # Fb and B#, in fifths above C
_ABOVE = (0, 7, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)  # fifths from a root to each step above it


def symbol(chord: Chord, key: str = "") -> str:
    """Return a chord as musicians write it in a key ("F# minor"; C major if none): "F#m7/C#"."""
    root = _home(chord.root, _fifths(key) + 0.5)
    name = _spelled(root) + chord.quality.suffix
    if chord.bass == chord.root:
        return name
    return f"{name}/{_spelled(_bass(chord, root))}"


def _fifths(key: str) -> int:
    """Return how many fifths above C the tonic of a key lies."""
    if not key:
        return 0
    tonic, scale = key.split(" ")
    major = scale in {"major", "mixolydian", "pentatonic"}
    return _home(TONICS.index(tonic), 0.5 if major else 3.5)


def _home(pitch_class: int, centre: float) -> int:
    """Return where a pitch class stands in the line of fifths, within six of `centre`."""
    place = pitch_class * 7
    place -= 12 * round((place - centre) / 12)
    return place + 12 if place < _FIRST else place - 12 if place > _LAST else place


def _bass(chord: Chord, root: int) -> int:
    step = (chord.bass - chord.root) % 12
    diminished = step == 6 and 7 not in chord.quality.steps
    augmented = step == 8 and 8 in chord.quality.steps
    above = -6 if diminished else 8 if augmented else _ABOVE[step]
    return _home(chord.bass, root + above)


def _spelled(place: int) -> str:
    accidental, letter = divmod(place + 1, len(_LETTERS))
    return _LETTERS[letter] + ("#" * accidental if accidental > 0 else "b" * -accidental)
