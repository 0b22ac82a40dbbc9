"""One harness for all: a scorer says how likely the truth was to it, the harness counts bits.

Onset and sound (voice and pitch) of each note are scored, given all notes before it. Every
probability is mixed with a little of a uniform one, so that nothing costs infinitely much.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bridge.evaluation.items import Item
from bridge.evaluation.ppm import KINDS

FLOOR = 1e-4  # share of the uniform distribution in every probability

Floats = NDArray[np.float64]


class Scorer(Protocol):
    """Anything that foresees music; how it sees notes is its own affair."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    @property
    def settings(self) -> dict[str, object]:
        """What was fitted, or which model it is."""

    def shares(self, item: Item) -> Floats:
        """Return the probability (N, 2) of onset and sound of each note of the continuation."""


def bits(shares: Floats) -> Floats:
    """Return what probabilities (N, 2) of onset and sound cost in bits, with the floor."""
    return -np.log2((1 - FLOOR) * shares + FLOOR / KINDS)
