"""The trunks of the step graphs: Transformer with keys and values in place, LSTM with state."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
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
    """Return the last step's hidden vector [B, D]; rotary angles come from each step's tick."""
    size = shape.dim // shape.heads
    angle = np.arange(TABLE_TICKS)[:, None] * rotary_frequencies(size).numpy()[None]
    x = input_vector(g, weights)
    turn = (angle, g.column("steps", 7))
    own = {name.removeprefix("trunk."): weight for name, weight in weights.items()}
    return blocks(g, shape, own, x, turn)


class Sizes(Protocol):
    """What the blocks must know of a network's sizes."""

    @property
    def dim(self) -> int: ...
    @property
    def layers(self) -> int: ...
    @property
    def heads(self) -> int: ...
    @property
    def kv_heads(self) -> int: ...
    @property
    def hidden(self) -> int: ...


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
    [], `past_key_i`, `past_value_i` float [B, K, C, E]; outputs `present_*`, to be bound to the
    same memory. A first chunk must be one step long.
    """
    size = shape.dim // shape.heads
    cache: list[str | int | None] = ["B", shape.kv_heads, "C", size]
    g.inputs.append(helper.make_tensor_value_info("seqlens_k", TensorProto.INT32, ["B"]))
    g.inputs.append(helper.make_tensor_value_info("total_sequence_length", TensorProto.INT32, []))
    cos = g.const(np.cos(turn[0]).astype(np.float32), "cos")
    sin = g.const(np.sin(turn[0]).astype(np.float32), "sin")
    y = g.norm(x, weights["blocks.0.attend_norm.weight"])
    for i in range(shape.layers):
        block = f"blocks.{i}"
        for part in ("key", "value"):
            g.inputs.append(
                helper.make_tensor_value_info(f"past_{part}_{i}", TensorProto.FLOAT, cache)
            )
            g.outputs.append(
                helper.make_tensor_value_info(f"present_{part}_{i}", TensorProto.FLOAT, cache)
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


def lstm(g: Graph, shape: Shape, weights: dict[str, Array]) -> str:
    """Return the step's hidden vector [B, D]; one step a run."""
    x = g.column(input_vector(g, weights), -1, axis=1)
    for layer in range(shape.layers):
        x = lstm_cell(g, shape.dim, weights, x, f"trunk.lstm.{{}}_l{layer}", layer)
    return g.norm(x, weights["trunk.norm.weight"])


def state_ends(g: Graph, parts: tuple[str, ...], layer: int, dim: int) -> None:
    """Declare a layer's state, float [B, dim] in and out, to be bound to the same memory."""
    for part in parts:
        for way, ends in (("in", g.inputs), ("out", g.outputs)):
            name = f"{part}_{way}_{layer}"
            ends.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", dim]))


def lstm_cell(g: Graph, dim: int, weights: dict[str, Array], x: str, names: str, layer: int) -> str:
    """Return the new hidden state of a layer; `names` with `{}` is what torch calls its weights."""
    state_ends(g, ("h", "c"), layer, dim)
    part = {name: weights[names.format(name)] for name in (
        "weight_ih", "weight_hh", "bias_ih", "bias_hh",
    )}  # fmt: skip
    matrix = np.concatenate([part["weight_ih"], part["weight_hh"]], axis=1)
    bias = part["bias_ih"] + part["bias_hh"]
    order = [0, 1, 3, 2]  # torch's i, f, g, o with the three sigmoids side by side
    matrix = np.concatenate([np.split(matrix, 4)[k] for k in order])
    bias = np.concatenate([np.split(bias, 4)[k] for k in order])
    both = g.add("Concat", x, f"h_in_{layer}", axis=-1)
    gates = g.add("Add", g.linear(both, matrix), g.const(bias, "bias"))
    open_, fresh = g.split(gates, [3 * dim, dim])
    into, keep, out = g.split(g.add("Sigmoid", open_), [dim] * 3)
    kept = g.add("Mul", keep, f"c_in_{layer}")
    added = g.add("Mul", into, g.add("Tanh", fresh))
    cell = g.add("Add", kept, added, outputs=[f"c_out_{layer}"])
    return g.add("Mul", out, g.add("Tanh", cell), outputs=[f"h_out_{layer}"])
