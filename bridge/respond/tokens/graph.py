"""Token graphs: some tokens in, the logits of the next one out; what was read can be taken back.

Inputs: `tokens` int64 [1, S], `places` int64 [1, S] (ticks within the bar), for a Transformer
`index` int64 [1, S] (how many tokens come before each) and, where something can be asked for,
`wish` float [1, WIDTH]; output `logits` float [1, V], after the last token. A recurrent graph takes
one token a run.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bridge.respond.carried import KeyValues, State, chunks
from bridge.respond.onnx import Array, Binding, Graph
from bridge.respond.rotary import TOKEN_PERIODS
from bridge.respond.wishes import WIDTH

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class TokenGraph(ABC):
    """One loaded graph; holds `length` tokens, at most `capacity`."""

    capacity = 2048

    def __init__(self, graph: Graph, size: int) -> None:
        """Run a graph whose alphabet has `size` tokens."""
        self._graph = graph
        self.provider = self._graph.provider
        self.length = 0
        self.logits: Floats = np.zeros((1, size), np.float32)
        self.wish: Floats = np.zeros((1, WIDTH), np.float32)
        self._inputs: dict[str, Array] = {}
        if "wish" in self._graph.shapes:
            self._inputs["wish"] = self.wish
        self._fresh = False  # the logits are those after `length` tokens

    def after(self, tokens: Sequence[int], places: Sequence[int]) -> Floats:
        """Return the logits (V,) after some tokens, of which the first `length` have been read.

        The array is overwritten by the next call.
        """
        if not (self._fresh and self.length == len(tokens)):
            self.rewind(min(self.length, len(tokens) - 1))
            self._read(tokens[self.length :], places[self.length :])
            self._fresh = True
        found: Floats = self.logits[0]
        return found

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` tokens; bitwise exact."""
        if length < self.length:
            self._fresh = False
            self._rewind(length)

    def slide(self, gone: slice) -> None:
        """Drop the tokens `gone`; nothing is read again (`bridge.respond.carried`)."""
        if self.length <= gone.stop:
            self.rewind(min(self.length, gone.start))
        else:
            self._slide(gone)
            self.length -= gone.stop - gone.start

    @abstractmethod
    def _slide(self, gone: slice) -> None: ...

    @abstractmethod
    def _read(self, tokens: Sequence[int], places: Sequence[int]) -> None: ...

    @abstractmethod
    def _rewind(self, length: int) -> None: ...


class RecurrentTokens(TokenGraph):
    """State in, state out, in place; a copy after each token makes rewinding exact."""

    def __init__(self, graph: Graph, size: int) -> None:
        super().__init__(graph, size)
        self._token: Ints = np.zeros((1, 1), np.int64)
        self._place: Ints = np.zeros((1, 1), np.int64)
        self._state = State(self._graph, self.capacity)
        given: dict[str, Array] = {"tokens": self._token, "places": self._place}
        outputs: dict[str, Array] = {"logits": self.logits}
        self._binding = self._graph.bind(
            given | self._inputs | self._state.inputs, outputs | self._state.outputs
        )

    def _read(self, tokens: Sequence[int], places: Sequence[int]) -> None:
        for token, place in zip(tokens, places, strict=True):
            self._token[0, 0], self._place[0, 0] = token, place
            self._binding.run()
            self.length += 1
            self._state.keep(self.length)

    def _rewind(self, length: int) -> None:
        self._state.rewind(length)
        self.length = length

    def _slide(self, gone: slice) -> None:
        self._state.slide(self.length, gone)


class TransformerTokens(TokenGraph):
    """Keys and values stay where they are; rewinding is moving the end back."""

    capacity = 512

    def __init__(self, graph: Graph, size: int) -> None:
        super().__init__(graph, size)
        self._cache = KeyValues(graph, self.capacity, TOKEN_PERIODS)
        self._chunks: dict[int, tuple[Ints, Ints, Ints, Binding]] = {}

    def _chunk(self, size: int) -> tuple[Ints, Ints, Ints, Binding]:
        if size not in self._chunks:
            tokens, places, index = (np.zeros((1, size), np.int64) for _ in range(3))
            given: dict[str, Array] = {"tokens": tokens, "places": places, "index": index}
            outputs: dict[str, Array] = {"logits": self.logits}
            binding = self._graph.bind(
                given | self._inputs | self._cache.inputs(size),
                outputs | self._cache.outputs,
                repeated=size == 1,
            )
            self._chunks[size] = (tokens, places, index, binding)
        return self._chunks[size]

    def _read(self, tokens: Sequence[int], places: Sequence[int]) -> None:
        for part in chunks(self.length, len(tokens)):
            size = part.stop - part.start
            ids, where, index, binding = self._chunk(size)
            ids[0], where[0] = tokens[part], places[part]
            index[0] = np.arange(self.length, self.length + size)
            self.length += size
            self._cache.end_at(self.length)
            binding.run()

    def _rewind(self, length: int) -> None:
        self.length = length

    def _slide(self, gone: slice) -> None:
        self._cache.slide(self.length, gone, gone.stop - gone.start)
