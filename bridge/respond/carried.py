"""What a graph carries from run to run, bound in place, and how steps are cut into runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from bridge.respond.onnx import Array

CHUNK = 64  # steps read in one run, at most

Shapes = Mapping[str, list[int | str]]  # of a graph's inputs, by name


class KeyValues:
    """Keys and values of a Transformer; what lies beyond the end is ignored and written over."""

    def __init__(self, shapes: Shapes, capacity: int) -> None:
        """Make room for `capacity` steps in every input `past_*` [1, heads, steps, size]."""
        self._last = np.zeros(1, np.int32)
        self._total = np.full((), 1, np.int32)
        self.inputs: dict[str, Array] = {
            "seqlens_k": self._last,
            "total_sequence_length": self._total,
        }
        self.outputs: dict[str, Array] = {}
        for name, shape in shapes.items():
            if name.startswith("past_"):
                _, heads, _, size = shape
                cache = np.zeros((1, int(heads), capacity, int(size)), np.float32)
                self.inputs[name] = cache
                self.outputs[name.replace("past_", "present_")] = cache

    def end_at(self, length: int) -> None:
        """Let the next run end after so many steps in all."""
        self._last[0] = length - 1
        self._total[...] = length


class State:
    """The state of recurrent layers, and what it was after each step."""

    def __init__(self, shapes: Shapes, capacity: int) -> None:
        """Make room for every input `*_in_*` [1, size], and for what it was after `capacity`."""
        sizes = {name: int(shape[1]) for name, shape in shapes.items() if "_in_" in name}
        self._now: NDArray[np.float32] = np.zeros((len(sizes), 1, max(sizes.values())), np.float32)
        self._after: NDArray[np.float32] = np.zeros((capacity + 1, *self._now.shape), np.float32)
        self.inputs: dict[str, Array] = {n: self._now[row] for row, n in enumerate(sorted(sizes))}
        self.outputs: dict[str, Array] = {
            name.replace("_in_", "_out_"): state for name, state in self.inputs.items()
        }

    def keep(self, length: int) -> None:
        """Remember the state as that after `length` steps."""
        self._after[length] = self._now

    def rewind(self, length: int) -> None:
        """Take up the state after `length` steps again; bitwise exact."""
        self._now[:] = self._after[length]


def chunks(length: int, count: int) -> Iterator[slice]:
    """Yield the runs in which a Transformer reads `count` steps after `length` others.

    Their sizes are powers of two, so that few shapes are ever bound. The first run of all must be
    one step long: a longer one would ignore the positions.
    """
    begin = 0
    while begin < count:
        whole = 1 << ((count - begin).bit_length() - 1)
        size = min(whole, CHUNK) if length + begin else 1
        yield slice(begin, begin + size)
        begin += size
