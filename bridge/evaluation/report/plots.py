"""The figures of the report as pictures; needs matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bridge.evaluation.report.render import RETURNING, sweep_means
from bridge.evaluation.report.rows import TRUTH
from bridge.evaluation.report.run import Measured
from bridge.evaluation.report.sheets import BEATS
from bridge.evaluation.report.summary import Summary

SWEPT = (*RETURNING, "closest bar", "notes in key", "density (log2 ratio)", "diversity")
COLOURS = colormaps["tab20"]  # by number of the row
STYLES = {"model": "-", "baseline": "--", TRUTH: ":"}

Curve = Callable[[Summary], Sequence[float] | None]


def draw_all(folder: Path, rows: Sequence[Summary], found: Measured) -> None:
    """Draw all figures of a report."""
    _curves(folder / "bits-from-seam.png", rows, lambda row: row.bits_by_beat, "bits per note")
    _curves(folder / "f1-to-horizon.png", rows, _f1, "strict F1 of all notes until then")
    _speed(folder / "bits-at-speed.png", rows)
    if found.sweep:
        _sweep(folder / "temperature.png", rows, found)


def _f1(row: Summary) -> Sequence[float] | None:
    return None if row.kind == TRUTH else row.f1_by_beat


def _curves(path: Path, rows: Sequence[Summary], curve: Curve, label: str) -> None:
    """Draw a curve of each row over the beats after the seam."""
    figure, axes = _sheet()
    for number, row in enumerate(rows):
        if values := curve(row):
            beats = range(1, BEATS + 1)
            axes.plot(beats, values, STYLES[row.kind], color=COLOURS(number), label=row.name)
    axes.set(xlabel="beat after the seam", ylabel=label, xlim=(1, BEATS), ylim=(0, None))
    _save(figure, axes, path)


def _speed(path: Path, rows: Sequence[Summary]) -> None:
    """Draw bits per note against milliseconds per note."""
    figure, axes = _sheet()
    for number, row in enumerate(rows):
        if row.bits and row.ms_per_note:
            value, low, high = row.bits.total
            axes.errorbar(
                row.ms_per_note,
                value,
                yerr=[[max(value - low, 0)], [max(high - value, 0)]],
                fmt="o" if row.kind == "model" else "s",
                color=COLOURS(number),
                capsize=3,
                label=row.name,
            )
    axes.set(xscale="log", xlabel="ms per note", ylabel="bits per note")
    axes.xaxis.set_major_formatter("{x:g}")
    _save(figure, axes, path)


def _sweep(path: Path, rows: Sequence[Summary], found: Measured) -> None:
    """Draw some measures at each temperature, with the truth as a level."""
    means = sweep_means(found)
    truth = next(row.measures for row in rows if row.kind == TRUTH) or {}
    figure = Figure(figsize=(11, 6), layout="constrained")
    grid = figure.subplots(2, 3)
    for axes, name in zip(grid.flat, SWEPT, strict=True):
        for model in dict.fromkeys(line["model"] for line in means):
            own = [line for line in means if line["model"] == model]
            heights = [{**line["measures"], "diversity": line["diversity"]}[name] for line in own]
            axes.plot([line["temperature"] for line in own], heights, "o-", label=model)
        if name in truth:
            axes.axhline(truth[name][0], color="black", ls=STYLES[TRUTH], label=TRUTH)
        axes.set(title=name, xlabel="temperature")
    grid[0, 0].legend(frameon=False, fontsize="small")
    figure.savefig(path, dpi=120)


def _sheet() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def _save(figure: Figure, axes: Axes, path: Path) -> None:
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", frameon=False)
    figure.savefig(path, dpi=120)
