"""Roll graphs: one run hears a frame and foretells the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.respond.device import CPU, Device
from bridge.respond.onnx import Graph
from bridge.respond.rolls.frames import FINGERPRINT, FRAME, KEYS, Places, Roll

CAPACITY = 1024  # frames of context

Floats = NDArray[np.float32]


class RollGraph:
    """A loaded graph and all it foretold of a context; holds `length` frames' forecasts.

    The state after each frame is kept, so that going back is exact.
    """

    def __init__(self, family: str, path: Path, device: Device = CPU) -> None:
        """Open a file of a roll family; raises ModelError where it is none, or DeviceError."""
        graph = Graph(path, family, FINGERPRINT, device)
        self.provider = graph.provider
        size = int(graph.shapes["state"][1])
        self.length = 0
        self._onsets: Floats = np.zeros((CAPACITY, KEYS), np.float32)
        self._sustains: Floats = np.zeros((CAPACITY, 2, KEYS), np.float32)
        self._states: Floats = np.zeros((CAPACITY + 1, size), np.float32)  # before each frame
        self._frame: Floats = np.zeros((1, FRAME), np.float32)
        self._place = np.zeros((1, 2), np.int64)
        self._state: Floats = np.zeros((1, size), np.float32)
        self._after: Floats = np.zeros((1, size), np.float32)
        self._onset: Floats = np.zeros((1, KEYS), np.float32)
        self._sustain: Floats = np.zeros((1, 2, KEYS), np.float32)
        self._bound = graph.bind(
            {"frame": self._frame, "place": self._place, "state": self._state},
            {"onsets": self._onset, "sustains": self._sustain, "state_out": self._after},
        )

    def foretell(self, cell: int, roll: Roll, places: Places) -> tuple[Floats, Floats]:
        """Return logits of the onsets (84,) and sustains (2, 84) of a frame.

        The sustains are those where nothing is struck in that frame, and where something is. Reads
        the frames of `roll` before `cell` that were not heard yet.
        """
        while self.length <= cell:
            now = self.length
            self._frame[0] = roll[now - 1] if now else 0
            self._place[0] = places[now]
            self._state[0] = self._states[now]
            self._bound.run()
            self._onsets[now], self._sustains[now] = self._onset[0], self._sustain[0]
            self._states[now + 1] = self._after[0]
            self.length += 1
        return self._onsets[cell], self._sustains[cell]

    def rewind(self, length: int) -> None:
        """Forget what was foretold of all but the first `length` frames; bitwise exact."""
        self.length = min(length, self.length)
