"""The figures of the benchmarks as pictures; needs matplotlib."""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bridge.app.bench.rows import Row

STEP = re.compile(r"(?P<model>\S+) step at (?P<context>\d+)(?P<torch>, torch)?")
Pictures = list[tuple[str, str]]  # title, file name


def draw(folder: Path, rows: Sequence[Row]) -> Pictures:
    """Draw what the rows have figures for; return (title, file name) of each picture."""
    made: Pictures = []
    plots = (
        ("Milliseconds of a note step by notes heard", "bench-steps.png", _steps),
        ("How late notes leave", "bench-lateness.png", _lateness),
        ("How many times longer torch takes", "bench-ratios.png", _ratios),
    )
    for title, name, plot in plots:
        figure = Figure(figsize=(9, 4), layout="constrained")
        axes = figure.add_subplot()
        axes.grid(visible=True, alpha=0.3)
        axes.set_title(title)
        if plot(axes, rows):
            figure.savefig(folder / name, dpi=110)
            made.append((title, name))
    return made


def _steps(axes: Axes, rows: Sequence[Row]) -> bool:
    """Draw the median step over the context, with a bar up to its 95th percentile."""
    curves: dict[str, list[tuple[int, Row]]] = {}
    for row in rows:
        if (found := STEP.fullmatch(row.name)) and row.p50 is not None:
            label = found["model"] + (found["torch"] or "")
            curves.setdefault(label, []).append((int(found["context"]), row))
    for label, points in curves.items():
        points.sort(key=lambda point: point[0])
        middle = [row.p50 or 0.0 for _, row in points]
        high = [(row.p95 or 0.0) - (row.p50 or 0.0) for _, row in points]
        style = "s--" if label.endswith(", torch") else "o-"
        where = [context for context, _ in points]
        axes.errorbar(
            where, middle, yerr=[[0.0] * len(high), high], fmt=style, capsize=3, label=label
        )
    axes.set(xlabel="notes heard", ylabel="ms, median and p95", yscale="log")
    axes.yaxis.set_major_formatter("{x:g}")
    return _with_legend(axes, curves)


def _lateness(axes: Axes, rows: Sequence[Row]) -> bool:
    """Draw how many notes in a hundred left later than each time."""
    drawn = [row for row in rows if row.curve and row.unit == "ms"]
    for row in drawn:
        axes.plot([max(x, 1e-3) for x in row.curve], range(101), label=row.name)
    axes.set(xscale="log", xlabel="ms", ylabel="% of notes that left sooner", ylim=(0, 100))
    axes.xaxis.set_major_formatter("{x:g}")
    return _with_legend(axes, drawn)


def _ratios(axes: Axes, rows: Sequence[Row]) -> bool:
    compared = [row for row in rows if row.ratio is not None and "torch" in row.against]
    names = [row.name.split(", ")[0] for row in compared]
    bars = axes.barh(names, [row.ratio or 0.0 for row in compared])
    axes.bar_label(bars, fmt="%.1f", padding=3)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.set(xlabel="times as long as ours")
    return bool(compared)


def _with_legend(axes: Axes, drawn: Sized) -> bool:
    if drawn:
        axes.legend(frameon=False, fontsize="small")
    return bool(drawn)
