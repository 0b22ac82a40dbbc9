"""Step graphs under onnxruntime: the only file that imports it.

Everything is bound once; a step changes numbers in place and runs, so nothing is allocated. One
thread, no spinning: the other cores are the DAW's, and spinning would burn ours in the pauses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bridge.core.errors import ModelError
from bridge.respond.limits import EVERY_CHOICE, Limits
from bridge.respond.recall import Recall
from bridge.respond.steps import FINGERPRINT, SHIFT, SIZES

CAPACITY = 768  # steps of context that fit a Transformer's memory

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def open_session(path: Path, threads: int = 1) -> ort.InferenceSession:
    """Open a model file; raises ModelError where it is not one."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"model {path}: cannot be read ({error.strerror})") from None
    try:
        return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - a different class for each way to be broken
        reason = str(error).splitlines()[0][:160]
        raise ModelError(f"model {path}: not a model that can be run ({reason})") from None


class StepGraph(ABC):
    """One loaded graph and the memory it is bound to; holds `length` steps.

    `read` takes steps in, `step` takes one more in and draws the next note, `rewind` forgets.
    """

    family = ""

    def __init__(self, path: Path, threads: int = 1) -> None:
        self.session = open_session(path, threads)
        made = self.session.get_modelmeta().custom_metadata_map
        for key, ours in (("family", self.family), ("fingerprint", FINGERPRINT)):
            if made.get(key) != ours:
                found = repr(made[key]) if key in made else "none"
                raise ModelError(f"model {path}: {key} must be {ours!r}, the file has {found}")
        self.provider = self.session.get_providers()[0].removesuffix("ExecutionProvider")
        self.length = 0
        self._keep: dict[str, NDArray[np.generic]] = {}  # arrays that bindings point into
        self.steps: Ints = np.zeros((1, 1, 8), np.int64)
        self.force: Ints = np.full((1, 5), -1, np.int64)
        self.land: Ints = np.full(1, -1, np.int64)
        self.u: Floats = np.zeros((1, 5), np.float32)
        self.note: Ints = np.zeros((1, 5), np.int64)
        self.bits: Floats = np.zeros((1, 5), np.float32)
        self._draw: dict[str, NDArray[np.generic]] = {
            "inv_temperature": np.ones(1, np.float32),
            "top_p": np.ones(1, np.float32),
            "top_k": np.full(1, EVERY_CHOICE, np.int64),
            "mask_shift": np.zeros(SIZES[0], np.float32),
            "mask_voice": np.zeros(SIZES[1], np.float32),
            "mask_pitch": np.zeros((SIZES[1], SIZES[2]), np.float32),
        }
        self.recall = Recall()
        self._limits: Limits | None = None
        self._below = 0  # shifts shorter than this are forbidden

    def _bind(self, steps: Ints) -> ort.IOBinding:
        """Return a binding of all that graphs of both kinds have, for one chunk of steps."""
        binding = self.session.io_binding()
        self._bind_in(binding, "steps", steps)
        self._bind_in(binding, "force", self.force)
        self._bind_in(binding, "land", self.land)
        self._bind_in(binding, "u", self.u)
        for name, array in {**self._draw, **self.recall.arrays}.items():
            self._bind_in(binding, name, array)
        self._bind_out(binding, "note", self.note)
        self._bind_out(binding, "bits", self.bits)
        return binding

    @staticmethod
    def _bind_in(binding: ort.IOBinding, name: str, array: NDArray[np.generic]) -> None:
        binding.bind_input(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)

    @staticmethod
    def _bind_out(binding: ort.IOBinding, name: str, array: NDArray[np.generic]) -> None:
        binding.bind_output(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)

    def frame(self, limits: Limits) -> None:
        """Take over the limits of the next draws; the same object costs nothing."""
        if limits is self._limits:
            return
        self._limits = limits
        self._draw["inv_temperature"][0] = 1.0 / limits.temperature
        self._draw["top_p"][0] = limits.top_p
        self._draw["top_k"][0] = limits.top_k or EVERY_CHOICE
        self._draw["mask_voice"][:] = limits.voices
        self._draw["mask_pitch"][:] = limits.pitches

    def mask_shifts(self, below: int) -> None:
        """Forbid shifts shorter than `below` ticks; 0 allows all."""
        if below == self._below:
            return
        self._below = below
        mask = self._draw["mask_shift"]
        mask[:] = 0
        mask[: min(below, SIZES[SHIFT] - 1)] = -1e9

    @abstractmethod
    def read(self, rows: Ints) -> None:
        """Take steps (N, 8) in, without drawing."""

    @abstractmethod
    def step(self, row: tuple[int, ...]) -> None:
        """Take one step in; the drawn note is left in `note`, its costs in `bits`."""

    @abstractmethod
    def rewind(self, length: int) -> None:
        """Forget all but the first `length` steps."""


class TransformerGraph(StepGraph):
    """Keys and values stay where they are; rewinding is moving the end back."""

    family = "note-transformer"

    def __init__(self, path: Path, threads: int = 1) -> None:
        super().__init__(path, threads)
        self._last = np.zeros(1, np.int32)
        self._total = np.full((), 1, np.int32)
        self._caches = []
        for node in self.session.get_inputs():
            if node.name.startswith("past_"):
                _, heads, _, size = node.shape
                self._caches.append(
                    (node.name[5:], np.zeros((1, heads, CAPACITY, size), np.float32))
                )
        self._single = self._binding(self.steps)
        self._chunks: dict[int, tuple[Ints, ort.IOBinding]] = {}

    def _binding(self, steps: Ints) -> ort.IOBinding:
        binding = self._bind(steps)
        self._bind_in(binding, "seqlens_k", self._last)
        self._bind_in(binding, "total_sequence_length", self._total)
        for name, cache in self._caches:
            self._bind_in(binding, f"past_{name}", cache)
            self._bind_out(binding, f"present_{name}", cache)
        return binding

    def _run(self, binding: ort.IOBinding, count: int) -> None:
        total = self.length + count
        self._last[0] = total - 1
        self._total[...] = total
        self.session.run_with_iobinding(binding)
        self.length = total

    def read(self, rows: Ints) -> None:
        """Take steps (N, 8) in; powers of two at a time, so that few shapes are ever bound."""
        begin = 0
        while begin < len(rows):
            left = len(rows) - begin
            size = 1 if self.length == 0 else min(1 << (left.bit_length() - 1), 64)
            if size == 1:
                self.steps[0, 0] = rows[begin]
                self._run(self._single, 1)
            else:
                if size not in self._chunks:
                    steps = np.zeros((1, size, 8), np.int64)
                    self._chunks[size] = (steps, self._binding(steps))
                steps, binding = self._chunks[size]
                steps[0] = rows[begin : begin + size]
                self._run(binding, size)
            begin += size

    def step(self, row: tuple[int, ...]) -> None:
        """Take one step in and draw."""
        self.steps[0, 0] = row
        self._run(self._single, 1)

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` steps; bitwise exact."""
        self.length = min(length, self.length)


class LstmGraph(StepGraph):
    """State in, state out, in place; a copy of the state after each step makes rewinding exact."""

    family = "note-lstm"

    def __init__(self, path: Path, threads: int = 1) -> None:
        super().__init__(path, threads)
        shapes = {n.name: n.shape[1] for n in self.session.get_inputs() if "_in_" in n.name}
        self._state: Floats = np.zeros((len(shapes), 1, max(shapes.values())), np.float32)
        self._history: Floats = np.zeros((CAPACITY + 1, *self._state.shape), np.float32)
        self._single = self._bind(self.steps)
        for row, name in enumerate(sorted(shapes)):
            self._bind_in(self._single, name, self._state[row])
            self._bind_out(self._single, name.replace("_in_", "_out_"), self._state[row])

    def step(self, row: tuple[int, ...]) -> None:
        """Take one step in and draw."""
        self.steps[0, 0] = row
        self.session.run_with_iobinding(self._single)
        self.length += 1
        self._history[self.length] = self._state

    def read(self, rows: Ints) -> None:
        """Take steps (N, 8) in, one after the other."""
        for row in rows:
            self.step(tuple(row))

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` steps; bitwise exact."""
        self.length = min(length, self.length)
        self._state[:] = self._history[self.length]


GRAPHS = {graph.family: graph for graph in (TransformerGraph, LstmGraph)}
