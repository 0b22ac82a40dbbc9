"""A shipped model of any family as a scorer: it hears the prime and is led along the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.core.music import Note
from bridge.evaluation.items import Item
from bridge.evaluation.scoring import Floats
from bridge.respond.cards import check_model, load_model
from bridge.respond.continuer import Continuer
from bridge.respond.steps import DURATION, DURATIONS, PITCH, VELOCITY, VOICE, velocity_of


def notes_of(item: Item, *, hidden: bool) -> list[Note]:
    """Return the notes of an item, prime and continuation, in ticks since its first bar line.

    `hidden` makes all durations and velocities unknown.
    """
    steps = item.steps
    return [
        Note(
            tick,
            note[VOICE],
            note[PITCH],
            0 if hidden else DURATIONS[note[DURATION]],
            0 if hidden else velocity_of(note[VELOCITY]),
        )
        for tick, note in zip(steps.tick[1:].tolist(), steps.notes[1:].tolist(), strict=True)
    ]


def name_of(model: str, *, memory: bool) -> str:
    """Return what the table calls a model."""
    return f"{model}, with memory" if memory else model


class ModelScorer:
    """One model; durations and velocities are hidden from it, as the baselines see none."""

    def __init__(self, model: Continuer, sha256: str = "", *, memory: float = 0.0) -> None:
        self.name = name_of(model.name, memory=memory > 0)
        self.settings: dict[str, object] = {"sha256": sha256, "memory": memory}
        self._model = model
        self._memory = memory

    @classmethod
    def load(cls, folder: Path, name: str, *, memory: float = 0.0) -> ModelScorer:
        """Load a model that fits its card; raises ModelError for any other.

        `memory` (0..1) is how much of the prime's figures is mixed in; live it is 1.
        """
        sha256 = check_model(folder, name).sha256
        return cls(load_model(folder, name), sha256, memory=memory)

    def bits(self, item: Item, *, hidden: bool) -> Floats:
        """Return what each note of the continuation cost, (N, 5) in the order of ATTRIBUTES."""
        notes, bar = notes_of(item, hidden=hidden), int(item.steps.bar[0])
        self._model.forget()
        self._model.feed(notes[: item.begin - 1], bar)
        return np.array(self._model.bits(notes[item.begin - 1 :], bar, self._memory))

    def shares(self, item: Item) -> Floats:
        """Return the probability (N, 2) of onset and sound, durations and velocities hidden."""
        return sound_shares(self.bits(item, hidden=True))


def sound_shares(costs: Floats) -> Floats:
    """Return the probabilities (N, 2) of onset and sound behind costs (N, 5) in bits."""
    return np.exp2(-np.column_stack([costs[:, 0], costs[:, 1] + costs[:, 2]]))
