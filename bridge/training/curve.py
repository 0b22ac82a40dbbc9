"""The picture of a run: bits per note on valid against minutes."""

from __future__ import annotations

import json
from pathlib import Path


def draw_curve(run: Path, names: tuple[str, ...], headline: int) -> None:
    """Write RUN/curve.png from RUN/curve.jsonl; nothing where matplotlib is missing."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - not everybody has it
    except ImportError:
        return
    rows = [json.loads(line) for line in (run / "curve.jsonl").read_text().splitlines()]
    figure = Figure(figsize=(7, 4))
    axes = figure.add_subplot()
    minutes = [row["seconds"] / 60 for row in rows]
    valid = [row["valid"] for row in rows]
    if headline > 1:
        axes.plot(minutes, [sum(v[:headline]) for v in valid], label=" + ".join(names[:headline]))
    for column, name in enumerate(names):
        axes.plot(minutes, [v[column] for v in valid], label=name)
    axes.set(xlabel="minutes of training", ylabel="bits per note on valid", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(loc="upper right", ncols=2)
    figure.savefig(run / "curve.png", dpi=110, bbox_inches="tight")
