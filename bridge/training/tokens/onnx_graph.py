"""The graphs of token models by hand: tokens in, logits of the next one out; see TokenGraph."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from bridge.training.onnx_graph import Array, Graph, Kind, block_for
from bridge.training.onnx_trunks import blocks, gru_layers, lstm_layers, rotary_angles
from bridge.training.tokens.network import Shape

POSITIONS = 512  # of the Transformer's angle table


def build(
    shape: Shape, weights: dict[str, Array], meta: dict[str, str], *, kind: Kind
) -> onnx.ModelProto:
    """Return the graph of a network."""
    g = Graph((), (), kind=kind, block=block_for(shape.dim))
    for name in ("tokens", "places"):
        g.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "S"]))
    x = g.add(
        "Add",
        g.add("Gather", g.real(weights["table.weight"], "table"), "tokens"),
        g.add("Gather", g.real(weights["place_table.weight"], "table"), "places"),
    )
    if shape.wishes:
        g.inputs.append(
            helper.make_tensor_value_info("wish", TensorProto.FLOAT, ["B", shape.wishes])
        )
        asked = np.ascontiguousarray(weights["wishes.weight"].T)
        wished = g.add("MatMul", g.rough("wish"), g.real(asked, "wishes"))
        x = g.add("Add", x, g.add("Unsqueeze", wished, g.ints(1)))
    if shape.cell == "transformer":
        g.inputs.append(helper.make_tensor_value_info("index", TensorProto.INT64, ["B", "S"]))
        angles = rotary_angles(weights["frequencies"], POSITIONS)
        hidden = blocks(g, shape, weights, x, (angles, "index"))
    else:
        layers = lstm_layers if shape.cell == "lstm" else gru_layers
        last = layers(g, g.column(x, -1, axis=1), weights, "cells", shape.layers)
        hidden = g.norm(last, weights["norm.weight"])
    g.outputs.append(
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", shape.vocabulary])
    )
    g.add("Identity", g.exact(g.linear(hidden, weights["out.weight"])), outputs=["logits"])
    return g.model(meta)
