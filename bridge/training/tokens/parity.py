"""Is the exported graph the same model? What the tokens of real notes cost, torch against ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from bridge.respond.tokens.families import open_graph
from bridge.respond.tokens.graph import Floats
from bridge.training.corpus import Corpus
from bridge.training.differences import differences
from bridge.training.tokens.network import TokenNetwork
from bridge.training.tokens.rows import Draw

ROWS, STEPS, SEED = 6, 256, 11
ASKED = 0.1  # share of all there is to ask for


def _costs(logits: Floats, token: int) -> float:
    """Return the nats of a token under logits (V,)."""
    found = logits.astype(np.float64)
    return float(np.log(np.exp(found - found.max()).sum()) + found.max() - found[token])


@torch.no_grad()
def parity(
    network: TokenNetwork, draw: Draw, graphs: dict[str, Path], valid: Corpus
) -> dict[str, float]:
    """Return how far each graph is from torch: see `bridge.training.lesson.Lesson.parity`."""
    rng = np.random.default_rng(SEED)
    batch = draw(valid, (ROWS, STEPS), rng, vary=False)
    asked = rng.random((ROWS, batch["wish"].shape[-1])) < ASKED
    batch["wish"][:] = asked[:, None]
    parts = (torch.from_numpy(batch[name]) for name in ("token", "place", "wish"))
    logits = network.eval()(*parts).numpy()
    truth: list[float] = []
    found: dict[str, list[float]] = {name: [] for name in graphs}
    notes = 0
    opened = {name: open_graph(network.shape.family, path) for name, path in graphs.items()}
    for row in range(ROWS):
        tokens, places = batch["token"][row].tolist(), batch["place"][row].tolist()
        told = np.flatnonzero(batch["part"][row] >= 0)
        notes += len(np.unique(batch["note"][row][told]))
        truth += [_costs(logits[row, at - 1], tokens[at]) for at in told]
        for name, graph in opened.items():
            graph.rewind(0)
            graph.wish[0] = asked[row]
            found[name] += [
                _costs(graph.after(tokens[:at], places[:at]), tokens[at]) for at in told
            ]
    figures: dict[str, float] = {}
    for name, costs in found.items():
        figures |= differences(name, np.array(costs) - np.array(truth), notes)
    return figures
