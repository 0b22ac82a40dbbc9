"""What a network costs on music it does not learn from: always the same rows of the valid split."""

from __future__ import annotations

import math

import numpy as np
import torch

from bridge.training.corpus import Batch, Corpus
from bridge.training.lesson import Lesson

SEED, NOTES = 7, 65_536


def to_torch(batch: Batch, device: str) -> dict[str, torch.Tensor]:
    """Move a batch of arrays to a device."""
    return {name: torch.from_numpy(values).to(device) for name, values in batch.items()}


def valid_batches(
    lesson: Lesson, valid: Corpus, size: tuple[int, int], device: str
) -> list[dict[str, torch.Tensor]]:
    """Return batches of rows and steps (`size`) that hold NOTES in all."""
    rng, (rows, steps) = np.random.default_rng(SEED), size
    return [
        to_torch(lesson.draw(valid, rows, steps, rng, vary=False), device)
        for _ in range(max(NOTES // (rows * steps), 1))
    ]


@torch.no_grad()
def valid_bits(lesson: Lesson, batches: list[dict[str, torch.Tensor]]) -> list[float]:
    """Return mean bits per column of the lesson over the valid batches."""
    lesson.network.eval()
    total, count = torch.zeros(len(lesson.names), dtype=torch.float64), 0
    for batch in batches:
        nats = lesson.losses(batch)
        total += nats.double().sum(0).cpu()
        count += len(nats)
    lesson.network.train()
    return [float(b) for b in total / count / math.log(2)]
