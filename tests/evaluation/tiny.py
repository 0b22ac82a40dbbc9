"""A model with chance weights, as small as it gets."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnx

from bridge.respond.cards import Card
from bridge.respond.steps import FINGERPRINT
from bridge.training.notes.network import NoteNetwork, Shape
from bridge.training.notes.onnx_trunks import build


def write_tiny(family: str, path: Path) -> Path:
    """Export a model of a family."""
    shape = Shape(family, dim=32, layers=1, heads=2, kv_heads=1, hidden=64, dropout=0)
    weights = {n: v.numpy() for n, v in NoteNetwork(shape).eval().state_dict().items()}
    meta = {"family": family, "fingerprint": FINGERPRINT}
    onnx.save(build(shape, weights, meta, int8=False), path)
    return path


def write_shipped(family: str, folder: Path) -> Path:
    """Export a model of a family as `tiny`, with its card, and return its file."""
    path = write_tiny(family, folder / "tiny.onnx")
    Card(
        name="tiny",
        family=family,
        fingerprint=FINGERPRINT,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=1,
        shape={},
        weights="fp32",
        licence="Apache-2.0",
        trained="never",
        exported="today",
        valid_bits={},
    ).write(folder / "tiny.json")
    return path
