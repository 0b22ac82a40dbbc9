"""`antiphon bench`: what it costs, measured; printed and as JSON rows.

A row is `name, value, unit, p50, p95, p99, goal, holds, note`; `holds` is null where a goal could
not be checked on this machine. Candidates are interleaved and warmed up; the figures are medians.
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnxruntime
from rich.console import Console
from rich.table import Table

from bridge import __version__
from bridge.app.places import check_writable

PAPER = 140  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; percentiles where there is a distribution."""

    name: str
    value: float
    unit: str
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    goal: str = ""
    holds: bool | None = None
    note: str = ""


def machine() -> dict[str, str]:
    """Say what was measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        cpu = f"{len(names)} x {names[0].split(':')[1].strip()}" if names else cpu
    return {
        "cpu": cpu,
        "system": platform.platform(),
        "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__,
        "antiphon": __version__,
    }


def show(rows: list[Row]) -> None:
    """Print the rows as a table."""
    table = Table(box=None, pad_edge=False)
    table.add_column("what", no_wrap=True)
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("p50 / p95 / p99", no_wrap=True)
    table.add_column("goal", no_wrap=True)
    table.add_column("holds")
    for row in rows:
        spread = (row.p50, row.p95, row.p99)
        table.add_row(
            row.name,
            f"{row.value:.3g} {row.unit}",
            " / ".join(f"{x:.3g}" for x in spread if x is not None),
            row.goal,
            {True: "yes", False: "NO", None: ""}[row.holds],
        )
    console = Console()
    if not console.is_terminal:
        console = Console(width=PAPER)  # a file has no edge at which to cut figures off
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"  {row.name}: {row.note}", style="dim", soft_wrap=True)


def as_markdown(rows: list[Row], command: str) -> str:
    """Return the rows as a page."""
    about = machine()
    lines = [
        "# Benchmarks",
        "",
        f"Made by `{command}`, to be run with nothing else running.",
        f"{about['cpu']}, {about['system']},",
        f"Python {about['python']}, onnxruntime {about['onnxruntime']},",
        f"Antiphon {about['antiphon']}.",
        "",
        "| what | measured | p50 / p95 / p99 | goal | holds |",
        "|---|---:|---|---|---|",
    ]
    for row in rows:
        spread = " / ".join(f"{x:.3g}" for x in (row.p50, row.p95, row.p99) if x is not None)
        holds = {True: "yes", False: "**no**", None: ""}[row.holds]
        cells = (row.name, f"{row.value:.3g} {row.unit}", spread, row.goal, holds)
        lines.append(f"| {' | '.join(cells)} |")
    notes = [f"- {row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, "", *notes]) + "\n"


def bench(what: str, seconds: float, models: Path, out: Path | None, page: Path | None) -> None:
    """Measure one thing or all, print it, and write it where asked: as JSON, as a page."""
    for path in (out, page):
        if path is not None:
            check_writable(path.parent)
    rows: list[Row] = []
    if what in ("decode", "all"):
        from bridge.app.bench_decode import decode

        rows += decode(models)
    if what in ("timing", "live", "rest", "all"):
        from bridge.app.bench_live import live, rest, timing

        for name, measured in (("timing", timing), ("live", live), ("rest", rest)):
            if what in (name, "all"):
                rows += measured(seconds, models)
    show(rows)
    if out is not None:
        report: dict[str, Any] = {"machine": machine(), "rows": [asdict(r) for r in rows]}
        out.write_text(json.dumps(report, indent=2) + "\n")
    if page is not None:
        page.write_text(as_markdown(rows, f"antiphon bench {what} --seconds {seconds:g}"))
