"""A shipped model as a scorer: it reads the prime and is then forced along the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.evaluation.items import Ints, Item
from bridge.evaluation.scoring import Floats
from bridge.respond.cards import check_model
from bridge.respond.continuer import LONGEST_CONTEXT
from bridge.respond.memory import Memory
from bridge.respond.onnx import CAPACITY, GRAPHS, StepGraph
from bridge.respond.steps import (
    ATTRIBUTES,
    DURATION,
    LONGEST_BAR,
    LONGEST_SHIFT,
    SHIFT,
    UNKNOWN_DURATION,
    UNKNOWN_VELOCITY,
    VELOCITY,
)


def context(item: Item, *, hidden: bool) -> tuple[Ints, int]:
    """Return the steps (N, 8) of an item, START first, and the row of its continuation.

    Where there are more than a model can hold, the beginning of the prime is left out. `hidden`
    makes all durations and velocities unknown.
    """
    steps = item.steps
    notes = steps.notes.copy()
    if hidden:
        notes[:, DURATION] = UNKNOWN_DURATION
        notes[:, VELOCITY] = UNKNOWN_VELOCITY
    rows = np.column_stack([notes, steps.position, steps.bar, steps.tick])
    spare = len(rows) - CAPACITY
    if (last := rows[-1, 7]) >= LONGEST_CONTEXT:
        oldest = last - LONGEST_CONTEXT + LONGEST_BAR
        spare = max(spare, int(np.searchsorted(rows[1:, 7], oldest, side="right")))
    if spare <= 0:
        return rows, item.begin
    kept = rows[1 + spare :]
    kept[:, 7] -= kept[0, 7] // kept[0, 6] * kept[0, 6]  # from the bar line before
    kept[0, SHIFT] = min(kept[0, 7], LONGEST_SHIFT)
    return np.concatenate([rows[:1], kept]), item.begin - spare


class ModelScorer:
    """One model; durations and velocities are hidden from it, as the baselines see none."""

    def __init__(
        self, name: str, graph: StepGraph, sha256: str = "", *, memory: float = 0.0
    ) -> None:
        self.name = f"{name}, with memory" if memory else name
        self.settings: dict[str, object] = {"sha256": sha256, "memory": memory}
        self._graph = graph
        self._memory = memory

    @classmethod
    def load(cls, folder: Path, name: str, *, memory: float = 0.0) -> ModelScorer:
        """Load a model that fits its card; raises ModelError for any other.

        `memory` (0..1) is how much of the prime's figures is mixed in; live it is 1.
        """
        card = check_model(folder, name)
        graph = GRAPHS[card.family](folder / f"{name}.onnx")
        return cls(name, graph, card.sha256, memory=memory)

    def bits(self, item: Item, *, hidden: bool) -> Floats:
        """Return what each note of the continuation cost, (N, 5) in the order of ATTRIBUTES."""
        graph = self._graph
        rows, begin = context(item, hidden=hidden)
        truth = item.steps.notes[item.begin :]
        memory = Memory()
        for heard in item.steps.notes[1 : item.begin].tolist():
            memory.learn(*heard[:3])
        graph.rewind(0)
        graph.read(rows[: begin - 1])
        found = np.empty((item.count, len(ATTRIBUTES)))
        for i, note in enumerate(truth):
            graph.force[0] = note
            graph.land[0] = rows[begin + i, 5]
            if self._memory:
                graph.recall.fill(memory, self._memory, int(note[SHIFT]))
                memory.learn(*note[:3].tolist())
            graph.step(tuple(rows[begin + i - 1]))
            found[i] = graph.bits[0]
        graph.recall.clear()
        return found

    def shares(self, item: Item) -> Floats:
        """Return the probability (N, 2) of onset and sound, durations and velocities hidden."""
        return sound_shares(self.bits(item, hidden=True))


def sound_shares(costs: Floats) -> Floats:
    """Return the probabilities (N, 2) of onset and sound behind costs (N, 5) in bits."""
    return np.exp2(-np.column_stack([costs[:, 0], costs[:, 1] + costs[:, 2]]))
