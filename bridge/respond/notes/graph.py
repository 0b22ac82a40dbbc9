"""Step graphs of the note-step families: one run takes a note in and draws the next one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.respond.carried import KeyValues, State, chunks
from bridge.respond.device import CPU, Device
from bridge.respond.limits import EVERY_CHOICE, Limits
from bridge.respond.notes.recall import Recall
from bridge.respond.onnx import Array, Binding, Graph
from bridge.respond.rotary import NOTE_PERIODS
from bridge.respond.steps import FINGERPRINT, SHIFT, SIZES
from bridge.respond.wishes import WIDTH

CAPACITY = 768  # steps of context that fit a Transformer's memory

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Held = tuple[int, dict[str, Array]]  # how many steps, and what is carried on after them


class StepGraph(ABC):
    """One loaded graph and the memory it is bound to; holds `length` steps.

    `read` takes steps in, `step` takes one more in and draws the next note, `rewind` forgets.
    """

    family = ""

    def __init__(self, path: Path, device: Device = CPU, capacity: int = CAPACITY) -> None:
        """Open a file with room for `capacity` steps; raises ModelError or DeviceError."""
        self._graph = Graph(path, self.family, FINGERPRINT, device)
        self.provider, self.capacity = self._graph.provider, capacity
        self.length = 0
        self.steps: Ints = np.zeros((1, 1, 8), np.int64)
        self.force: Ints = np.full((1, 5), -1, np.int64)
        self.land: Ints = np.full(1, -1, np.int64)
        self.u: Floats = np.zeros((1, 5), np.float32)
        self.note: Ints = np.zeros((1, 5), np.int64)
        self.bits: Floats = np.zeros((1, 5), np.float32)
        self._voices: Floats = np.zeros(SIZES[1], np.float32)
        self._pitches: Floats = np.zeros((SIZES[1], SIZES[2]), np.float32)
        self._draw: dict[str, Array] = {
            "inv_temperature": np.ones(1, np.float32),
            "top_p": np.ones(1, np.float32),
            "top_k": np.full(1, EVERY_CHOICE, np.int64),
            "mask_shift": np.zeros(SIZES[0], np.float32),
            "mask_voice": self._voices,
            "mask_pitch": self._pitches,
        }
        self.wish: Floats = np.zeros((1, WIDTH), np.float32)
        if "wish" in self._graph.shapes:
            self._draw["wish"] = self.wish
        self.recall = Recall()
        self._limits: Limits | None = None
        self._below = 0  # shifts shorter than this are forbidden
        self._shifts: Floats = np.zeros(SIZES[SHIFT], np.float32)  # logits of those that are not

    def _bind(self, steps: Ints, inputs: dict[str, Array], outputs: dict[str, Array]) -> Binding:
        """Bind what graphs of both kinds have, for a chunk of steps, and what one kind has."""
        common: dict[str, Array] = {
            "steps": steps,
            "force": self.force,
            "land": self.land,
            "u": self.u,
        }
        return self._graph.bind(
            {**common, **self._draw, **self.recall.arrays, **inputs},
            {"note": self.note, "bits": self.bits, **outputs},
            repeated=steps is self.steps,
        )

    def frame(self, limits: Limits) -> None:
        """Take over the limits of the next draws; the same object costs nothing."""
        if limits is self._limits:
            return
        self._limits = limits
        self._draw["inv_temperature"][0] = 1.0 / limits.temperature
        self._draw["top_p"][0] = limits.top_p
        self._draw["top_k"][0] = limits.top_k or EVERY_CHOICE
        np.add(limits.voices, limits.lean.voices, out=self._voices)
        np.add(limits.pitches, limits.lean.pitches, out=self._pitches)
        self._shifts, self._below = limits.lean.shifts, -1

    def mask_shifts(self, below: int) -> None:
        """Forbid shifts shorter than `below` ticks; 0 allows all."""
        if below == self._below:
            return
        self._below = below
        mask = self._draw["mask_shift"]
        mask[:] = self._shifts
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

    def slide(self, drop: int, ticks: int) -> None:
        """Drop `drop` steps after the first; those that are left now stand `ticks` earlier.

        Nothing is read again: what a step took over from those dropped stays within it.
        """
        if self.length <= drop + 1:
            self.rewind(min(self.length, 1))
        else:
            self._slide(drop, ticks)
            self.length -= drop

    @abstractmethod
    def _slide(self, drop: int, ticks: int) -> None: ...

    @abstractmethod
    def held(self) -> Held:
        """Return a copy of all that is held."""

    @abstractmethod
    def hold(self, held: Held) -> None:
        """Hold again what `held` returned; bitwise exact."""


class TransformerGraph(StepGraph):
    """Keys and values stay where they are; rewinding is moving the end back."""

    family = "note-transformer"

    def __init__(self, path: Path, device: Device = CPU, capacity: int = CAPACITY) -> None:
        super().__init__(path, device, capacity)
        self._cache = KeyValues(self._graph, capacity, NOTE_PERIODS)
        self._chunks = {1: (self.steps, self._binding(self.steps))}

    def _binding(self, steps: Ints) -> Binding:
        return self._bind(steps, self._cache.inputs(steps.shape[1]), self._cache.outputs)

    def _chunk(self, size: int) -> tuple[Ints, Binding]:
        if size not in self._chunks:
            steps = np.zeros((1, size, 8), np.int64)
            self._chunks[size] = (steps, self._binding(steps))
        return self._chunks[size]

    def _run(self, binding: Binding, count: int) -> None:
        self.length += count
        self._cache.end_at(self.length)
        binding.run()

    def read(self, rows: Ints) -> None:
        """Take steps (N, 8) in, many a run."""
        for part in chunks(self.length, len(rows)):
            taken = rows[part]
            steps, binding = self._chunk(len(taken))
            steps[0] = taken
            self._run(binding, len(taken))

    def step(self, row: tuple[int, ...]) -> None:
        """Take one step in and draw."""
        steps, binding = self._chunk(1)
        steps[0, 0] = row
        self._run(binding, 1)

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` steps; bitwise exact."""
        self.length = min(length, self.length)

    def _slide(self, drop: int, ticks: int) -> None:
        self._cache.slide(self.length, slice(1, 1 + drop), ticks)

    def held(self) -> Held:
        """Return a copy of all that is held."""
        return self.length, self._cache.copy()

    def hold(self, held: Held) -> None:
        """Hold again what `held` returned; bitwise exact."""
        self.length, caches = held
        self._cache.restore(caches)


class LstmGraph(StepGraph):
    """State in, state out, in place; a copy of the state after each step makes rewinding exact."""

    family = "note-lstm"

    def __init__(self, path: Path, device: Device = CPU, capacity: int = CAPACITY) -> None:
        super().__init__(path, device, capacity)
        self._state = State(self._graph, capacity)
        self._single = self._bind(self.steps, self._state.inputs, self._state.outputs)

    def step(self, row: tuple[int, ...]) -> None:
        """Take one step in and draw."""
        self.steps[0, 0] = row
        self._single.run()
        self.length += 1
        self._state.keep(self.length)

    def read(self, rows: Ints) -> None:
        """Take steps (N, 8) in, one after the other."""
        for row in rows:
            self.step(tuple(row))

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` steps; bitwise exact."""
        self.length = min(length, self.length)
        self._state.rewind(self.length)

    def _slide(self, drop: int, ticks: int) -> None:
        del ticks  # a state knows no places
        self._state.slide(self.length, slice(1, 1 + drop))

    def held(self) -> Held:
        """Return a copy of all that is held."""
        return self.length, self._state.copy()

    def hold(self, held: Held) -> None:
        """Hold again what `held` returned; bitwise exact."""
        self.length, states = held
        self._state.restore(states)
        self._state.rewind(self.length)


GRAPHS = {graph.family: graph for graph in (TransformerGraph, LstmGraph)}
