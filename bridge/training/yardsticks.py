"""What graphs are measured against: networks of other sizes, in torch and as graphs, all by chance.

Speed does not depend on the weights. The sizes are those of published comparisons: 5 and 25 million
parameters, an LSTM of 6 million, and what `x-transformers` calls dim 512, depth 12, heads 10.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from bridge.respond.device import CPU
from bridge.respond.families import FAMILIES
from bridge.respond.onnx import Graph
from bridge.respond.tokens.graph import RecurrentTokens, TransformerTokens
from bridge.training.networks import weights_of
from bridge.training.notes.eager import EagerStepper
from bridge.training.notes.network import NoteNetwork, Shape
from bridge.training.notes.onnx_graph import build
from bridge.training.tokens.network import Shape as TokenShape
from bridge.training.tokens.network import TokenNetwork
from bridge.training.tokens.onnx_graph import build as build_tokens

VOCABULARY = 600
SIZES: dict[str, dict[str, int]] = {
    "5 M": {"dim": 256, "layers": 6, "heads": 4, "kv_heads": 2, "hidden": 704},
    "25 M": {"dim": 512, "layers": 8, "heads": 8, "kv_heads": 2, "hidden": 1408},
}
#: As many weights as `x-transformers` of dim 512, depth 12, heads 10 has.
DEEP = {"dim": 512, "layers": 12, "heads": 8, "kv_heads": 8, "hidden": 1728}
#: Its sizes, and those of the LSTM.
THEIRS = {"dim": 512, "depth": 12, "heads": 10}
LSTM = {"dim": 512, "layers": 3}


def write_notes(path: Path, sizes: dict[str, int]) -> EagerStepper:
    """Write the 8-bit step graph of a note Transformer; return the same in torch."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = NoteNetwork(Shape("note-transformer", dropout=0.0, **sizes))
    family = FAMILIES["note-transformer"]
    meta = {"family": family.name, "fingerprint": family.fingerprint}
    onnx.save(build(network.shape, weights_of(network), meta, kind="int8"), path)
    return EagerStepper(network)


def weight_bytes(path: Path) -> int:
    """Return the bytes of all matrices that a step reads; tables are looked up, not read."""
    model = onnx.load(path)
    multiplied = {n for node in model.graph.node if "MatMul" in node.op_type for n in node.input}
    kept = (x for x in model.graph.initializer if x.name in multiplied)
    return sum(numpy_helper.to_array(x).nbytes for x in kept)


class Tokens:
    """A token network of chance as an 8-bit graph: one token in, logits out."""

    def __init__(self, path: Path, cell: str, sizes: dict[str, int]) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(0)
        shape = TokenShape("yardstick", cell, VOCABULARY, **sizes)
        self.network = TokenNetwork(shape).eval()
        meta = {"family": "yardstick", "fingerprint": "chance"}
        onnx.save(build_tokens(shape, weights_of(self.network), meta, kind="int8"), path)
        graph = Graph(path, "yardstick", "chance", CPU)
        kind = TransformerTokens if cell == "transformer" else RecurrentTokens
        self.graph = kind(graph, VOCABULARY)
        self._tokens, self._places = [7], [0]

    def hear(self, count: int) -> None:
        """Begin anew with so many tokens of context."""
        self._tokens = [i % VOCABULARY for i in range(count)]
        self._places = [i % 96 for i in range(count)]
        self.graph.rewind(0)
        self.step()

    def step(self) -> None:
        """Take in one more token."""
        self._tokens.append(7)
        self._places.append(0)
        self.graph.after(self._tokens, self._places)

    def eager(self) -> Callable[[], object]:
        """Return what takes in one more token in torch; of an LSTM."""
        network, state = self.network, None
        token, place = torch.tensor([[7]]), torch.tensor([[0]])

        @torch.no_grad()
        def step() -> None:
            nonlocal state
            x = network.table(token) + network.place_table(place)
            x, state = network.cells(x, state)
            network.out(network.norm(x)).argmax(-1)

        return step


def x_transformers(prompt: int) -> Callable[[int], object] | None:
    """Return a call that continues a prompt of so many tokens with the library's own `generate`.

    It caches keys and values; None where the library is not installed.
    """
    if find_spec("x_transformers") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it is made of, not of how it is used
        import x_transformers as xt  # noqa: PLC0415 - not installed everywhere

    torch.set_num_threads(1)
    torch.manual_seed(0)
    layers: nn.Module = xt.Decoder(**THEIRS, rotary_pos_emb=True)
    inner = xt.TransformerWrapper(
        num_tokens=VOCABULARY, max_seq_len=1024, attn_layers=layers, use_abs_pos_emb=False
    )
    wrapper: Any = xt.AutoregressiveWrapper(inner).eval()
    tokens = torch.arange(prompt)[None] % VOCABULARY

    def generate(count: int) -> object:
        with torch.no_grad():
            return wrapper.generate(tokens, count, temperature=1.0, cache_kv=True)

    return generate
