"""The study of the piano roll with a GRU: three optimisers, two losses, one budget each.

`python -m bridge.training.study --data notes.npz --out DIR --steps N` trains the recipe six times
on the same N batches in the same order, and writes DIR/study.md and DIR/study.png. A budget of
steps, not of minutes, gives the same table on a busy machine; a run that was broken off goes on.

Whatever was learnt by, valid is measured by plain binary cross-entropy. A focal loss leaves its
network unsure of itself, so each is measured again after one number was fitted on valid: a shift of
all logits, or a factor on them.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from bridge.core.errors import BridgeError
from bridge.respond.rolls.frames import KEYS
from bridge.training.lesson import Lesson
from bridge.training.recipe import read_config
from bridge.training.train import Run

RECIPE = Path(__file__).parent / "configs" / "roll-convgru.toml"
OPTIMISERS = ("adam", "adamw", "rmsprop")
LOSSES = ("bce", "focal")
CHECKS = 12  # points of each curve
STEPS = 1500
SHIFTS, FACTORS = (-4.0, 4.0), (0.2, 5.0)  # where the recalibrations are looked for
HALVINGS = 24


@dataclass(frozen=True, slots=True)
class Measured:
    """Onsets on valid: nats a frame (84 keys) as they are, shifted and scaled; notes a frame."""

    plain: float
    shifted: float
    scaled: float
    notes: float

    def bits(self, nats: float) -> float:
        """Return bits a note for nats a frame."""
        return nats / self.notes / math.log(2)


@torch.no_grad()
def measure(lesson: Lesson, batches: list[dict[str, Tensor]]) -> Measured:
    """Measure a network, then recalibrate it by one number, in either of two ways."""
    lesson.network.eval()
    logits, truth = [], []
    for batch in batches:
        onsets, _ = lesson.network(batch["roll"], batch["place"])
        logits.append(onsets[batch["known"]])
        truth.append(batch["roll"][..., :KEYS][batch["known"]].float())
    said, was = torch.cat(logits), torch.cat(truth)

    def cost(changed: Tensor) -> float:
        nats = F.binary_cross_entropy_with_logits(changed, was, reduction="sum")
        return float(nats) / len(was)

    return Measured(
        plain=cost(said),
        shifted=lowest(lambda shift: cost(said + shift), *SHIFTS),
        scaled=lowest(lambda factor: cost(said * factor), *FACTORS),
        notes=float(was.sum()) / len(was),
    )


def lowest(cost: Callable[[float], float], low: float, high: float) -> float:
    """Return the least value of a convex function between two places (golden section)."""
    ratio = (math.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = cost(left), cost(right)
    for _ in range(HALVINGS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = cost(right)
    return min(at_left, at_right)


def taught(recipe: Path, data: Path, out: Path, steps: int) -> dict[str, Measured]:
    """Train what is not trained yet; return the best network of each run, measured."""
    found = {}
    config = read_config(recipe)
    for optimiser, loss in product(OPTIMISERS, LOSSES):
        name = f"{optimiser}-{loss}"
        print(name, flush=True)
        run = Run(config | {"optimiser": optimiser, "loss": loss}, data, out / name, "cpu")
        teach(run, steps)
        best = torch.load(out / name / "best.pt", weights_only=True)
        run.model.load_state_dict(best["model"])
        found[name] = measure(run.lesson, run.valid)
    return found


def teach(run: Run, steps: int) -> None:
    """Take a run to its last step, with CHECKS looks at valid on the way."""
    looks = {round(steps * (look + 1) / CHECKS) for look in range(CHECKS)}
    while run.step < steps:
        run.learn(run.step / steps)
        if run.step in looks:
            run.check()
            run.keep()


def table(found: dict[str, Measured], steps: int) -> str:
    """Return the study as a Markdown table."""
    lines = [
        f"Onsets on valid, plain binary cross-entropy, the same {steps:,} steps each.",
        "",
        "| optimiser | loss | bits/note | shifted | scaled | nats/frame | shifted | scaled |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, measured in found.items():
        nats = (measured.plain, measured.shifted, measured.scaled)
        figures = [measured.bits(n) for n in nats] + list(nats)
        cells = [*name.split("-"), *(f"{figure:.3f}" for figure in figures)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw_curves(out: Path, names: list[str]) -> None:
    """Write OUT/study.png: bits per note on valid over steps, each loss on a scale of its own."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - not everybody has it
    except ImportError:
        return
    figure = Figure(figsize=(9, 4))
    for axes, loss in zip(figure.subplots(1, len(LOSSES)), LOSSES, strict=True):
        for name in (name for name in names if name.endswith(loss)):
            lines = (out / name / "curve.jsonl").read_text().splitlines()
            rows = [json.loads(line) for line in lines]
            axes.plot([r["step"] for r in rows], [r["valid"][0] for r in rows], label=name)
        axes.set(xlabel="steps", ylabel="bits per note on valid (onsets), as they are")
        axes.grid(alpha=0.3)
        axes.legend(loc="upper right")
    figure.tight_layout()
    figure.savefig(out / "study.png", dpi=110, bbox_inches="tight")


def main() -> None:
    """Study as the command line says."""
    parser = argparse.ArgumentParser(description="Compare optimisers and losses on the piano roll.")
    parser.add_argument("--config", type=Path, default=RECIPE, help="the recipe all six share")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs and the table")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each run")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    options = parser.parse_args()
    if options.steps < CHECKS:
        parser.error(f"--steps must be {CHECKS} or more, not {options.steps}")
    torch.set_num_threads(options.threads)
    try:
        found = taught(options.config, options.data, options.out, options.steps)
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")
    written = table(found, options.steps)
    (options.out / "study.md").write_text(written)
    draw_curves(options.out, list(found))
    print(written)


if __name__ == "__main__":
    main()
