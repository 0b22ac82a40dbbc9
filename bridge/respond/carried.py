"""What a graph carries from run to run, bound in place, and how steps are cut into runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bridge.respond.device import DeviceError
from bridge.respond.onnx import Array, Graph
from bridge.respond.rotary import turn_back

CHUNK = 64  # steps read in one run, at most


class KeyValues:
    """Keys and values of a Transformer; what lies beyond the end is ignored and written over."""

    def __init__(self, graph: Graph, capacity: int, periods: tuple[float, float]) -> None:
        """Make room for `capacity` steps in every input `past_*` [1, heads, steps, size].

        `periods` are those of the rotary angles.
        """
        self._graph, self._periods = graph, periods
        self._last = np.zeros(1, np.int32)
        self._total = np.full((), 1, np.int32)
        self._steady = np.full((), capacity, np.int32)
        self._caches: dict[str, Array] = {
            name: np.zeros((1, int(shape[1]), capacity, int(shape[3])), graph.real)
            for name, shape in graph.shapes.items()
            if name.startswith("past_")
        }
        self.outputs: dict[str, Array] = {
            name.replace("past_", "present_"): cache for name, cache in self._caches.items()
        }

    def inputs(self, size: int) -> dict[str, Array]:
        """Return the inputs of a run that takes `size` steps in.

        A CUDA graph is captured with the length it saw first; one step at the end of a full context
        reads the same keys as one in the middle, so there it may be any.
        """
        steady = size == 1 and self._graph.captured
        total = self._steady if steady else self._total
        return {"seqlens_k": self._last, "total_sequence_length": total, **self._caches}

    def end_at(self, length: int) -> None:
        """Let the next run end after so many steps in all."""
        self._last[0] = length - 1
        self._total[...] = length

    def slide(self, length: int, gone: slice, places: int) -> None:
        """Drop the steps `gone` of `length`, and let those after them stand `places` earlier.

        Those before them, which open every context, stay where they are. What a step took over from
        one that is dropped stays within it: nothing is read again.
        """
        for name, cache in self._caches.items():
            self._graph.pull(cache)
            kept = cache[:, :, gone.stop : length].astype(np.float32)
            if name.startswith("past_key"):
                kept = turn_back(kept, places, self._periods)
            cache[:, :, gone.start : gone.start + kept.shape[2]] = kept
            self._graph.push(cache)

    def copy(self) -> dict[str, Array]:
        """Return all that is held."""
        for cache in self._caches.values():
            self._graph.pull(cache)
        return {name: cache.copy() for name, cache in self._caches.items()}

    def restore(self, held: dict[str, Array]) -> None:
        """Hold again what was copied."""
        for name, cache in self._caches.items():
            cache[:] = held[name]
            self._graph.push(cache)


class State:
    """The state of recurrent layers, and what it was after each step."""

    def __init__(self, graph: Graph, capacity: int) -> None:
        """Make room for every input `*_in_*` [1, size], and for what it was after `capacity`.

        Raises DeviceError where arrays do not stay on the host: it would be copied at every step.
        """
        if graph.device.memory:
            raise DeviceError("recurrent models are computed on the CPU only")
        sizes = {n: int(shape[1]) for n, shape in graph.shapes.items() if "_in_" in n}
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

    def slide(self, length: int, gone: slice) -> None:
        """Forget what the state was after the steps `gone` of `length`; it goes on as it is.

        Before the oldest that is left it is what it was.
        """
        kept = self._after[gone.stop : length + 1]
        self._after[gone.start : gone.start + len(kept)] = kept

    def copy(self) -> dict[str, Array]:
        """Return all that is remembered."""
        return {"after": self._after.copy()}

    def restore(self, held: dict[str, Array]) -> None:
        """Remember again what was copied."""
        self._after[:] = held["after"]


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
