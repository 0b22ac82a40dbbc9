"""Is the exported graph the same model? Costs of real frames, torch against ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bridge.respond.rolls.frames import KEYS
from bridge.respond.rolls.graph import RollGraph
from bridge.training.corpus import Batch, Corpus
from bridge.training.differences import differences
from bridge.training.rolls.network import RollNetwork
from bridge.training.rolls.rows import draw

ROWS, STEPS, SEED = 8, 192, 11

Logits = NDArray[np.float32]


@torch.no_grad()
def torch_logits(network: RollNetwork, batch: Batch) -> Logits:
    """Return the logits (B, T, 252) of all frames of a batch, onsets first."""
    onsets, sustains = network(torch.from_numpy(batch["roll"]), torch.from_numpy(batch["place"]))
    return torch.cat([onsets, sustains.flatten(2)], dim=-1).numpy()


def onnx_logits(family: str, path: Path, batch: Batch) -> Logits:
    """Return the same from a graph, one frame at a time."""
    graph = RollGraph(family, path)
    found = []
    for roll, place in zip(batch["roll"], batch["place"], strict=True):
        graph.rewind(0)
        for cell in range(len(roll)):
            onsets, sustains = graph.foretell(cell, roll, place)
            found.append(np.concatenate([onsets, sustains.ravel()]))
    return np.array(found).reshape(*batch["known"].shape, -1)


def parity(network: RollNetwork, graphs: dict[str, Path], corpus: Corpus) -> dict[str, float]:
    """Return how far each graph is from torch on valid music, by the keys as they were."""
    batch = draw(corpus, ROWS, STEPS, np.random.default_rng(SEED), vary=False)
    network.eval()
    struck, sounds = np.split(batch["roll"], [KEYS], axis=-1)
    truth = np.concatenate([struck, sounds, sounds], axis=-1)
    known = batch["known"]
    mine = _nats(torch_logits(network, batch), truth)[known]
    figures: dict[str, float] = {}
    notes = int(struck[known].sum())
    for name, path in graphs.items():
        apart = _nats(onnx_logits(network.shape.family, path, batch), truth)[known] - mine
        figures |= differences(name, apart, notes, counted=slice(KEYS))
    return figures


def _nats(logits: Logits, truth: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return -log of the chance of each key as it was."""
    wrong = np.where(truth, -logits, logits).astype(np.float64)
    return np.logaddexp(0, wrong)
