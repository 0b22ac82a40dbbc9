"""The lesson of the token families."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor
from torch.nn import functional as F

from bridge.respond.tokens.spelling import Spelling
from bridge.training.corpus import Batch, Corpus
from bridge.training.networks import sizes_of, weights_of
from bridge.training.onnx_graph import Kind
from bridge.training.tokens.network import NEVER, Shape, TokenNetwork
from bridge.training.tokens.onnx_graph import build
from bridge.training.tokens.parity import parity
from bridge.training.tokens.rows import PARTS, Draw, draw


class TokenLesson:
    """Foretell the next token; what a note's tokens cost is summed by its parts."""

    names: tuple[str, ...] = PARTS
    weights: tuple[float, ...] = (1.0, 1.0, 0.4)  # rhythm and pitch carry the music
    headline = 2

    def __init__(self, config: Mapping[str, Any], size: int, rows: Draw) -> None:
        """Take a recipe, the number of tokens of the alphabet, and what draws rows of them."""
        self._rows = rows
        self.network = TokenNetwork(Shape(**sizes_of(Shape, config), vocabulary=size))
        self.shape = self.network.shape.as_dict()

    def draw(
        self, corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool
    ) -> Batch:
        """Draw rows of spelled excerpts."""
        return self._rows(corpus, (rows, steps), rng, vary=vary)

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, 3) of onset, sound and touch for the N notes that are foretold whole."""
        logits = self.network(batch["token"], batch["place"], batch["wish"])
        target = batch["token"][:, 1:].masked_fill(batch["part"][:, 1:] < 0, NEVER)
        nats = F.cross_entropy(
            logits[:, :-1].float().flatten(0, 1), target.flatten(),
            ignore_index=NEVER, reduction="none",
        )  # fmt: skip
        part, note = (batch[name][:, 1:].flatten() for name in ("part", "note"))
        return by_note(nats, part, note, len(self.names))

    def export(self, path: Path, meta: dict[str, str], *, kind: Kind) -> None:
        """Write the token graph."""
        weights = weights_of(self.network)
        onnx.save(build(self.network.shape, weights, meta, kind=kind), path)

    def parity(self, graphs: dict[str, Path], valid: Corpus) -> dict[str, float]:
        """Compare token by token."""
        return parity(self.network, self._rows, graphs, valid)


def by_note(nats: Tensor, part: Tensor, note: Tensor, parts: int) -> Tensor:
    """Sum nats (M,) of tokens by their note and part (-1 is none); return (N, parts)."""
    told = part >= 0
    _, row = torch.unique(note[told], return_inverse=True)
    count = int(row.max()) + 1 if len(row) else 0
    cells = torch.zeros(count * parts, device=nats.device)
    cells = cells.index_add(0, row * parts + part[told], nats[told].float())
    return cells.view(count, parts)


def lesson_of(
    spelling: Callable[[], Spelling],
) -> Callable[[Mapping[str, Any], Corpus | None], TokenLesson]:
    """Return what makes a lesson out of a recipe, for an alphabet that counts nothing in music."""

    def lesson(config: Mapping[str, Any], _: Corpus | None) -> TokenLesson:
        alphabet = spelling()
        return TokenLesson(config, alphabet.size, partial(draw, alphabet))

    return lesson
