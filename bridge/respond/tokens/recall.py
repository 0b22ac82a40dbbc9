"""What the session's memory foresees, as a table over the choices of a tree."""

from __future__ import annotations

import numpy as np

from bridge.respond.memory import Memory, sound
from bridge.respond.tokens.paths import Floats, Recalled
from bridge.respond.tokens.spelling import SHIFTS


def recalled_shifts(memory: Memory, amount: float) -> Recalled | None:
    """Return what is foreseen of the next shift; `amount` (0..1) is how much of it counts."""
    if not amount:
        return None
    shares, trust = memory.shifts()
    table: Floats = np.zeros(SHIFTS)
    for symbol, share in shares.items():
        table[symbol] = share
    return Recalled(table, trust * amount)


def recalled_sounds(memory: Memory, shift: int, size: int, amount: float) -> Recalled | None:
    """Return what is foreseen of the sound after a shift, of `size` sounds."""
    if not amount:
        return None
    shares, trust = memory.sounds(shift)
    table: Floats = np.zeros(size)
    for symbol, share in shares.items():
        table[symbol - sound(0, 0)] = share
    return Recalled(table, trust * amount)
