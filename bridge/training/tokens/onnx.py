"""The graphs of token models by hand: tokens in, logits of the next one out; see TokenGraph."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from bridge.training.notes.onnx_graph import Array, Graph
from bridge.training.notes.onnx_trunks import blocks, lstm_cell, state_ends
from bridge.training.tokens.network import Shape, turns

POSITIONS = 512  # of the Transformer's angle table


def build(
    shape: Shape, weights: dict[str, Array], meta: dict[str, str], *, int8: bool
) -> onnx.ModelProto:
    """Return the graph of a network."""
    g = Graph(int8=int8, inputs=(), outputs=())
    for name in ("tokens", "places"):
        g.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "S"]))
    x = g.add(
        "Add",
        g.add("Gather", g.const(weights["table.weight"], "table"), "tokens"),
        g.add("Gather", g.const(weights["place_table.weight"], "table"), "places"),
    )
    if shape.wishes:
        g.inputs.append(
            helper.make_tensor_value_info("wish", TensorProto.FLOAT, ["B", shape.wishes])
        )
        asked = np.ascontiguousarray(weights["wishes.weight"].T)
        wished = g.add("MatMul", "wish", g.const(asked, "wishes"))
        x = g.add("Add", x, g.add("Unsqueeze", wished, g.ints(1)))
    if shape.cell == "transformer":
        g.inputs.append(helper.make_tensor_value_info("index", TensorProto.INT64, ["B", "S"]))
        angle = np.arange(POSITIONS)[:, None] * turns(shape.dim // shape.heads).numpy()[None]
        hidden = blocks(g, shape, weights, x, (angle, "index"))
    else:
        hidden = g.norm(
            recurrent(g, shape, weights, g.column(x, -1, axis=1)), weights["norm.weight"]
        )
    g.outputs.append(
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", shape.vocabulary])
    )
    g.add("Identity", g.linear(hidden, weights["out.weight"]), outputs=["logits"])
    return g.model(meta)


def recurrent(g: Graph, shape: Shape, weights: dict[str, Array], x: str) -> str:
    """Return the hidden vector [B, D] after one token; state comes in and goes out."""
    for layer in range(shape.layers):
        if shape.cell == "lstm":
            x = lstm_cell(g, shape.dim, weights, x, f"cells.{{}}_l{layer}", layer)
        else:
            x = gru_cell(g, shape.dim, weights, x, layer)
    return x


def gru_cell(g: Graph, dim: int, weights: dict[str, Array], x: str, layer: int) -> str:
    """Return the new state of a GRU's layer; torch's gates are r, z, n."""
    state_ends(g, ("h",), layer, dim)
    into, out = (
        g.add(
            "Add",
            g.linear(source, weights[f"cells.weight_{way}_l{layer}"]),
            g.const(weights[f"cells.bias_{way}_l{layer}"], "bias"),
        )
        for way, source in (("ih", x), ("hh", f"h_in_{layer}"))
    )
    open_in, fresh_in = g.split(into, [2 * dim, dim])
    open_out, fresh_out = g.split(out, [2 * dim, dim])
    reset, keep = g.split(g.add("Sigmoid", g.add("Add", open_in, open_out)), [dim] * 2)
    fresh = g.add("Tanh", g.add("Add", fresh_in, g.add("Mul", reset, fresh_out)))
    # z h + (1 - z) n = n + z (h - n)
    moved = g.add("Mul", keep, g.add("Sub", f"h_in_{layer}", fresh))
    return g.add("Add", fresh, moved, outputs=[f"h_out_{layer}"])
