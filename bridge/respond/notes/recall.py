"""The memory's shares as the arrays a step graph mixes in; changed in place, cleared after use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.respond.memory import PITCHES, SLOTS, Memory
from bridge.respond.steps import SHIFT, SIZES, VOICE

NOTHING = 1e-12  # what is never impossible, so that no logarithm is infinite
VOICES = SIZES[VOICE]


class Recall:
    """Six arrays (`bridge.training.notes.onnx_inputs`), empty unless `fill` was called."""

    def __init__(self) -> None:
        self._shift = np.full(SIZES[SHIFT], NOTHING, np.float32)
        self._slot = np.zeros(SIZES[SHIFT], np.int64)
        self._voice = np.full((SLOTS, VOICES), PITCHES * NOTHING, np.float32)
        self._sound = np.full((SLOTS * VOICES, PITCHES), NOTHING, np.float32)
        self._trust_shift = np.ones(1, np.float32)
        self._trust_sound = np.ones(SLOTS, np.float32)
        self._used = 0  # slots, 0 included; none where nothing is to be cleared

    @property
    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The arrays by the names of the graph's inputs."""
        return {
            "trust_shift": self._trust_shift,
            "memory_shift": self._shift,
            "slot": self._slot,
            "trust_sound": self._trust_sound,
            "memory_voice": self._voice,
            "memory_sound": self._sound,
        }

    def clear(self) -> None:
        """Leave the network alone."""
        if self._used:
            self._shift[:] = NOTHING
            self._slot[:] = 0
            self._voice[: self._used] = PITCHES * NOTHING
            self._sound[: self._used * VOICES] = NOTHING
            self._trust_shift[0] = 1.0
            self._trust_sound[:] = 1.0
            self._used = 0

    def fill(self, memory: Memory, amount: float, shift: int = -1) -> None:
        """Take the memory's shares of the next note, weighted by `amount` (0..1).

        Sounds are looked up for the likeliest shifts, or for the one that is known (`shift` >= 0).
        """
        self.clear()
        if not amount:
            return
        shares, trust = memory.shifts()
        for symbol, share in shares.items():
            self._shift[symbol] += trust * amount * share
        self._trust_shift[0] = 1.0 - trust * amount
        known = [shift] if shift >= 0 else sorted(shares, key=shares.__getitem__, reverse=True)
        known = known[: SLOTS - 1]
        self._used = len(known) + 1
        for slot, candidate in enumerate(known, start=1):
            self._sounds(memory, amount, candidate, slot)

    def _sounds(self, memory: Memory, amount: float, shift: int, slot: int) -> None:
        shares, trust = memory.sounds(shift)
        self._slot[shift] = slot
        self._trust_sound[slot] = 1.0 - trust * amount
        for symbol, share in shares.items():
            voice, pitch = divmod(symbol - SIZES[SHIFT], PITCHES)
            weighted = trust * amount * share
            self._sound[slot * VOICES + voice, pitch] += weighted
            self._voice[slot, voice] += weighted
