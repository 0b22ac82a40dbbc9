"""What a step graph of notes takes in: one run reads a chunk of steps and draws the next note.

The heads and the sampling are in the graph, because each head sees the choices before it.

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

import numpy as np
from onnx import TensorProto, helper

from bridge.core.music import TICKS_PER_BEAT as BEAT
from bridge.core.voices import DRUMS
from bridge.respond.memory import SLOTS
from bridge.respond.steps import LONGEST_BAR, SIZES
from bridge.training.notes.network import INPUT_AT, INPUT_ROWS
from bridge.training.onnx_graph import Array, End, Graph

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
    looked_up = g.add("Gather", g.real(np.concatenate(list(block.values())), "table"), rows)
    summed = g.add("ReduceSum", looked_up, g.ints(2), keepdims=0)
    asked = weights.get("trunk.inputs.wishes.weight")
    if asked is None:
        return summed
    g.inputs.append(helper.make_tensor_value_info("wish", TensorProto.FLOAT, ["B", asked.shape[1]]))
    wished = g.add("MatMul", g.rough("wish"), g.real(np.ascontiguousarray(asked.T), "wishes"))
    return g.add("Add", summed, g.add("Unsqueeze", wished, g.ints(1)))
