"""Busy neighbours for benchmarks: `python -m bridge.app.bench.busy CORE [MODELS NAME]`.

Without a model it counts for ever, with one it draws notes for ever; CORE is where, -1 anywhere.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path


def count() -> None:
    """Count for ever."""
    for _ in itertools.count():
        pass


def draw(models: Path, name: str) -> None:
    """Let a model draw notes for ever."""
    import numpy as np

    from bridge.core.music import Note
    from bridge.respond.cards import load_model
    from bridge.respond.limits import Limits

    model, rng = load_model(models, name), np.random.default_rng(0)
    while True:
        model.forget()
        model.feed([Note(0, 0, 60, 24, 64)], 96)
        for _ in range(256):
            model.next_note(Limits(), rng)


def main() -> None:
    """Be busy until ended."""
    core, *model = sys.argv[1:]
    if int(core) >= 0 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})
    if model:
        draw(Path(model[0]), model[1])
    else:
        count()


if __name__ == "__main__":
    main()
