"""Is the exported graph the same model? Bits of real notes, torch against ONNX."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bridge.respond.notes.graph import GRAPHS
from bridge.training.corpus import Corpus
from bridge.training.differences import differences
from bridge.training.notes.network import NoteNetwork
from bridge.training.notes.rows import draw

ROWS, STEPS, SEED = 8, 256, 11
ASKED = 0.1  # share of all there is to ask for, at each step anew


@torch.no_grad()
def torch_bits(network: NoteNetwork, batch: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
    """Return bits (N, 5) of all known next steps of a batch, row by row."""
    nats = network.losses({n: torch.from_numpy(v) for n, v in batch.items()})
    return (nats / math.log(2)).numpy()


def onnx_bits(family: str, path: Path, batch: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
    """Return the same from a step graph, one step at a time."""
    graph = GRAPHS[family](path)
    found = []
    columns = [batch["notes"], *(batch[n][..., None] for n in ("position", "bar", "tick"))]
    rows = np.concatenate(columns, axis=-1)
    beside = (batch["target"], batch["document"], batch["wish"])
    for row, target, document, wish in zip(rows, *beside, strict=True):
        for i in range(len(row) - 1):
            if i and document[i] != document[i - 1]:
                graph.rewind(0)
            if document[i] != document[i + 1] or document[i + 1] < 0:
                continue
            graph.force[0] = target[i + 1]
            graph.land[0] = row[i + 1, 5]
            graph.wish[0] = wish[i]
            graph.step(tuple(row[i]))
            found.append(graph.bits[0].copy())
        graph.rewind(0)
    return np.array(found)


def parity(network: NoteNetwork, graphs: dict[str, Path], corpus: Corpus) -> dict[str, float]:
    """Return how far each graph is from torch on valid music.

    Rows hold one piece each, because a recurrent network hears the piece before it in its row.
    """
    rng = np.random.default_rng(SEED)
    batch = draw(corpus, ROWS, STEPS, rng, vary=False)
    later = batch["document"] > 0
    batch["document"][later] = -1
    batch["wish"][:] = rng.random(batch["wish"].shape) < ASKED
    network.eval()
    truth = torch_bits(network, batch)
    figures: dict[str, float] = {}
    for name, path in graphs.items():
        bits = onnx_bits(network.shape.family, path, batch)
        figures |= differences(name, (bits - truth) * math.log(2), len(truth))
    return figures
