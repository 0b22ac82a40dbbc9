"""The lesson of the note-step families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from torch import Tensor

from bridge.respond.steps import ATTRIBUTES
from bridge.respond.wishes import WIDTH
from bridge.training.corpus import Batch, Corpus
from bridge.training.notes.network import NoteNetwork, Shape
from bridge.training.notes.rows import draw


class NoteLesson:
    """Foretell the next note, attribute by attribute."""

    names = ATTRIBUTES
    weights = (1.0, 1.0, 1.0, 0.5, 0.25)  # rhythm and pitch carry the music
    headline = 3

    def __init__(self, config: Mapping[str, Any]) -> None:
        sizes = {f.name: config[f.name] for f in fields(Shape) if f.name in config}
        shape = Shape(**sizes | {"wishes": WIDTH if config.get("wishes") else 0})
        self.shape = shape.as_dict()
        self.network = NoteNetwork(shape)

    def draw(
        self, corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool
    ) -> Batch:
        """Draw rows of packed excerpts."""
        return draw(corpus, rows, steps, rng, vary=vary)

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, 5) of all known next notes."""
        return self.network.losses(batch)
