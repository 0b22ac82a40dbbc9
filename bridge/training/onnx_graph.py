"""Graphs by hand, for every family: nodes, constants, 8-bit weights, recurrent cells.

No exporter: the nodes are the fused ones of onnxruntime where it has them, and `MatMulNBits` for
8-bit weights, so that a step costs little more than reading the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.float32]
Kind = Literal["int8", "fp32", "fp16"]  # int8 and fp32 for the CPU, fp16 for GPUs
MICROSOFT = "com.microsoft"
BLOCK = 32  # weights that share a scale; divides 192 and 256 (figures: docs/training.md)
WIDE, WIDE_BLOCK = 512, 128  # from this width on reading the scales is what costs
EPSILON = 1e-6

End = tuple[str, int, list[str | int | None]]


class Graph:
    """Nodes and constants in the making; `add` names results by itself."""

    def __init__(
        self, inputs: Sequence[End], outputs: Sequence[End], *, kind: Kind, block: int = BLOCK
    ) -> None:
        """Begin a graph; `block` weights share a scale where they have 8 bits."""
        self.kind, self.block = kind, block
        self.real_type = TensorProto.FLOAT16 if kind == "fp16" else TensorProto.FLOAT
        self.nodes: list[onnx.NodeProto] = []
        self.inputs = [helper.make_tensor_value_info(*row) for row in inputs]
        self.outputs = [helper.make_tensor_value_info(*row) for row in outputs]
        self.constants: dict[str, onnx.TensorProto] = {}
        self._count = 0

    def name(self, stem: str) -> str:
        """Return a fresh name."""
        self._count += 1
        return f"{stem}_{self._count}"

    def const(self, value: NDArray[np.generic], stem: str = "c") -> str:
        """Store a constant; the same bytes are stored once."""
        same = repr(value.tobytes()) if value.size < 64 else self.name("")
        key = f"{value.dtype}{value.shape}{same}"
        if key not in self.constants:
            self.constants[key] = numpy_helper.from_array(value, self.name(stem))
        return self.constants[key].name

    def real(self, value: NDArray[np.floating], stem: str = "r") -> str:
        """Store a constant as what the graph computes with: fp32, or fp16 in such a graph."""
        return self.const(value.astype(helper.tensor_dtype_to_np_dtype(self.real_type)), stem)

    def rough(self, x: str) -> str:
        """Take an fp32 value into what the graph computes with."""
        return self.add("Cast", x, to=self.real_type) if self.kind == "fp16" else x

    def exact(self, x: str) -> str:
        """Take a value out of it, into fp32."""
        return self.add("Cast", x, to=TensorProto.FLOAT) if self.kind == "fp16" else x

    def ints(self, *values: int) -> str:
        """Store an int64 vector."""
        return self.const(np.array(values, np.int64))

    def add(
        self,
        op: str,
        *inputs: str,
        outputs: int | list[str] = 1,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """Append a node; returns its first output."""
        names = outputs if isinstance(outputs, list) else [self.name(op) for _ in range(outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), names, domain=domain, **attributes))
        return names[0]

    def split(self, x: str, sizes: list[int], axis: int = -1) -> list[str]:
        """Split along an axis."""
        names = [self.name("part") for _ in sizes]
        self.add("Split", x, self.ints(*sizes), outputs=names, axis=axis)
        return names

    def linear(self, x: str, weight: Array) -> str:
        """Multiply by weight (N, K), in 8 bits where the graph is int8."""
        if self.kind != "int8":
            return self.add("MatMul", x, self.real(np.ascontiguousarray(weight.T), "w"))
        packed, scales = quantise(weight, self.block)
        return self.add(
            "MatMulNBits", x, self.const(packed, "w"), self.const(scales, "s"),
            domain=MICROSOFT, K=weight.shape[1], N=weight.shape[0],
            bits=8, block_size=self.block, accuracy_level=4,
        )  # fmt: skip

    def norm(self, x: str, gamma: Array) -> str:
        """RMS norm over the last axis."""
        return self.add(
            "SimplifiedLayerNormalization", x, self.real(gamma), axis=-1, epsilon=EPSILON
        )

    def skip_norm(self, x: str, skip: str, gamma: Array) -> tuple[str, str]:
        """Return the RMS norm of x + skip, and x + skip."""
        names = [self.name("normed"), "", "", self.name("sum")]
        self.add(
            "SkipSimplifiedLayerNormalization", x, skip, self.real(gamma),
            outputs=names, domain=MICROSOFT, epsilon=EPSILON,
        )  # fmt: skip
        return names[0], names[3]

    def silu(self, x: str) -> str:
        """SiLU, the fused way."""
        return self.add("QuickGelu", x, domain=MICROSOFT, alpha=1.0)

    def affine(self, x: str, weight: Array, bias: Array) -> str:
        """Multiply by weight (N, K) and add bias (N,), which stays as exact as it is."""
        return self.add("Add", self.linear(x, weight), self.real(bias, "bias"))

    def lstm_cell(
        self, x: str, state: tuple[str, str], weights: Sequence[Array], outputs: tuple[str, str]
    ) -> None:
        """Take one step of an LSTM layer.

        `state` and `outputs` name h and c [B, D]; `weights` are torch's input matrix, hidden
        matrix, and their two biases.
        """
        into_x, into_h, bias_x, bias_h = weights
        dim = into_h.shape[1]
        matrix = np.concatenate([into_x, into_h], axis=1)
        order = [0, 1, 3, 2]  # torch's i, f, g, o with the three sigmoids side by side
        matrix = np.concatenate([np.split(matrix, 4)[k] for k in order])
        bias = np.concatenate([np.split(bias_x + bias_h, 4)[k] for k in order])
        both = self.add("Concat", x, state[0], axis=-1)
        open_, fresh = self.split(self.affine(both, matrix, bias), [3 * dim, dim])
        into, keep, out = self.split(self.add("Sigmoid", open_), [dim] * 3)
        kept = self.add("Mul", keep, state[1])
        added = self.add("Mul", into, self.add("Tanh", fresh))
        cell = self.add("Add", kept, added, outputs=[outputs[1]])
        self.add("Mul", out, self.add("Tanh", cell), outputs=[outputs[0]])

    def gru_cell(self, x: str, state: str, weights: Sequence[Array], output: str) -> None:
        """Take one step of a GRU layer; as `lstm_cell`, with a state of h alone."""
        into_x, into_h, bias_x, bias_h = weights
        dim = into_h.shape[1]
        open_x, fresh_x = self.split(self.affine(x, into_x, bias_x), [2 * dim, dim])
        open_h, fresh_h = self.split(self.affine(state, into_h, bias_h), [2 * dim, dim])
        gates = self.add("Sigmoid", self.add("Add", open_x, open_h))
        reset, keep = self.split(gates, [dim] * 2)
        recalled = self.add("Add", fresh_x, self.add("Mul", reset, fresh_h))
        fresh = self.add("Tanh", recalled)
        moved = self.add("Mul", keep, self.add("Sub", state, fresh))
        self.add("Add", fresh, moved, outputs=[output])

    def column(self, x: str, index: int, axis: int = -1) -> str:
        """Take one column of x, dropping the axis."""
        return self.add("Gather", x, self.const(np.array(index, np.int64)), axis=axis)

    def model(self, meta: dict[str, str]) -> onnx.ModelProto:
        """Return the finished model."""
        graph = helper.make_graph(
            self.nodes, "antiphon-step", self.inputs, self.outputs, list(self.constants.values())
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="antiphon")
        model.ir_version = 10
        helper.set_model_props(model, meta)
        return model


def layer_weights(weights: Mapping[str, Array], name: str, layer: int) -> list[Array]:
    """Return what a cell takes of a recurrent torch module: two matrices and two biases."""
    parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return [weights[f"{name}.{part}_l{layer}"] for part in parts]


def block_for(dim: int) -> int:
    """Return how many weights of a network of some width share a scale."""
    return WIDE_BLOCK if dim >= WIDE else BLOCK


def quantise(weight: Array, block: int) -> tuple[NDArray[np.uint8], Array]:
    """Return weights (N, K) as bytes (N, blocks, block) around 128, and scales (N * blocks,)."""
    rows, columns = weight.shape
    blocks = -(-columns // block)
    padded = np.zeros((rows, blocks * block), np.float32)
    padded[:, :columns] = weight
    cut = padded.reshape(rows, blocks, block)
    scales = np.abs(cut).max(axis=-1) / 127.0
    scales[scales == 0] = 1.0
    packed = np.clip(np.rint(cut / scales[..., None]) + 128, 0, 255).astype(np.uint8)
    return packed, scales.reshape(-1).astype(np.float32)
