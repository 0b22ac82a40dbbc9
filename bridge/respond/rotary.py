"""Rotary angles (arXiv 2104.09864): how keys turn with the place of their step.

Conventions: E is the size of a head, pairs are (i, i + E/2), places are ticks or token numbers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Fastest and slowest periods of the note families in ticks: two sixteenths to about a thousand.
NOTE_PERIODS = (12.0, 6000.0)
#: The same of the token families, in tokens.
TOKEN_PERIODS = (4.0, 10_000.0)


def frequencies(size: int, periods: tuple[float, float]) -> Floats:
    """Return E/2 angular frequencies in radians a place.

    `size` is E; `periods` are the fastest and the slowest, all others between on a log scale.
    """
    fast, slow = periods
    ladder = np.linspace(0.0, 1.0, size // 2)
    found: Floats = (2 * math.pi / (fast * (slow / fast) ** ladder)).astype(np.float32)
    return found


def turn_back(keys: Floats, places: int, periods: tuple[float, float]) -> Floats:
    """Return keys (..., E) as they were, had every step stood so many places earlier."""
    angles = -places * frequencies(keys.shape[-1], periods).astype(np.float64)
    cos, sin = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    a, b = np.split(keys, 2, axis=-1)
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)
