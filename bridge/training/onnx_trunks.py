"""What stands between input and output of a graph, for every family that has it.

Transformer blocks with keys and values in place; recurrent layers with their state in and out.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from bridge.training.onnx_graph import MICROSOFT, Array, Graph, layer_weights
from bridge.training.transformer import BlockShape


class Sizes(BlockShape, Protocol):
    """What a row of blocks must know of a network's sizes."""

    @property
    def layers(self) -> int: ...


def rotary_angles(frequencies: Array, rows: int) -> NDArray[np.float64]:
    """Return the angles (rows, E / 2) in radians of places 0, 1, 2, ... of a network."""
    return np.arange(rows, dtype=np.float64)[:, None] * frequencies[None]


def blocks(
    g: Graph,
    shape: Sizes,
    weights: dict[str, Array],
    x: str,
    turn: tuple[NDArray[np.float64], str],
) -> str:
    """Return the normed last vector [B, D] after all blocks; `weights` are `blocks.*` and `norm.*`.

    `turn` is a table of angles (rows, E / 2) and the input that says which row each step takes.
    Further inputs: `seqlens_k` int32 [B] (steps in all, less one), `total_sequence_length` int32
    [], `past_key_i`, `past_value_i` real [B, K, C, E]; outputs `present_*`, to be bound to the
    same memory. A first chunk must be one step long.
    """
    size = shape.dim // shape.heads
    cache: list[str | int | None] = ["B", shape.kv_heads, "C", size]
    g.inputs.append(helper.make_tensor_value_info("seqlens_k", TensorProto.INT32, ["B"]))
    g.inputs.append(helper.make_tensor_value_info("total_sequence_length", TensorProto.INT32, []))
    cos = g.real(np.cos(turn[0]), "cos")
    sin = g.real(np.sin(turn[0]), "sin")
    y = g.norm(x, weights["blocks.0.attend_norm.weight"])
    for i in range(shape.layers):
        block = f"blocks.{i}"
        for part in ("key", "value"):
            g.inputs.append(helper.make_tensor_value_info(f"past_{part}_{i}", g.real_type, cache))
            g.outputs.append(
                helper.make_tensor_value_info(f"present_{part}_{i}", g.real_type, cache)
            )
        attended = g.add(
            "GroupQueryAttention", g.linear(y, weights[f"{block}.qkv.weight"]), "", "",
            f"past_key_{i}", f"past_value_{i}", "seqlens_k", "total_sequence_length",
            cos, sin, turn[1],
            outputs=[g.name("attended"), f"present_key_{i}", f"present_value_{i}"],
            domain=MICROSOFT, num_heads=shape.heads, kv_num_heads=shape.kv_heads, do_rotary=1,
        )  # fmt: skip
        mixed = g.linear(attended, weights[f"{block}.mix.weight"])
        y, x = g.skip_norm(mixed, x, weights[f"{block}.feed_norm.weight"])
        gate, up = g.split(g.linear(y, weights[f"{block}.gate_up.weight"]), [shape.hidden] * 2)
        fed = g.linear(g.add("Mul", g.silu(gate), up), weights[f"{block}.down.weight"])
        last = i == shape.layers - 1
        gamma = weights["norm.weight" if last else f"blocks.{i + 1}.attend_norm.weight"]
        y, x = g.skip_norm(fed, x, gamma)
    return g.column(y, -1, axis=1)


def lstm_layers(g: Graph, x: str, weights: dict[str, Array], name: str, layers: int) -> str:
    """Return the hidden vector [B, D] after one step of a torch LSTM called `name`.

    Further inputs: `h_in_i`, `c_in_i` float [B, D]; outputs `h_out_i`, `c_out_i`, to be bound to
    the same memory.
    """
    for i in range(layers):
        layer = layer_weights(weights, name, i)
        _declare_state(g, ("h", "c"), i, layer[1].shape[1])
        g.lstm_cell(x, (f"h_in_{i}", f"c_in_{i}"), layer, (f"h_out_{i}", f"c_out_{i}"))
        x = f"h_out_{i}"
    return x


def gru_layers(g: Graph, x: str, weights: dict[str, Array], name: str, layers: int) -> str:
    """Return the hidden vector as `lstm_layers` does, of a GRU, whose state is h alone."""
    for i in range(layers):
        layer = layer_weights(weights, name, i)
        _declare_state(g, ("h",), i, layer[1].shape[1])
        g.gru_cell(x, f"h_in_{i}", layer, f"h_out_{i}")
        x = f"h_out_{i}"
    return x


def _declare_state(g: Graph, parts: tuple[str, ...], layer: int, dim: int) -> None:
    for part in parts:
        for way, ends in (("in", g.inputs), ("out", g.outputs)):
            name = f"{part}_{way}_{layer}"
            ends.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", dim]))
