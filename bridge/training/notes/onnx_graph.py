"""The step graphs of the note families: input, trunk, heads."""

from __future__ import annotations

import onnx

from bridge.training.notes.network import TABLE_TICKS, Shape
from bridge.training.notes.onnx_heads import heads
from bridge.training.notes.onnx_inputs import INPUTS, OUTPUTS, input_vector
from bridge.training.onnx_graph import Array, Graph, Kind, block_for
from bridge.training.onnx_trunks import blocks, lstm_layers, rotary_angles


def build(
    shape: Shape, weights: dict[str, Array], meta: dict[str, str], *, kind: Kind
) -> onnx.ModelProto:
    """Return the step graph of a network."""
    g = Graph(INPUTS, OUTPUTS, kind=kind, block=block_for(shape.dim))
    trunk = {"note-transformer": transformer, "note-lstm": lstm}[shape.family]
    hidden = trunk(g, shape, weights)
    heads(g, hidden, weights)
    return g.model(meta)


def transformer(g: Graph, shape: Shape, weights: dict[str, Array]) -> str:
    """Return the last step's hidden vector [B, D]; rotary angles come from each step's tick."""
    x = input_vector(g, weights)
    turn = (rotary_angles(weights["trunk.frequencies"], TABLE_TICKS), g.column("steps", 7))
    own = {name.removeprefix("trunk."): weight for name, weight in weights.items()}
    return blocks(g, shape, own, x, turn)


def lstm(g: Graph, shape: Shape, weights: dict[str, Array]) -> str:
    """Return the step's hidden vector [B, D]; one step a run."""
    x = g.column(input_vector(g, weights), -1, axis=1)
    last = lstm_layers(g, x, weights, "trunk.lstm", shape.layers)
    return g.norm(last, weights["trunk.norm.weight"])
