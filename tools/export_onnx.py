"""Export a checkpoint to `models/onnx/NAME.onnx` with its card; prove that it is the same model.

    python tools/export_onnx.py RUN/best.pt --name note-transformer --data notes.npz

Writes the 8-bit graph (with `--fp16` also NAME.fp16.onnx for GPUs, with `--fp32 FILE` the exact
one), measures them against the torch network on the valid split, and refuses to write a card when
they differ too much. Then the trust in the session's memory is fitted for the new weights
(bridge/evaluation/trust.py).
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bridge import __version__
from bridge.core.errors import BridgeError
from bridge.evaluation.items import Library
from bridge.evaluation.trust import ITEMS, refit
from bridge.respond.cards import HALF, Card, credits_of
from bridge.respond.families import FAMILIES
from bridge.training.checkpoint import load_lesson
from bridge.training.corpus import Corpus
from bridge.training.lesson import Lesson
from bridge.training.onnx_graph import Kind

FP32_LIMIT = 1e-4  # nats, the largest difference of one attribute of one note
ROUNDED_LIMIT = 0.01  # bits per note, mean difference of int8 and fp16


def trained(saved: dict[str, Any]) -> str:
    """Say how long, on what and on how much; the run it started from counts in."""
    notes, seconds = saved["before"]
    minutes, notes = (saved["seconds"] + seconds) / 60, (saved["notes"] + notes) / 1e6
    again = ", in several stretches" if seconds else ""
    length = f"{minutes:.0f}" if minutes >= 10 else f"{minutes:.1f}"
    return f"{length} minutes on {saved['machine']}{again}, {notes:.1f} M notes seen"


def packs_of(data: Path) -> dict[str, str]:
    """Return the licence of each pack of a prepared file, "" where its manifest names none."""
    with np.load(data, allow_pickle=False) as found:
        names = found["pack_names"].tolist()
        licences = (
            found["pack_licences"].tolist() if "pack_licences" in found else [""] * len(names)
        )
    return dict(zip(names, licences, strict=True))


def card_of(path: Path, lesson: Lesson, saved: dict[str, Any], figures: dict[str, float]) -> Card:
    """Return the card of the graph at `path`; its licence and data are still to be told."""
    family = FAMILIES[saved["config"]["family"]]
    return Card(
        name=path.stem,
        family=family.name,
        fingerprint=family.fingerprint,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=sum(p.numel() for p in lesson.network.parameters()),
        shape=lesson.shape,
        weights="int8",
        licence="",
        data="",
        trained=trained(saved),
        exported=date.today().isoformat(),  # noqa: DTZ011 - a card carries a day, not a moment
        valid_bits={n: round(b, 4) for n, b in zip(lesson.names, saved["bits"], strict=True)},
        parity={k: round(v, 6) for k, v in figures.items()},
    )


def check(name: str, figures: dict[str, float]) -> None:
    """Print how far the graphs are from torch; end where that is too far."""
    print(", ".join(f"{of} {figure:.1e}" for of, figure in figures.items()))
    rounded = (figures.get(f"{kind}_mean", 0.0) for kind in ("int8", "fp16"))
    if figures["fp32_worst"] > FP32_LIMIT or any(abs(mean) > ROUNDED_LIMIT for mean in rounded):
        raise SystemExit(f"{name}: differs from torch beyond the limit, not kept")


def export(options: argparse.Namespace) -> None:
    """Write graph and card; SystemExit where the graph is not the same model."""
    lesson, saved = load_lesson(options.checkpoint, options.data)
    family = FAMILIES[saved["config"]["family"]]
    if options.fp16 and not family.on_gpu:
        raise SystemExit(f"--fp16 is for Transformers: a {family.name} is faster on the CPU")
    meta = {"family": family.name, "fingerprint": family.fingerprint, "antiphon": __version__}
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out) as scratch:
        exact = options.fp32 or Path(scratch) / "exact.onnx"
        packed = Path(scratch) / f"{options.name}.onnx"
        made = [packed, packed.with_suffix(".json")]
        kinds: list[Kind] = ["fp32", "int8"]
        graphs = {"fp32": exact, "int8": packed}
        if options.fp16:
            kinds.append("fp16")
            graphs["fp16"] = packed.with_name(f"{options.name}{HALF}")
            made.append(graphs["fp16"])
        for kind in kinds:
            lesson.export(graphs[kind], meta, kind=kind)
        figures = lesson.parity(graphs, Corpus.load(options.data, 1))
        check(options.name, figures)
        told = {"licence": options.licence, "data": credits_of(packs_of(options.data))}
        if options.fp16:
            told["fp16_sha256"] = hashlib.sha256(graphs["fp16"].read_bytes()).hexdigest()
        card = card_of(packed, lesson, saved, figures).model_copy(update=told)
        card.write(packed.with_suffix(".json"))
        for path in made:  # side by side, then all at once
            path.replace(options.out / path.name)
    target = options.out / packed.name
    bits = zip(lesson.names, saved["bits"], strict=True)
    told_bits = ", ".join(f"{name} {figure:.2f}" for name, figure in bits)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB; bits per note on valid: {told_bits}")


def fit_trust(options: argparse.Namespace) -> None:
    """Fit the trust of the exported model in the memory, if there is music enough."""
    try:
        library = Library.load(options.data)
        found = refit(options.out, options.name, library, options.trust_items, write=True)
    except BridgeError as error:
        print(f"{options.name}: trusts the memory as usual, none was fitted: {error}")
    else:
        print(f"{options.name}: {found.says()}")


def main() -> None:
    """Export as the command line says."""
    parser = argparse.ArgumentParser(description="Export a checkpoint to ONNX.")
    parser.add_argument("checkpoint", type=Path, help="best.pt of a training run")
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--out", type=Path, default=Path("models/onnx"), help="folder")
    parser.add_argument("--licence", default="Apache-2.0", help="of the weights")
    parser.add_argument("--fp32", type=Path, help="also write the exact graph here")
    parser.add_argument("--fp16", action="store_true", help="also write NAME.fp16.onnx for GPUs")
    parser.add_argument(
        "--trust-items", type=int, default=ITEMS,
        help="places of each group of packs on which the trust in the memory is fitted",
    )  # fmt: skip
    options = parser.parse_args()
    export(options)
    fit_trust(options)


if __name__ == "__main__":
    main()
