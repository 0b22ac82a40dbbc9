"""A roll model without weights: five keys, a beat, and a memory of two frames."""

from __future__ import annotations

import numpy as np

from bridge.respond.rolls.continuer import RollContinuer
from bridge.respond.rolls.frames import KEYS, LOWEST, Places, Roll
from bridge.respond.rolls.graph import CAPACITY, Floats, RollGraph

PITCHES = (48, 55, 60, 64, 67)
KEYS_PLAYED = [pitch - LOWEST for pitch in PITCHES]
NEVER = -30.0


class ToyGraph(RollGraph):
    """Foretells by a formula, and forgets only what it is told to, as a real graph does."""

    def __init__(self) -> None:
        self.provider = "CPU"
        self.length = 0
        self._kept: list[tuple[Floats, Floats]] = []

    def foretell(self, cell: int, roll: Roll, places: Places) -> tuple[Floats, Floats]:
        del self._kept[self.length :]
        while self.length <= cell:
            now = self.length
            assert now < CAPACITY
            heard = roll[max(now - 2, 0) : now].astype(np.float32)
            weights = np.arange(1, 1 + heard.size, dtype=np.float32).reshape(heard.shape) % 7
            mood = float((heard * weights).sum() % 3)
            onsets = np.full(KEYS, NEVER, np.float32)
            onsets[KEYS_PLAYED] = -2.0 + 0.5 * mood - float(places[now, 0] % 4)
            sustains = np.stack([np.full(KEYS, 1.5), np.full(KEYS, -1.0)]).astype(np.float32)
            self._kept.append((onsets, sustains))
            self.length += 1
        return self._kept[cell]


def toy() -> RollContinuer:
    """Return a fresh model."""
    return RollContinuer("toy", ToyGraph())
