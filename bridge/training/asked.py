"""What a stretch of music could have been asked for: its wishes, measured, and left free by chance.

In a row of training, what is asked for changes every so many notes and is measured on just these,
so that a network learns that a wish is about the notes to come: of the next hundreds of notes the
past tells nearly as much, and a network that was taught so hardly obeyed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.core.keys import PROFILES
from bridge.core.music import TICKS_PER_BEAT
from bridge.core.voices import DRUMS
from bridge.core.wishes import WISH_NAMES
from bridge.respond.wishes import BEGIN, VOICES_BEGIN, WIDTH, Vector, place_of_value
from bridge.training.corpus import Columns

FEWEST = 8  # notes on which anything is measured
ALL_FREE = 0.25  # chance that nothing is asked for
FREE = 0.4  # chance of each wish, else, to be left free
STRETCH = (8, 96)  # notes for which the same is asked

#: Twelve major and twelve minor keys, C first, as rows of (24, 12), centred and of length 1.
_KEYS = np.array([np.roll(mode, tonic) for mode in PROFILES.values() for tonic in range(12)])
_KEYS -= _KEYS.mean(axis=1, keepdims=True)
_KEYS /= np.linalg.norm(_KEYS, axis=1, keepdims=True)


def is_minor(pitch: NDArray[np.int64]) -> bool | None:
    """Tell whether pitches (N,) are in a minor key; None where nothing tells."""
    count = np.bincount(pitch % 12, minlength=12).astype(np.float64)
    if np.ptp(count) == 0:
        return None
    return bool((_KEYS @ (count - count.mean())).argmax() >= 12)


def measured(column: Columns, style: int, qpm: float) -> dict[str, list[int]]:
    """Return by wish the places in the vector that describe some notes; "voices" has several.

    `style` is a row of the style's choices or -1, `qpm` the tempo or 0 where it is not known.
    """
    found: dict[str, list[int]] = {}
    if style >= 0:
        found["style"] = [BEGIN["style"] + style]
    if qpm > 0:
        found["pace"] = [place_of_value("pace", qpm)]
    onset, voice, pitch = column["onset"], column["voice"], column["pitch"]
    if len(onset) < FEWEST:
        return found
    beats = max(int(onset[-1] - onset[0]), 4 * TICKS_PER_BEAT) / TICKS_PER_BEAT
    found["density"] = [place_of_value("density", len(onset) / beats)]
    found["voices"] = [VOICES_BEGIN + int(v) for v in np.unique(voice)]
    tuned = pitch[voice != DRUMS]
    if len(tuned) >= FEWEST:
        found["register"] = [place_of_value("register", float(tuned.mean()))]
        if (minor := is_minor(tuned)) is not None:
            found["tonality"] = [BEGIN["tonality"] + minor]
    return found


def asked(found: dict[str, list[int]], rng: np.random.Generator) -> Vector:
    """Return the vector (WIDTH,) of some of what was measured."""
    vector = np.zeros(WIDTH, np.float32)
    if rng.random() >= ALL_FREE:
        for name in (*WISH_NAMES, "voices"):
            if rng.random() >= FREE:
                vector[found.get(name, [])] = 1
    return vector


def ask(column: Columns, style: int, qpm: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return what is asked for before each of n notes, (n, WIDTH)."""
    count = len(column["onset"])
    wanted = np.zeros((count, WIDTH), np.float32)
    begin = 0
    while begin < count:
        length = int(np.exp(rng.uniform(*np.log(STRETCH))))
        rows = slice(begin, begin + length)
        part = {name: values[rows] for name, values in column.items()}
        wanted[rows] = asked(measured(part, style, qpm), rng)
        begin += length
    return wanted
