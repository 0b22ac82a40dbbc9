"""Export a checkpoint to `models/onnx/NAME.onnx` with its card; prove that it is the same model.

    python tools/export_onnx.py RUN/best.pt --name note-transformer --data notes.npz

Writes the 8-bit graph (and `--fp32 FILE` the exact one), measures both against the torch network on
the valid split, and refuses to write a card when they differ too much.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from bridge import __version__
from bridge.respond.cards import Card
from bridge.respond.steps import ATTRIBUTES, FINGERPRINT
from bridge.training.notes.network import NoteNetwork, Shape
from bridge.training.notes.onnx_trunks import build
from bridge.training.notes.parity import parity

FP32_LIMIT = 1e-4  # nats, the largest difference of one attribute of one note
INT8_LIMIT = 0.01  # bits per note, mean difference


def load(path: Path) -> tuple[NoteNetwork, dict[str, Any]]:
    """Return the network of a checkpoint in evaluation mode, and the checkpoint."""
    saved = torch.load(path, weights_only=True, map_location="cpu")
    network = NoteNetwork(Shape(**saved["shape"]))
    network.load_state_dict(saved["model"])
    return network.eval(), saved


def write(network: NoteNetwork, path: Path, *, int8: bool) -> None:
    """Write a network's step graph."""
    weights = {n: p.detach().float().numpy() for n, p in network.state_dict().items()}
    meta = {"family": network.shape.family, "fingerprint": FINGERPRINT, "antiphon": __version__}
    onnx.save(build(network.shape, weights, meta, int8=int8), path)


def trained(saved: dict[str, Any]) -> str:
    """Say how long and on how much."""
    minutes, notes = saved["seconds"] / 60, saved["notes"] / 1e6
    return f"{minutes:.0f} minutes on one CPU core, {notes:.1f} M notes seen"


def card_of(
    name: str,
    network: NoteNetwork,
    saved: dict[str, Any],
    path: Path,
    figures: dict[str, float],
) -> Card:
    """Return the card of the graph at `path`."""
    return Card(
        name=name,
        family=network.shape.family,
        fingerprint=FINGERPRINT,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=sum(p.numel() for p in network.parameters()),
        shape=network.shape.as_dict(),
        weights="int8",
        licence="Apache-2.0",
        trained=trained(saved),
        exported=date.today().isoformat(),  # noqa: DTZ011 - a card carries a day, not a moment
        valid_bits={n: round(b, 4) for n, b in zip(ATTRIBUTES, saved["bits"], strict=True)},
        parity={k: round(v, 6) for k, v in figures.items()},
    )


def main() -> None:
    """Export as the command line says."""
    parser = argparse.ArgumentParser(description="Export a checkpoint to ONNX.")
    parser.add_argument("checkpoint", type=Path, help="best.pt of a training run")
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--out", type=Path, default=Path("models/onnx"), help="folder")
    parser.add_argument("--fp32", type=Path, help="also write the exact graph here")
    options = parser.parse_args()
    network, saved = load(options.checkpoint)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out) as scratch:
        exact = options.fp32 or Path(scratch) / "exact.onnx"
        packed = Path(scratch) / f"{options.name}.onnx"
        write(network, exact, int8=False)
        write(network, packed, int8=True)
        figures = parity(network, {"fp32": exact, "int8": packed}, options.data)
        print(figures)
        if figures["fp32_worst"] > FP32_LIMIT or abs(figures["int8_mean"]) > INT8_LIMIT:
            raise SystemExit(f"{options.name}: differs from torch beyond the limit, not kept")
        card_of(options.name, network, saved, packed, figures).write(packed.with_suffix(".json"))
        for made in (packed, packed.with_suffix(".json")):  # side by side, then both at once
            made.replace(options.out / made.name)
    target = options.out / packed.name
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {np.round(saved['bits'], 3)} bits")


if __name__ == "__main__":
    main()
