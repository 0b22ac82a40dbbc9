"""The training loop: resumes from its checkpoint, stops by the clock, keeps the best by valid.

`python -m bridge.training.train CONFIG.toml --data notes.npz --out RUN [--minutes M]`

RUN receives `last.pt` (to resume from), `best.pt` (lowest bits per note on valid), `curve.jsonl`
and, where matplotlib is installed, `curve.png`. Needs torch and numpy only.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bridge.training.curve import draw_curve
from bridge.training.dataset import Batch, Corpus, draw
from bridge.training.network import NoteNetwork, Shape

#: What the loss counts of each attribute: rhythm and pitch carry the music.
LOSS_WEIGHTS = (1.0, 1.0, 1.0, 0.5, 0.25)
VALID_SEED, VALID_NOTES = 7, 65_536
SAVE_EVERY, VALID_EVERY, TELL_EVERY = 120.0, 300.0, 15.0  # seconds


def optimiser(model: NoteNetwork, config: dict[str, Any]) -> torch.optim.AdamW:
    """AdamW with weight decay on matrices only (tables and norms are left alone)."""
    decayed = [
        p
        for n, p in model.named_parameters()
        if p.ndim == 2 and "weight" in n and "table" not in n and "chose" not in n
    ]
    known = {id(p) for p in decayed}
    rest = [p for p in model.parameters() if id(p) not in known]
    groups = [
        {"params": decayed, "weight_decay": config["weight_decay"]},
        {"params": rest, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config["rate"], betas=(0.9, 0.98))


def to_torch(batch: Batch, device: str) -> dict[str, torch.Tensor]:
    """Move a batch of arrays to a device."""
    return {name: torch.from_numpy(values).to(device) for name, values in batch.items()}


@torch.no_grad()
def valid_bits(model: NoteNetwork, batches: list[dict[str, torch.Tensor]]) -> list[float]:
    """Return mean bits per attribute over the valid batches."""
    model.eval()
    total, count = torch.zeros(5, dtype=torch.float64), 0
    for batch in batches:
        nats = model.losses(batch)
        total += nats.double().sum(0).cpu()
        count += len(nats)
    model.train()
    return [float(b) for b in total / count / math.log(2)]


def save(path: Path, **parts: Any) -> None:
    """Write a checkpoint so that an interruption leaves the old or the new one whole."""
    torch.save(parts, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


class Run:
    """One training run: the model, what it has seen, and where it is kept."""

    def __init__(self, config: dict[str, Any], data: Path, out: Path, device: str) -> None:
        self.config, self.out, self.device = config, out, device
        out.mkdir(parents=True, exist_ok=True)
        self.shape = Shape(**{f.name: config[f.name] for f in fields(Shape) if f.name in config})
        torch.manual_seed(config.get("seed", 0))
        self.model = NoteNetwork(self.shape).to(device)
        self.optimiser = optimiser(self.model, config)
        self.rng = np.random.default_rng(config.get("seed", 0))
        self.train = Corpus.load(data, 0)
        chance = np.random.default_rng(VALID_SEED)
        valid = Corpus.load(data, 1)
        rows, steps = self.size(1.0)
        self.valid = [
            to_torch(draw(valid, rows, steps, chance, vary=False), device)
            for _ in range(max(VALID_NOTES // (rows * steps), 1))
        ]
        self.step, self.notes, self.seconds, self.best = 0, 0, 0.0, math.inf
        if (out / "last.pt").exists():
            self.resume()

    def resume(self) -> None:
        """Go on from `last.pt`."""
        saved = torch.load(self.out / "last.pt", weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.rng.bit_generator.state = json.loads(saved["rng"])
        self.step, self.notes = saved["step"], saved["notes"]
        self.seconds, self.best = saved["seconds"], saved["best"]
        print(f"resumed at step {self.step}, {self.seconds / 60:.1f} min", flush=True)

    def keep(self) -> None:
        """Write `last.pt`."""
        save(
            self.out / "last.pt",
            model=self.model.state_dict(),
            optimiser=self.optimiser.state_dict(),
            rng=json.dumps(self.rng.bit_generator.state),
            step=self.step,
            notes=self.notes,
            seconds=self.seconds,
            best=self.best,
        )

    def rate(self, share: float) -> float:
        """Return the learning rate after `share` (0..1) of the budget."""
        warm = min((self.step + 1) / self.config["warmup"], 1.0)
        return float(self.config["rate"]) * warm * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))

    def size(self, share: float) -> tuple[int, int]:
        """Return rows and steps of a batch: short rows first, long ones for the last stretch."""
        rows, steps = self.config["rows"], self.config["steps"]
        longer = self.config.get("longer", 1)
        if share >= self.config.get("longer_after", 1.0):
            return rows // longer, steps * longer
        return rows, steps

    def learn(self, share: float) -> torch.Tensor:
        """Take one step of the optimiser; return mean nats per attribute, (5,)."""
        rows, steps = self.size(share)
        batch = draw(self.train, rows, steps, self.rng, vary=True)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(share)
        with torch.autocast(self.device.split(":")[0], dtype=torch.bfloat16):
            nats = self.model.losses(to_torch(batch, self.device))
        mean = nats.mean(0)
        loss = (mean * torch.tensor(LOSS_WEIGHTS, device=self.device)).sum()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config["clip"])
        self.optimiser.step()
        self.step += 1
        self.notes += len(nats)
        return mean.detach()

    def check(self) -> None:
        """Measure on valid, keep the best, extend the curve."""
        bits = valid_bits(self.model, self.valid)
        headline = sum(bits[:3])
        if headline < self.best:
            self.best = headline
            save(
                self.out / "best.pt",
                model=self.model.state_dict(),
                shape=self.shape.as_dict(),
                config=self.config,
                step=self.step,
                notes=self.notes,
                seconds=self.seconds,
                bits=bits,
            )
        row = {"seconds": self.seconds, "step": self.step, "notes": self.notes, "valid": bits}
        with (self.out / "curve.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        draw_curve(self.out)
        names = ("shift", "voice", "pitch", "duration", "velocity")
        parts = " ".join(f"{n} {b:.3f}" for n, b in zip(names, bits, strict=True))
        print(f"valid: {headline:.3f} bits/note ({parts}), best {self.best:.3f}", flush=True)

    def go(self, minutes: float) -> None:
        """Train until `minutes` of training time are spent, earlier stretches counted in."""
        budget = minutes * 60
        smooth: torch.Tensor | None = None
        saved = told = self.seconds
        checked = self.seconds
        while self.seconds < budget:
            begun = time.monotonic()
            mean = self.learn(self.seconds / budget)
            smooth = mean if smooth is None else 0.98 * smooth + 0.02 * mean
            self.seconds += time.monotonic() - begun
            if self.seconds - told >= TELL_EVERY:
                told = self.seconds
                bits = float(smooth[:3].sum()) / math.log(2)
                left = (budget - self.seconds) / 60
                print(
                    f"step {self.step} train {bits:.3f} bits/note, {self.notes / self.seconds:,.0f}"
                    f" notes/s, {left:.1f} min left",
                    flush=True,
                )
            if self.seconds - checked >= VALID_EVERY:
                checked = self.seconds
                self.check()
            if self.seconds - saved >= SAVE_EVERY:
                saved = self.seconds
                self.keep()
        self.check()
        self.keep()


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Train a note-step network.")
    parser.add_argument("config", type=Path, help="a .toml of bridge/training/configs")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curve")
    parser.add_argument("--minutes", type=float, help="training time; default from the config")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    config = tomllib.loads(options.config.read_text())
    run = Run(config, options.data, options.out, options.device)
    size = sum(p.numel() for p in run.model.parameters())
    print(f"{run.shape.family}: {size:,} parameters", flush=True)
    run.go(options.minutes or config["minutes"])


if __name__ == "__main__":
    main()
