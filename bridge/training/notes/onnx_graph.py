"""Step graphs by hand: one run reads a chunk of steps and draws the next note.

No exporter: the nodes are the fused ones of onnxruntime (`GroupQueryAttention` with keys and values
in place and rotary inside, `MatMulNBits` for 8-bit weights), so that a step costs little more than
reading the weights. The heads and the sampling are in the graph, because each head sees the choices
before it.

Common inputs, B rows, S steps, V classes of an attribute:

    steps       int64 [B, S, 8]   shift, voice, pitch, duration, velocity, position, bar, tick
    force       int64 [B, 5]      an attribute to take instead of drawing it, or -1
    land        int64 [B]         position in the bar where the next note lands, or -1 to compute it
    u           float [B, 5]      uniform numbers in [0, 1), one a head
    inv_temperature, top_p        float [1];  top_k  int64 [1]
    mask_shift [193], mask_voice [13], mask_pitch [13, 128]   float, added to logits

What was played before is mixed in as probabilities, already weighted; its sounds depend on the
shift that is drawn first, so they come in SLOTS tables; `slot` says which one belongs to a shift:

    trust_shift float [1], memory_shift float [193]           p = trust * network + memory
    slot int64 [193], trust_sound float [SLOTS]
    memory_voice float [SLOTS, 13], memory_sound float [SLOTS * 13, 128]     its rows sum to voice

Outputs: `note` int64 [B, 5], and `bits` float [B, 5], the cost of each choice under network and
memory (temperature 1, no masks).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bridge.core.music import TICKS_PER_BEAT as BEAT
from bridge.core.voices import DRUMS
from bridge.respond.memory import SLOTS
from bridge.respond.steps import LONGEST_BAR, SIZES
from bridge.training.notes.network import INPUT_AT, INPUT_ROWS

Array = NDArray[np.float32]
MICROSOFT = "com.microsoft"
BLOCK = 32  # weights that share a scale; divides 192 and 256 (figures: docs/training.md)
EPSILON = 1e-6

End = tuple[str, int, list[str | int | None]]
INPUTS: tuple[End, ...] = (
    ("steps", TensorProto.INT64, ["B", "S", 8]),
    ("force", TensorProto.INT64, ["B", 5]),
    ("land", TensorProto.INT64, ["B"]),
    ("u", TensorProto.FLOAT, ["B", 5]),
    ("inv_temperature", TensorProto.FLOAT, [1]),
    ("top_p", TensorProto.FLOAT, [1]),
    ("top_k", TensorProto.INT64, [1]),
    ("mask_shift", TensorProto.FLOAT, [SIZES[0]]),
    ("mask_voice", TensorProto.FLOAT, [SIZES[1]]),
    ("mask_pitch", TensorProto.FLOAT, [SIZES[1], SIZES[2]]),
    ("trust_shift", TensorProto.FLOAT, [1]),
    ("memory_shift", TensorProto.FLOAT, [SIZES[0]]),
    ("slot", TensorProto.INT64, [SIZES[0]]),
    ("trust_sound", TensorProto.FLOAT, [SLOTS]),
    ("memory_voice", TensorProto.FLOAT, [SLOTS, SIZES[1]]),
    ("memory_sound", TensorProto.FLOAT, [SLOTS * SIZES[1], SIZES[2]]),
)
OUTPUTS: tuple[End, ...] = (
    ("note", TensorProto.INT64, ["B", 5]),
    ("bits", TensorProto.FLOAT, ["B", 5]),
)


class Graph:
    """Nodes and constants in the making; `add` names results by itself."""

    def __init__(
        self, *, int8: bool, inputs: Sequence[End] = INPUTS, outputs: Sequence[End] = OUTPUTS
    ) -> None:
        self.int8 = int8
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
        if not self.int8:
            return self.add("MatMul", x, self.const(np.ascontiguousarray(weight.T), "w"))
        packed, scales = quantise(weight)
        return self.add(
            "MatMulNBits", x, self.const(packed, "w"), self.const(scales, "s"),
            domain=MICROSOFT, K=weight.shape[1], N=weight.shape[0],
            bits=8, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip

    def norm(self, x: str, gamma: Array) -> str:
        """RMS norm over the last axis."""
        return self.add(
            "SimplifiedLayerNormalization", x, self.const(gamma), axis=-1, epsilon=EPSILON
        )

    def skip_norm(self, x: str, skip: str, gamma: Array) -> tuple[str, str]:
        """Return the RMS norm of x + skip, and x + skip."""
        names = [self.name("normed"), "", "", self.name("sum")]
        self.add(
            "SkipSimplifiedLayerNormalization", x, skip, self.const(gamma),
            outputs=names, domain=MICROSOFT, epsilon=EPSILON,
        )  # fmt: skip
        return names[0], names[3]

    def silu(self, x: str) -> str:
        """SiLU, the fused way."""
        return self.add("QuickGelu", x, domain=MICROSOFT, alpha=1.0)

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


def quantise(weight: Array) -> tuple[NDArray[np.uint8], Array]:
    """Return weights (N, K) as bytes (N, blocks, BLOCK) around 128, and scales (N * blocks,)."""
    rows, columns = weight.shape
    blocks = -(-columns // BLOCK)
    padded = np.zeros((rows, blocks * BLOCK), np.float32)
    padded[:, :columns] = weight
    cut = padded.reshape(rows, blocks, BLOCK)
    scales = np.abs(cut).max(axis=-1) / 127.0
    scales[scales == 0] = 1.0
    packed = np.clip(np.rint(cut / scales[..., None]) + 128, 0, 255).astype(np.uint8)
    return packed, scales.reshape(-1).astype(np.float32)


def folded(table: Array, beats: Array) -> Array:
    """Return a table by position with the table by place in the beat added in."""
    return table + beats[np.arange(len(table)) % BEAT]


def input_vector(g: Graph, weights: dict[str, Array]) -> str:
    """Sum of the table's rows for each step and of what is asked of the next note, [B, S, D].

    Further input, where something can be asked for: `wish` float [B, WIDTH].
    """
    table = weights["trunk.inputs.table.weight"]
    block = {n: table[INPUT_AT[n] : INPUT_AT[n] + rows] for n, rows in INPUT_ROWS.items()}
    block["position"] = folded(block["position"], block.pop("beat"))
    block["bar"] = np.repeat(block["bar"], 6, axis=0)[: LONGEST_BAR + 1]  # by tick, not by six
    starts = np.cumsum([0, *(len(b) for b in block.values())][:-1])
    seven = g.add("Slice", "steps", g.ints(0), g.ints(7), g.ints(2))
    drums = g.add("Equal", g.add("Slice", "steps", g.ints(1), g.ints(2), g.ints(2)), g.ints(DRUMS))
    shifted = g.add(
        "Where", drums, g.const(starts + np.array([0, 0, 128, 0, 0, 0, 0])), g.const(starts)
    )
    rows = g.add("Add", seven, shifted)
    looked_up = g.add("Gather", g.const(np.concatenate(list(block.values())), "table"), rows)
    summed = g.add("ReduceSum", looked_up, g.ints(2), keepdims=0)
    asked = weights.get("trunk.inputs.wishes.weight")
    if asked is None:
        return summed
    g.inputs.append(helper.make_tensor_value_info("wish", TensorProto.FLOAT, ["B", asked.shape[1]]))
    wished = g.add("MatMul", "wish", g.const(np.ascontiguousarray(asked.T), "wishes"))
    return g.add("Add", summed, g.add("Unsqueeze", wished, g.ints(1)))
