"""The training loop: resumes from its checkpoint, stops by the clock, keeps the best by valid.

`python -m bridge.training.train CONFIG.toml --data notes.npz --out RUN [--minutes M]`, or the same
under `torchrun --nproc-per-node N -m`. Needs torch and numpy only.

RUN receives `last.pt` (to resume from), `best.pt` (lowest bits per note on valid), `curve.jsonl`
and, where matplotlib is installed, `curve.png`.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import time
from pathlib import Path
from typing import Any

import torch

from bridge.core.errors import BridgeError, SettingError
from bridge.training.batches import Batches, Wanted
from bridge.training.checkpoint import COPIES, save
from bridge.training.corpus import Corpus
from bridge.training.curve import draw_curve
from bridge.training.lesson import LESSONS
from bridge.training.optimiser import optimiser
from bridge.training.recipe import positive, read_config
from bridge.training.room import check_room
from bridge.training.together import Together
from bridge.training.valid import to_torch, valid_batches, valid_bits

SAVE_EVERY, VALID_EVERY, TELL_EVERY = 120.0, 300.0, 15.0  # seconds
STOPPED = 130  # the exit code of who was asked to stop


class Run:
    """One training run: the model, what it has seen, and where it is kept."""

    def __init__(self, config: dict[str, Any], data: Path, out: Path, device: str) -> None:
        self.config, self.out, self.device = config, out, device
        self.together = Together(device)
        torch.manual_seed(config.get("seed", 0))
        self.train = Corpus.load(data, 0)
        self.lesson = LESSONS[config["family"]](config, self.train)
        self.model = self.lesson.network.to(device)
        self.parameters = sum(p.numel() for p in self.model.parameters())
        if self.together.first:
            needed = COPIES * 4 * self.parameters
            check_room(out, out / "room", needed, "checkpoints need {}")
        if config.get("compile") and device.startswith("cuda"):
            for part in self.model.children():
                part.compile()
        self.optimiser = optimiser(self.model, config)
        workers = config.get("workers", 0)
        self.batches = Batches(self.lesson, self.train, config.get("seed", 0), workers)
        self.valid = valid_batches(self.lesson, Corpus.load(data, 1), self.size(1.0), device)
        self.step, self.notes, self.seconds, self.best = 0, 0, 0.0, math.inf
        self.before = (0, 0.0)  # notes and seconds of the run we started from
        self.stopping = False
        if (out / "last.pt").exists():
            self.resume()

    @property
    def machine(self) -> str:
        """What it learns on, for its card."""
        count = self.together.size
        if self.device.startswith("cuda"):
            return f"{count} x {torch.cuda.get_device_name()}"
        return f"{count} CPU core{'s' if count > 1 else ''}"

    def start_from(self, other: Path) -> None:
        """Begin with the weights of another run; what that one had not learns from nothing."""
        saved = torch.load(other, weights_only=True, map_location=self.device)
        missing, unknown = self.model.load_state_dict(saved["model"], strict=False)
        if unknown:
            raise SettingError(f"--start {other}: has {unknown[0]}, which this network lacks")
        earlier = saved.get("before", (0, 0.0))
        self.before = (saved["notes"] + earlier[0], saved["seconds"] + earlier[1])
        print(f"started from {other}, new: {', '.join(missing) or 'nothing'}", flush=True)

    def resume(self) -> None:
        """Go on from `last.pt`."""
        saved = torch.load(self.out / "last.pt", weights_only=True, map_location=self.device)
        try:
            self.model.load_state_dict(saved["model"])
            self.optimiser.load_state_dict(saved["optimiser"])
        except (RuntimeError, ValueError):
            raise SettingError(
                f"--out {self.out}: holds a run of another network; choose another folder"
            ) from None
        self.step, self.notes = saved["step"], saved["notes"]
        self.seconds, self.best = saved["seconds"], saved["best"]
        self.before = saved["before"]
        print(f"resumed at step {self.step}, {self.seconds / 60:.1f} min", flush=True)

    def keep(self) -> None:
        """Write `last.pt`."""
        if not self.together.first:
            return
        save(
            self.out / "last.pt",
            model=self.model.state_dict(),
            optimiser=self.optimiser.state_dict(),
            step=self.step,
            notes=self.notes,
            seconds=self.seconds,
            before=self.before,
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
        """Take one step of the optimiser; return mean nats per column of the lesson."""
        rows, steps = self.size(share)
        batch = self.together.share(self.batches.take(Wanted(self.step, rows, steps)))
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(share)
        with torch.autocast(self.device.split(":")[0], dtype=torch.bfloat16):
            nats = self.lesson.losses(to_torch(batch, self.device))
        count = self.together.summed(torch.tensor(float(len(nats)), device=self.device))
        mean = nats.sum(0) / count
        loss = (mean * torch.tensor(self.lesson.weights, device=self.device)).sum()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.together.sum_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config["clip"])
        self.optimiser.step()
        self.step += 1
        self.notes += int(count)
        return self.together.summed(mean.detach())

    def check(self) -> None:
        """Measure on valid, keep the best, extend the curve."""
        if not self.together.first:
            return
        bits = valid_bits(self.lesson, self.valid)
        headline = sum(bits[: self.lesson.headline])
        if headline < self.best:
            self.best = headline
            save(
                self.out / "best.pt",
                model=self.model.state_dict(),
                shape=self.lesson.shape,
                config=self.config,
                step=self.step,
                notes=self.notes,
                seconds=self.seconds,
                before=self.before,
                machine=self.machine,
                bits=bits,
            )
        row = {"seconds": self.seconds, "step": self.step, "notes": self.notes, "valid": bits}
        with (self.out / "curve.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        draw_curve(self.out, self.lesson.names, self.lesson.headline)
        parts = " ".join(f"{n} {b:.3f}" for n, b in zip(self.lesson.names, bits, strict=True))
        print(f"valid: {headline:.3f} bits/note ({parts}), best {self.best:.3f}", flush=True)

    def stop(self, *_: object) -> None:
        """End after the step at hand; a signal may call it."""
        self.stopping = True

    def go(self, minutes: float, check_every: float = VALID_EVERY) -> bool:
        """Train until `minutes` of training time are spent, earlier stretches counted in.

        `check_every` is seconds between measures on valid. Returns False where it was stopped
        before; the checkpoint is kept then, too.
        """
        budget = minutes * 60
        smooth: torch.Tensor | None = None
        saved = told = checked = self.seconds
        while self.seconds < budget and not self.stopping:
            begun = time.monotonic()
            mean = self.learn(self.seconds / budget)
            smooth = mean if smooth is None else 0.98 * smooth + 0.02 * mean
            clock = self.seconds + time.monotonic() - begun
            self.seconds, self.stopping = self.together.agreed(clock, stop=self.stopping)
            if self.seconds - told >= TELL_EVERY:
                told = self.seconds
                self.tell(smooth, budget)
            if self.seconds - checked >= check_every:
                checked = self.seconds
                self.check()
            if self.seconds - saved >= SAVE_EVERY:
                saved = self.seconds
                self.keep()
        if not self.stopping:
            self.check()
        self.keep()
        self.batches.close()
        self.together.leave()
        if self.stopping and self.together.first:
            print(f"stopped at step {self.step}; the same command goes on from there", flush=True)
        return not self.stopping

    def tell(self, mean: torch.Tensor, budget: float) -> None:
        """Print how far it is; `mean` is nats per column, `budget` seconds."""
        if self.together.first:
            bits = float(mean[: self.lesson.headline].sum()) / math.log(2)
            pace = f"{self.notes / self.seconds:,.0f} notes/s"
            left = f"{(budget - self.seconds) / 60:.1f} min left"
            print(f"step {self.step} train {bits:.3f} bits/note, {pace}, {left}", flush=True)


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Train a network.")
    parser.add_argument("config", type=Path, help="a .toml of bridge/training/configs")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curve")
    parser.add_argument("--start", type=Path, help="begin with the weights of this best.pt")
    parser.add_argument(
        "--minutes", type=positive, help="training time in all; default from the config"
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        if options.device.startswith("cuda") and not torch.cuda.is_available():
            raise SettingError(f"--device {options.device}: torch sees no such GPU here")
        config = read_config(options.config)
        run = Run(config, options.data, options.out, options.device)
        if options.start is not None and not run.step:
            run.start_from(options.start)
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")
    print(f"{config['family']}: {run.parameters:,} parameters", flush=True)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, run.stop)
    if not run.go(options.minutes or config["minutes"]):
        raise SystemExit(STOPPED)


if __name__ == "__main__":
    main()
