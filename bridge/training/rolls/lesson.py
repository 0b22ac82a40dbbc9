"""The lesson of the roll families."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor
from torch.nn import functional as F

from bridge.core.errors import SettingError
from bridge.respond.rolls.frames import KEYS
from bridge.training.corpus import Batch, Corpus
from bridge.training.networks import sizes_of, weights_of
from bridge.training.onnx_graph import Kind
from bridge.training.rolls.network import RollNetwork, Shape
from bridge.training.rolls.onnx_graph import build
from bridge.training.rolls.parity import parity
from bridge.training.rolls.rows import draw

GAMMA = 2.0  # of the focal loss; the value Lin et al. recommend (arXiv 1708.02002)
LOSSES = ("bce", "focal")


class RollLesson:
    """Foretell the next frame, key by key.

    What a frame costs is the sum of its keys' binary cross-entropies; all frames together, divided
    by the notes struck in them, give the bits of a note, silence included.
    """

    names = ("onsets", "sustains")
    weights = (1.0, 0.5)  # when and what is played carries the music
    headline = 1

    def __init__(self, config: Mapping[str, Any], corpus: Corpus | None) -> None:  # noqa: ARG002 - counts nothing
        self.network = RollNetwork(Shape(**sizes_of(Shape, config)), config["window"])
        self.shape = self.network.shape.as_dict()
        self.loss, self.gamma = config.get("loss", "bce"), config.get("gamma", GAMMA)
        if self.loss not in LOSSES:
            raise SettingError(f"config: loss {self.loss!r} is not one of {', '.join(LOSSES)}")

    def draw(
        self, corpus: Corpus, rows: int, steps: int, rng: np.random.Generator, *, vary: bool
    ) -> Batch:
        """Draw rows of excerpts."""
        return draw(corpus, rows, steps, rng, vary=vary)

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, 2), onsets and sustains, for the N notes of a batch, an equal share each.

        Learning, the recipe's loss; else the binary cross-entropy, whatever was learnt by.
        """
        focal = self.loss == "focal" and self.network.training
        onsets, sustains = self.network(batch["roll"], batch["place"])
        known = batch["known"]
        struck = batch["roll"][..., :KEYS].float()
        gamma = self.gamma if focal else 0.0
        total = cross_entropy(onsets[known], struck[known], gamma).sum()
        held = sounding(batch) & (known & batch["held"][:, None])[..., None]
        chosen = given(sustains, struck)
        truth = batch["roll"][..., KEYS:].float()
        beside = cross_entropy(chosen[held], truth[held], gamma).sum()
        notes = max(int(struck[known].sum()), 1)
        return (torch.stack([total, beside]) / notes).expand(notes, 2)

    def export(self, path: Path, meta: dict[str, str], *, kind: Kind) -> None:
        """Write the frame graph."""
        weights = weights_of(self.network)
        onnx.save(build(self.network.shape, weights, meta, kind=kind), path)

    def parity(self, graphs: dict[str, Path], valid: Corpus) -> dict[str, float]:
        """Compare frame by frame."""
        return parity(self.network, graphs, valid)


def cross_entropy(logits: Tensor, truth: Tensor, gamma: float = 0.0) -> Tensor:
    """Return nats of each key; with `gamma`, each weighed by how wrong it was, (1 - p) ** gamma."""
    nats = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return nats if gamma == 0 else nats * (1 - torch.exp(-nats)) ** gamma


def given(sustains: Tensor, struck: Tensor) -> Tensor:
    """Choose from logits (..., 2, 84) those for whether anything is struck (..., 84)."""
    return torch.where(struck.any(-1, keepdim=True), sustains[..., 1, :], sustains[..., 0, :])


def sounding(batch: dict[str, Tensor]) -> Tensor:
    """Tell which keys (B, T, 84) may sound on: they sounded before, and are not struck anew."""
    struck, sounds = batch["roll"].bool().chunk(2, dim=-1)
    before = F.pad((struck | sounds)[:, :-1], (0, 0, 1, 0))
    return before & ~struck
