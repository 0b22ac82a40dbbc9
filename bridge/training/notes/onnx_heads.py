"""The chain of heads in a step graph, with the memory mixed in and the sampling after each head."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from bridge.core.music import TICKS_PER_BEAT as BEAT
from bridge.core.voices import DRUMS
from bridge.respond.steps import LONGEST_BAR, SIZES
from bridge.training.notes.onnx_inputs import folded
from bridge.training.onnx_graph import Array, Graph

ORDER_PENALTY = -1e4  # for a note that would come before the last one of a chord


class Dice:
    """Draws from log-probabilities, head by head; what all heads ask of the inputs is made once.

    Nucleus sampling with a top-k bound: sorted shares, their running sum, the first that passes u.
    Shapes and kinds are such that CUDA can do all of it and replay it as one CUDA graph: no length
    depends on a value, and `ArgMax` is of floats.
    """

    def __init__(self, g: Graph) -> None:
        self.g = g
        heads = [1] * len(SIZES)
        self._u = g.split("u", heads)
        self._forced = g.split("force", heads)
        self._free = g.split(g.add("Less", "force", g.ints(0)), heads)
        self._none = g.const(np.zeros(1, np.float32))
        self._last_axis = g.const(np.array(-1, np.int64))

    def draw(self, logp: str, index: int, mask: str = "") -> tuple[str, str]:
        """Draw from logp [B, V] under an additive mask; returns choice and cost in nats [B, 1]."""
        g = self.g
        sharpened = g.add("Mul", logp, "inv_temperature")
        shares = g.add("Softmax", g.add("Add", sharpened, mask) if mask else sharpened, axis=-1)
        best, order = g.name("best"), g.name("order")
        g.add("TopK", shares, g.ints(SIZES[index]), outputs=[best, order], axis=-1)
        running = g.add("CumSum", best, self._last_axis)
        ranks = g.const(np.arange(SIZES[index], dtype=np.int64)[None])
        within = g.add("Less", g.add("Sub", running, best), "top_p")
        kept = g.add("And", within, g.add("Less", ranks, "top_k"))
        total = g.add("ReduceMax", g.add("Where", kept, running, self._none), g.ints(-1))
        passes = g.add("Greater", running, g.add("Mul", self._u[index], total))
        first = g.add("ArgMax", as_float(g, passes), axis=-1)
        drawn = g.add("GatherElements", order, first, axis=-1)
        choice = g.add("Where", self._free[index], drawn, self._forced[index])
        return choice, g.add("GatherElements", logp, choice, axis=-1)


def as_float(g: Graph, x: str) -> str:
    """Cast to float."""
    return g.add("Cast", x, to=TensorProto.FLOAT)


def head(g: Graph, u: str, weights: dict[str, Array], name: str, out: Array | None = None) -> str:
    """One head's logits from u [B, D]."""
    at = f"heads.{name}"
    inner = g.silu(g.linear(g.norm(u, weights[f"{at}.norm.weight"]), weights[f"{at}.inner.weight"]))
    return g.exact(g.linear(inner, weights[f"{at}.out.weight"] if out is None else out))


class Chain:
    """Draws shift, voice, pitch, duration and velocity, each from what was chosen before it."""

    def __init__(self, g: Graph, hidden: str, weights: dict[str, Array]) -> None:
        self.g, self.weights = g, weights
        self.dice = Dice(g)
        self.u = hidden  # [B, D], to which every choice is added
        last = g.split(g.column("steps", -1, axis=1), [1] * 8)
        self.voice_before, self.pitch_before, self.position, self.bar = (
            last[i] for i in (1, 2, 5, 6)
        )
        self.choices: list[str] = []  # [B, 1] each
        self.costs: list[str] = []  # in nats of log-probability

    def finish(self) -> None:
        """Make the outputs."""
        g = self.g
        g.add("Concat", *self.choices, outputs=["note"], axis=1)
        to_bits = g.const(np.array([-1 / np.log(2)], np.float32))
        g.add("Mul", g.add("Concat", *self.costs, axis=1), to_bits, outputs=["bits"])

    def _logits(self, name: str, out: Array | None = None) -> str:
        return head(self.g, self.u, self.weights, name, out)

    def _softmax(self, logits: str) -> str:
        return self.g.add("Softmax", logits, axis=-1)

    def _choose(self, logp: str, mask: str = "") -> str:
        choice, nats = self.dice.draw(logp, len(self.choices), mask)
        self.choices.append(choice)
        self.costs.append(nats)
        return choice

    def _chosen(self, rows: str, table: Array) -> None:
        """Add the rows of a table that belong to a choice [B, 1]."""
        g = self.g
        flat = g.add("Squeeze", rows, g.ints(1))
        self.u = g.add("Add", self.u, g.add("Gather", g.real(table, "chose"), flat))

    def _out_of_order(self, lower: str) -> str:
        """Return a penalty [B, V] for the classes that would break the order of a chord."""
        g = self.g
        penalty = g.const(np.array([ORDER_PENALTY], np.float32))
        return g.add("Mul", as_float(g, lower), penalty)

    def shift(self) -> None:
        """Draw the shift; note where it lands."""
        g, weights = self.g, self.weights
        out = weights["heads.shift.out.weight"]
        by_shift, by_beat, by_position = np.split(out, [SIZES[0], SIZES[0] + BEAT])
        joint = np.concatenate([by_shift, folded(by_position, by_beat)])
        plain, landing = g.split(self._logits("shift", joint), [SIZES[0], LONGEST_BAR])
        ladder = g.const(np.arange(SIZES[0], dtype=np.int64)[None])
        places = g.add("Mod", g.add("Add", self.position, ladder), self.bar)
        logits = g.add("Add", plain, g.add("GatherElements", landing, places, axis=-1))
        network = g.add("Mul", self._softmax(logits), "trust_shift")
        shift = self._choose(g.add("Log", g.add("Add", network, "memory_shift")), "mask_shift")
        given = g.add("Unsqueeze", "land", g.ints(1))
        computed = g.add("Mod", g.add("Add", self.position, shift), self.bar)
        landed = g.add("Where", g.add("Less", given, g.ints(0)), computed, given)
        self._chosen(shift, weights["heads.chose_shift.weight"])
        by_place = weights["heads.chose_position.weight"]
        self._chosen(landed, folded(by_place, weights["heads.chose_beat.weight"]))
        self.together = g.add("Equal", shift, g.ints(0))  # a chord: voice, then pitch must rise
        self.slot = g.add("Gather", "slot", g.add("Squeeze", shift, g.ints(1)))

    def voice(self) -> None:
        """Draw the voice, from network and memory together."""
        g = self.g
        trust = g.add("Unsqueeze", g.add("Gather", "trust_sound", self.slot), g.ints(1))
        self.voice_network = g.add("Mul", self._softmax(self._logits("voice")), trust)
        remembered = g.add("Gather", "memory_voice", self.slot)
        self.voice_mix = g.add("Add", self.voice_network, remembered)
        voices = g.const(np.arange(SIZES[1], dtype=np.int64)[None])
        lower = g.add("And", g.add("Less", voices, self.voice_before), self.together)
        mask = g.add("Add", "mask_voice", self._out_of_order(lower))
        self.drawn_voice = self._choose(g.add("Log", self.voice_mix), mask)
        self._chosen(self.drawn_voice, self.weights["heads.chose_voice.weight"])

    def pitch(self) -> None:
        """Draw the pitch; given the voice, network and memory weigh what they gave that voice."""
        g, voice = self.g, self.drawn_voice
        flat = g.add("Squeeze", voice, g.ints(1))
        row = g.add("Add", g.add("Mul", self.slot, g.ints(SIZES[1])), flat)
        share = g.add("GatherElements", self.voice_network, voice, axis=-1)
        network = g.add("Mul", self._softmax(self._logits("pitch")), share)
        mix = g.add("Add", network, g.add("Gather", "memory_sound", row))
        whole = g.add("GatherElements", self.voice_mix, voice, axis=-1)
        pitches = g.const(np.arange(SIZES[2], dtype=np.int64)[None])
        same = g.add("And", self.together, g.add("Equal", voice, self.voice_before))
        lower = g.add("And", g.add("LessOrEqual", pitches, self.pitch_before), same)
        mask = g.add("Add", g.add("Gather", "mask_pitch", flat), self._out_of_order(lower))
        pitch = self._choose(g.add("Log", g.add("Div", mix, whole)), mask)
        struck = g.add("Cast", g.add("Equal", voice, g.ints(DRUMS)), to=TensorProto.INT64)
        row = g.add("Add", pitch, g.add("Mul", struck, g.ints(128)))
        self._chosen(row, self.weights["heads.chose_pitch.weight"])

    def duration_and_velocity(self) -> None:
        """Draw what the network alone decides."""
        g = self.g
        duration = self._choose(g.add("LogSoftmax", self._logits("duration"), axis=-1))
        self._chosen(duration, self.weights["heads.chose_duration.weight"])
        self._choose(g.add("LogSoftmax", self._logits("velocity"), axis=-1))


def heads(g: Graph, hidden: str, weights: dict[str, Array]) -> None:
    """Add the chain of heads to hidden [B, D] of the last step; makes the outputs."""
    chain = Chain(g, hidden, weights)
    chain.shift()
    chain.voice()
    chain.pitch()
    chain.duration_and_velocity()
    chain.finish()
