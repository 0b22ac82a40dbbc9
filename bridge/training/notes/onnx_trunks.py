"""The trunks of the step graphs: Transformer with keys and values in place, LSTM with state."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from bridge.training.notes.network import TABLE_TICKS, Shape, rotary_frequencies
from bridge.training.notes.onnx_graph import MICROSOFT, Array, Graph, input_vector
from bridge.training.notes.onnx_heads import heads


def build(
    shape: Shape, weights: dict[str, Array], meta: dict[str, str], *, int8: bool
) -> onnx.ModelProto:
    """Return the step graph of a network."""
    g = Graph(int8=int8)
    trunk = {"note-transformer": transformer, "note-lstm": lstm}[shape.family]
    hidden = trunk(g, shape, weights)
    heads(g, hidden, weights)
    return g.model(meta)


def transformer(g: Graph, shape: Shape, weights: dict[str, Array]) -> str:
    """Return the last step's hidden vector [B, D].

    Further inputs: `seqlens_k` int32 [B] (steps in all, less one), `total_sequence_length` int32
    [], `past_key_i`, `past_value_i` float [B, K, C, E]; outputs `present_*`, to be bound to the
    same memory. Rotary angles come from each step's tick. A first chunk must be one step long.
    """
    size = shape.dim // shape.heads
    cache: list[str | int | None] = ["B", shape.kv_heads, "C", size]
    g.inputs.append(helper.make_tensor_value_info("seqlens_k", TensorProto.INT32, ["B"]))
    g.inputs.append(helper.make_tensor_value_info("total_sequence_length", TensorProto.INT32, []))
    angle = np.arange(TABLE_TICKS)[:, None] * rotary_frequencies(size).numpy()[None]
    cos = g.const(np.cos(angle).astype(np.float32), "cos")
    sin = g.const(np.sin(angle).astype(np.float32), "sin")
    tick = g.column("steps", 7)
    x = input_vector(g, weights)
    y = g.norm(x, weights["trunk.blocks.0.attend_norm.weight"])
    for i in range(shape.layers):
        at = f"trunk.blocks.{i}"
        for part in ("key", "value"):
            g.inputs.append(
                helper.make_tensor_value_info(f"past_{part}_{i}", TensorProto.FLOAT, cache)
            )
            g.outputs.append(
                helper.make_tensor_value_info(f"present_{part}_{i}", TensorProto.FLOAT, cache)
            )
        attended = g.add(
            "GroupQueryAttention", g.linear(y, weights[f"{at}.qkv.weight"]), "", "",
            f"past_key_{i}", f"past_value_{i}", "seqlens_k", "total_sequence_length",
            cos, sin, tick,
            outputs=[g.name("attended"), f"present_key_{i}", f"present_value_{i}"],
            domain=MICROSOFT, num_heads=shape.heads, kv_num_heads=shape.kv_heads, do_rotary=1,
        )  # fmt: skip
        mixed = g.linear(attended, weights[f"{at}.mix.weight"])
        y, x = g.skip_norm(mixed, x, weights[f"{at}.feed_norm.weight"])
        gate, up = g.split(g.linear(y, weights[f"{at}.gate_up.weight"]), [shape.hidden] * 2)
        fed = g.linear(g.add("Mul", g.silu(gate), up), weights[f"{at}.down.weight"])
        last = i == shape.layers - 1
        gamma = weights["trunk.norm.weight" if last else f"trunk.blocks.{i + 1}.attend_norm.weight"]
        y, x = g.skip_norm(fed, x, gamma)
    return g.column(y, -1, axis=1)


def lstm(g: Graph, shape: Shape, weights: dict[str, Array]) -> str:
    """Return the step's hidden vector [B, D]; one step a run.

    Further inputs: `h_in_i`, `c_in_i` float [B, D]; outputs `h_out_i`, `c_out_i`, to be bound to
    the same memory.
    """
    dim = shape.dim
    state: list[str | int | None] = ["B", dim]
    x = g.column(input_vector(g, weights), -1, axis=1)
    for i in range(shape.layers):
        for part in ("h", "c"):
            for way, ends in (("in", g.inputs), ("out", g.outputs)):
                name = f"{part}_{way}_{i}"
                ends.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, state))
        at = "trunk.lstm"
        matrix = np.concatenate(
            [weights[f"{at}.weight_ih_l{i}"], weights[f"{at}.weight_hh_l{i}"]], axis=1
        )
        bias = weights[f"{at}.bias_ih_l{i}"] + weights[f"{at}.bias_hh_l{i}"]
        order = [0, 1, 3, 2]  # torch's i, f, g, o with the three sigmoids side by side
        matrix = np.concatenate([np.split(matrix, 4)[k] for k in order])
        bias = np.concatenate([np.split(bias, 4)[k] for k in order])
        both = g.add("Concat", x, f"h_in_{i}", axis=-1)
        gates = g.add("Add", g.linear(both, matrix), g.const(bias, "bias"))
        open_, fresh = g.split(gates, [3 * dim, dim])
        into, keep, out = g.split(g.add("Sigmoid", open_), [dim] * 3)
        kept = g.add("Mul", keep, f"c_in_{i}")
        added = g.add("Mul", into, g.add("Tanh", fresh))
        cell = g.add("Add", kept, added, outputs=[f"c_out_{i}"])
        x = g.add("Mul", out, g.add("Tanh", cell), outputs=[f"h_out_{i}"])
    return g.norm(x, weights["trunk.norm.weight"])
