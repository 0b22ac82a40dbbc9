"""The graph of a roll network: one run hears a frame and foretells the next.

    frame     float [1, 168]   the frame heard last, silence before the first
    place     int64 [1, 2]     position in and length of the bar, in frames, of the frame foretold
    state     float [1, S]     all that is remembered, zeros before the first
    onsets    float [1, 84], sustains float [1, 2, 84]      logits of the frame foretold
    state_out float [1, S]

The state is, side by side: what each convolution saw last, then what each recurrent layer holds.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto

from bridge.respond.rolls.frames import FRAME, KEYS
from bridge.training.onnx_graph import Array, Graph, Kind, layer_weights
from bridge.training.rolls.network import BEAT, Shape


def state_sizes(shape: Shape) -> tuple[list[int], list[int]]:
    """Return how many numbers each convolution and each recurrent part keeps."""
    parts = shape.layers * (1 if shape.family == "roll-convgru" else 2)
    return [(shape.kernel - 1) * shape.channels] * shape.convolutions, [shape.hidden] * parts


def build(
    shape: Shape, weights: dict[str, Array], meta: dict[str, str], *, kind: Kind
) -> onnx.ModelProto:
    """Return the graph of a network."""
    seen, held = state_sizes(shape)
    size = sum(seen) + sum(held)
    g = Graph(
        [
            ("frame", TensorProto.FLOAT, [1, FRAME]),
            ("place", TensorProto.INT64, [1, 2]),
            ("state", TensorProto.FLOAT, [1, size]),
        ],
        [
            ("onsets", TensorProto.FLOAT, [1, KEYS]),
            ("sustains", TensorProto.FLOAT, [1, 2, KEYS]),
            ("state_out", TensorProto.FLOAT, [1, size]),
        ],
        kind=kind,
    )
    before = g.split("state", [*seen, *held])
    x, after = _input(g, weights), []
    for i in range(shape.convolutions):
        x, kept = _convolution(g, x, before[i], weights, f"convolutions.{i}")
        after.append(kept)
    x, kept_all = _recurrent(g, shape, x, before[len(seen) :], weights)
    g.add("Concat", *after, *kept_all, outputs=["state_out"], axis=-1)
    h = g.norm(x, weights["norm.weight"])
    onsets = g.linear(h, weights["onsets.weight"])
    g.add("Add", onsets, g.const(weights["onsets.bias"]), outputs=["onsets"])
    sustains = g.affine(h, weights["sustains.weight"], weights["sustains.bias"])
    g.add("Reshape", sustains, g.ints(1, 2, KEYS), outputs=["sustains"])
    return g.model(meta)


def _input(g: Graph, weights: dict[str, Array]) -> str:
    """Return what is known of the frame heard and of the place of the next, [1, C]."""
    position = weights["position_table.weight"]
    position = position + weights["beat_table.weight"][np.arange(len(position)) % BEAT]
    x = g.affine("frame", weights["frame.weight"], weights["frame.bias"])
    x = g.add("Add", x, g.add("Gather", g.const(position, "position"), g.column("place", 0)))
    bars = g.const(weights["bar_table.weight"], "bars")
    return g.add("Add", x, g.add("Gather", bars, g.column("place", 1)))


def _convolution(
    g: Graph, x: str, before: str, weights: dict[str, Array], at: str
) -> tuple[str, str]:
    """Return the output [1, C], and the inputs to be kept [1, (kernel - 1) * C]."""
    kernel = weights[f"{at}.over.weight"]  # (out, in, kernel)
    normed = g.norm(x, weights[f"{at}.norm.weight"])
    seen = g.add("Concat", before, normed, axis=-1)
    flat = np.ascontiguousarray(kernel.transpose(0, 2, 1).reshape(len(kernel), -1))
    y = g.silu(g.affine(seen, flat, weights[f"{at}.over.bias"]))
    _, kept = g.split(seen, [kernel.shape[1], kernel.shape[1] * (kernel.shape[2] - 1)])
    return g.add("Add", x, y), kept


def _recurrent(
    g: Graph, shape: Shape, x: str, before: list[str], weights: dict[str, Array]
) -> tuple[str, list[str]]:
    """Return the output [1, D], and the state of all layers."""
    kept = []
    for i in range(shape.layers):
        layer = layer_weights(weights, "recurrent", i)
        h = g.name("h")
        if shape.family == "roll-convgru":
            g.gru_cell(x, before[i], layer, h)
            kept.append(h)
        else:
            c = g.name("c")
            g.lstm_cell(x, (before[2 * i], before[2 * i + 1]), layer, (h, c))
            kept += [h, c]
        x = h
    return x, kept
