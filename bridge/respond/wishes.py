"""Wishes as what a network takes in: one vector of zeros and ones; all zeros leave all free.

The vector has a place for each choice of each wish in the order of `bridge.core.wishes.WISHES`, and
then one for each voice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from bridge.core.voices import VOICES
from bridge.core.wishes import BY_NAME, FREE, WISHES

Vector = NDArray[np.float32]

#: Where the choices of each wish begin, and where the voices do.
BEGIN = {wish.name: sum(len(w.choices) for w in WISHES[:row]) for row, wish in enumerate(WISHES)}
VOICES_BEGIN = sum(len(wish.choices) for wish in WISHES)
WIDTH = VOICES_BEGIN + len(VOICES)


def place(name: str, choice: str) -> int:
    """Return the place in the vector of a choice."""
    return BEGIN[name] + BY_NAME[name].choices.index(choice)


def place_of_value(name: str, value: float) -> int:
    """Return the place of the choice that a measured value belongs to."""
    return place(name, BY_NAME[name].choice_of(value))


def vector(chosen: Mapping[str, str], voices: Collection[int] = ()) -> Vector:
    """Return the vector (WIDTH,) of some choices by wish, FREE for none, and of voices."""
    wanted = np.zeros(WIDTH, np.float32)
    for name, choice in chosen.items():
        if choice != FREE:
            wanted[place(name, choice)] = 1
    for voice in voices:
        wanted[VOICES_BEGIN + voice] = 1
    return wanted
