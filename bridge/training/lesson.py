"""What the training loop asks of a model family; the table of those that can be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from bridge.training.corpus import Batch, Corpus
from bridge.training.notes.lesson import NoteLesson

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


LESSONS: Mapping[str, Callable[[Config], Lesson]] = {
    "note-transformer": NoteLesson,
    "note-lstm": NoteLesson,
}
