"""Note and chord strings: what sounds at an onset as one word, and back into pitches.

A string is one of 128 single notes ("C4"), or a set of pitch classes in normal order ("0.4.7"): its
octaves and doublings are lost. A set of one pitch class ("0") is that note in several octaves. The
alphabet is fixed and closed under transposition, so nothing is counted in any music: all sets of up
to LARGEST classes. In the training music 99.2 % of the onsets fit; others are split into several
strings, the later ones after a delay of 0.

An event is a delay (a shift of 0..192 ticks, as in `bridge.respond.steps`) and a string, a token
each; START opens a context.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bridge.respond.tokens.paths import Tree
from bridge.respond.tokens.spelling import PITCHES, SHIFTS

LARGEST = 4  # pitch classes of one string
CLASSES = 12
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")

Pitches = NDArray[np.bool_]  # (128,)

SETS = tuple(
    classes for size in range(1, LARGEST + 1) for classes in combinations(range(CLASSES), size)
)
STRINGS = PITCHES + len(SETS)
_STRING_OF = {classes: PITCHES + row for row, classes in enumerate(SETS)}

#: How many pitches of each class a set needs, (sets, 12).
_NEEDED = np.array([[(c in s) * (2 if len(s) == 1 else 1) for c in range(CLASSES)] for s in SETS])


class Said(NamedTuple):
    """One string, and the pitches of an onset that it stands for."""

    string: int
    pitches: tuple[int, ...]


def normal_order(classes: Collection[int]) -> tuple[int, ...]:
    """Return pitch classes from the one above which the others lie closest."""
    rising = sorted(classes)
    turns = [(*rising[n:], *rising[:n]) for n in range(len(rising))]

    def spread(turn: tuple[int, ...]) -> tuple[int, ...]:
        """Return how far up each note lies, the outermost first; then the lowest class decides."""
        inner = [(c - turn[0]) % CLASSES for c in turn]
        return inner[-1], *inner, turn[0]

    return min(turns, key=spread)


def name_of(string: int) -> str:
    """Return a string as it is written: "C4" or "0.4.7"."""
    if string < PITCHES:
        return f"{NAMES[string % CLASSES]}{string // CLASSES - 1}"
    return ".".join(map(str, normal_order(SETS[string - PITCHES])))


def strings_of(pitches: Collection[int]) -> list[Said]:
    """Return the strings of one onset: one, unless it has more than LARGEST pitch classes.

    Classes go to the first string in the order of their lowest pitches.
    """
    rising = sorted(set(pitches))
    classes = list(dict.fromkeys(pitch % CLASSES for pitch in rising))
    said = []
    for first in range(0, len(classes), LARGEST):
        chosen = classes[first : first + LARGEST]
        members = tuple(pitch for pitch in rising if pitch % CLASSES in chosen)
        alone = len(members) == 1
        said.append(Said(members[0] if alone else _STRING_OF[tuple(sorted(chosen))], members))
    return said


def playable(allowed: Pitches) -> NDArray[np.bool_]:
    """Return which strings (STRINGS,) can be played with the allowed pitches."""
    found = np.bincount(np.flatnonzero(allowed) % CLASSES, minlength=CLASSES)
    return np.concatenate([allowed, (found >= _NEEDED).all(axis=1)])


def leaning(pitches: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how much each string (STRINGS,) is leaned to when pitches (128,) are, in logits.

    A set may stand in any octave: each of its classes leans as its best pitch does. What is held
    back adds up, what is favoured is averaged: else sets would be favoured for their size.
    """
    best = np.array([pitches[c::CLASSES].max() for c in range(CLASSES)], np.float64)
    needed = _NEEDED.astype(bool)
    favoured = needed @ np.maximum(best, 0) / np.maximum(needed.sum(axis=1), 1)
    return np.concatenate([pitches.astype(np.float64), needed @ np.minimum(best, 0) + favoured])


def voiced(string: int, allowed: Pitches, near: Sequence[float]) -> list[int]:
    """Return the rising pitches of a playable string, each as close as can be to one of `near`."""
    if string < PITCHES:
        return [string]

    def apart(pitch: int) -> float:
        return min(abs(pitch - other) for other in near)

    classes = SETS[string - PITCHES]
    choices = [[p for p in range(c, PITCHES, CLASSES) if allowed[p]] for c in classes]
    if len(classes) == 1:
        return [*min(pairwise(choices[0]), key=lambda pair: apart(pair[0]))]
    return sorted(min(octaves, key=apart) for octaves in choices)


class ChordAlphabet:
    """The tokens: delays, strings, and START."""

    string_token = SHIFTS  # the token of string 0; those of the delays come before
    start = SHIFTS + STRINGS
    size = SHIFTS + STRINGS + 1
    fingerprint = hashlib.sha256(
        repr(("chords", SHIFTS, PITCHES, LARGEST, CLASSES)).encode()
    ).hexdigest()[:16]

    @cached_property
    def delays(self) -> Tree:
        """The delays, a token each."""
        return Tree([(delay,) for delay in range(SHIFTS)])

    @cached_property
    def strings(self) -> Tree:
        """The strings, a token each."""
        return Tree([(self.string_token + string,) for string in range(STRINGS)])


CHORDS = ChordAlphabet()
