"""Busy neighbours of the player: `python -m bridge.app.bench.neighbours CORE decode MODELS`.

Or `CORE busy`; CORE is where, -1 anywhere.

One draws notes without pause as the engine's model thread does, the other only counts. With both
there is work for two cores, and none left for the player but what the system gives it. They end
with whoever started them, however that one ends.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from bridge.core.errors import BridgeError
from bridge.core.music import Note

STRETCH = 256  # notes drawn before the context begins anew
COUNT = 100_000  # additions between looks at the parent
READY = "ready"


@contextlib.contextmanager
def neighbours(models: Path, cores: tuple[int, int] = (-1, -1)) -> Iterator[list[psutil.Process]]:
    """Let both run, each on its core, while the block lasts; they have begun when it is entered."""
    with _run(cores[0], "decode", str(models)) as model, _run(cores[1], "busy") as counter:
        yield [model, counter]


@contextlib.contextmanager
def _run(core: int, *arguments: str) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "bridge.app.bench.neighbours", str(core), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != READY:
            raise BridgeError(f"the neighbour {arguments[0]} did not begin")
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def decode(models: Path) -> None:
    """Draw notes until killed or orphaned."""
    import numpy as np

    from bridge.core.params import Settings
    from bridge.respond.cards import list_cards, load_model
    from bridge.respond.limits import Limits

    names = [card.name for card in list_cards(models)]
    wanted = Settings().model
    model = load_model(models, wanted if wanted in names else names[0])
    rng, limits = np.random.default_rng(0), Limits()
    parent = os.getppid()
    print(READY, flush=True)
    while os.getppid() == parent:
        model.forget()
        model.feed([Note(i * 12, 0, 60 + i % 12, 12, 80) for i in range(16)], 96)
        for _ in range(STRETCH):
            model.next_note(limits, rng)


def busy() -> None:
    """Count until killed or orphaned."""
    parent = os.getppid()
    print(READY, flush=True)
    while os.getppid() == parent:
        sum(range(COUNT))


def main() -> None:
    """Be busy where we are told to."""
    core, what, *models = sys.argv[1:]
    if int(core) >= 0 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})
    if what == "decode":
        decode(Path(models[0]))
    else:
        busy()


if __name__ == "__main__":
    main()
