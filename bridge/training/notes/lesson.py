"""The lesson of the note-step families."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from torch import Tensor

from bridge.respond.steps import ATTRIBUTES
from bridge.training.corpus import Batch, Corpus
from bridge.training.networks import sizes_of, weights_of
from bridge.training.notes.network import NoteNetwork, Shape
from bridge.training.notes.onnx_graph import build
from bridge.training.notes.parity import parity
from bridge.training.notes.rows import draw
from bridge.training.onnx_graph import Kind


class NoteLesson:
    """Foretell the next note, attribute by attribute."""

    names = ATTRIBUTES
    weights = (1.0, 1.0, 1.0, 0.5, 0.25)  # rhythm and pitch carry the music
    headline = 3

    def __init__(self, config: Mapping[str, Any], corpus: Corpus | None) -> None:  # noqa: ARG002 - counts nothing
        self.network = NoteNetwork(Shape(**sizes_of(Shape, config)))
        self.shape = self.network.shape.as_dict()

    def draw(
        self, corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool
    ) -> Batch:
        """Draw rows of packed excerpts."""
        return draw(corpus, rows, steps, rng, vary=vary)

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, 5) of all known next notes."""
        return self.network.losses(batch)

    def export(self, path: Path, meta: dict[str, str], *, kind: Kind) -> None:
        """Write the step graph."""
        weights = weights_of(self.network)
        onnx.save(build(self.network.shape, weights, meta, kind=kind), path)

    def parity(self, graphs: dict[str, Path], valid: Corpus) -> dict[str, float]:
        """Compare note by note."""
        return parity(self.network, graphs, valid)
