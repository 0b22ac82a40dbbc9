"""A model with chance weights, as small as it gets."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch

from bridge.respond.cards import Card
from bridge.respond.families import FAMILIES
from bridge.training.lesson import LESSONS, Lesson
from bridge.training.onnx_graph import Kind

CONFIG = {
    "dim": 32, "layers": 1, "heads": 2, "kv_heads": 1, "hidden": 64, "dropout": 0.0,
    "channels": 32, "convolutions": 1, "window": 16,
}  # fmt: skip
CELLS = {"event-transformer": "transformer", "remi-lstm": "lstm", "chord-gru": "gru"}


def lesson_of(family: str, **changes: object) -> Lesson:
    """Return the lesson of a family with a network of chance; `changes` are to its recipe."""
    torch.manual_seed(0)
    config = {**CONFIG, "family": family, "cell": CELLS.get(family, ""), **changes}
    return LESSONS[family](config, None)


def write_tiny(family: str, path: Path, *, kind: Kind = "fp32", **changes: object) -> Path:
    """Export a model of a family."""
    lesson = lesson_of(family, **changes)
    lesson.network.eval()
    meta = {"family": family, "fingerprint": FAMILIES[family].fingerprint}
    lesson.export(path, meta, kind=kind)
    return path


def write_shipped(family: str, folder: Path, **changes: object) -> Path:
    """Export a model of a family as `tiny`, with its card, and return its file."""
    path = write_tiny(family, folder / "tiny.onnx", kind="fp32", **changes)
    Card(
        name="tiny",
        family=family,
        fingerprint=FAMILIES[family].fingerprint,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=1,
        shape=lesson_of(family, **changes).shape,
        weights="fp32",
        licence="Apache-2.0",
        data="chance",
        trained="never",
        exported="today",
        valid_bits={},
    ).write(path.with_suffix(".json"))
    return path
