"""What the training loop asks of a model family; the table of those that can be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from bridge.respond.tokens.events import EventSpelling
from bridge.respond.tokens.remi import RemiSpelling
from bridge.training.corpus import Batch, Corpus
from bridge.training.notes.lesson import NoteLesson
from bridge.training.onnx_graph import Kind
from bridge.training.rolls.lesson import RollLesson
from bridge.training.tokens.chord_lesson import ChordLesson
from bridge.training.tokens.lesson import lesson_of

Config = Mapping[str, Any]  # a .toml of bridge/training/configs


class Lesson(Protocol):
    """A network, the rows it learns from, and what each of their symbols cost it."""

    @property
    def network(self) -> nn.Module:
        """What learns."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of `losses`."""

    @property
    def weights(self) -> tuple[float, ...]:
        """What the loss counts of each column."""

    @property
    def headline(self) -> int:
        """The best checkpoint has the lowest sum of this many first columns."""

    @property
    def shape(self) -> dict[str, Any]:
        """The sizes as plain values: enough to build the network again."""

    def draw(
        self, corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool
    ) -> Batch:
        """Draw a batch; every array begins with the axis of rows."""

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, len(names)) for the N things a batch foretells."""

    def export(self, path: Path, meta: dict[str, str], *, kind: Kind) -> None:
        """Write the network as the graph its family runs; `meta` goes into the file."""

    def parity(self, graphs: dict[str, Path], valid: Corpus) -> dict[str, float]:
        """Return how far exported graphs, by name, are from the network on valid music.

        `NAME_worst` is the largest difference of a log-probability (nats), `NAME_mean` the mean
        difference of what a note costs (bits).
        """


#: By family: a recipe and the train split, for what is counted in it (such as a vocabulary).
LESSONS: Mapping[str, Callable[[Config, Corpus | None], Lesson]] = {
    "note-transformer": NoteLesson,
    "note-lstm": NoteLesson,
    "event-transformer": lesson_of(EventSpelling),
    "remi-lstm": lesson_of(RemiSpelling),
    "roll-convgru": RollLesson,
    "roll-lstm": RollLesson,
    "chord-gru": ChordLesson,
}
