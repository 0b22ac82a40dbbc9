"""Results for the eye: a table on the terminal, and a page of Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bridge.app.bench.against import Compared
from bridge.app.bench.reports import Report
from bridge.app.bench.rows import Row, mark
from bridge.app.bench.shortfalls import shortfalls

PAPER = 160  # characters
HEADS = ("what", "measured", "p50 / p95 / p99", "compared", "goal", "holds")


def show(rows: Sequence[Row], compared: Mapping[str, Compared]) -> None:
    """Print the rows as a table."""
    table = Table(box=None, pad_edge=False)
    for head in HEADS:
        justify = "right" if head == "measured" else "left"
        table.add_column(head, no_wrap=True, justify=justify)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*cells(row, compared.get(row.name)))
    console = Console()
    if not console.is_terminal:
        console = Console(width=PAPER)  # a file has no edge at which to cut figures off
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"  {row.name}: {row.note}", style="dim", soft_wrap=True)


def cells(row: Row, compared: Compared | None) -> tuple[str, ...]:
    """Return a row of the table, under HEADS."""
    percentiles = (row.p50, row.p95, row.p99)
    return (
        row.name,
        f"{row.value:.3g} {row.unit}" if math.isfinite(row.value) else "not measured",
        " / ".join(f"{x:.3g}" for x in percentiles if x is not None),
        _compared(row, compared),
        row.goal,
        mark(row.holds),
    )


def _compared(row: Row, compared: Compared | None) -> str:
    """Say what the row is compared with: an earlier report, else what it brings along."""
    if compared is None:
        return "" if row.ratio is None else f"{row.ratio:.3g} x {row.against}"
    times = "" if compared.change is None else f", {compared.change:.2f} x"
    return f"was {compared.then:.3g}{times}" + (" WORSE" if compared.worse else "")


def as_markdown(
    report: Report, compared: Mapping[str, Compared], pictures: Sequence[tuple[str, str]]
) -> str:
    """Return the report as a page; `pictures` are (title, path from the page)."""
    machine, versions = report.machine, report.versions
    lines = [
        "# Benchmarks",
        "",
        f"Made by `{report.command}` on {report.made[:10]}, to be run with nothing else running",
        f"(load before it: {machine.get('load', 'unknown')}).",
        f"{machine.get('cores')} x {machine.get('cpu')}, {machine.get('memory')},",
        f"{machine.get('kernel')};",
        ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
        "",
        f"| {' | '.join(HEADS)} |",
        "|---|---:|---|---|---|---|",
        *(_line(cells(row, compared.get(row.name))) for row in report.rows),
        "",
        *shortfalls(report.rows),
        "",
        "## Of each figure",
        "",
        *(f"- {row.name}: {row.note}" for row in report.rows if row.note),
    ]
    for title, path in pictures:
        lines += ["", f"![{title}]({path})"]
    if report.models:
        lines += ["", "Models, by the first digits of their sha256: " + _weights(report) + "."]
    return "\n".join(lines) + "\n"


def _line(texts: Sequence[str]) -> str:
    marked = (text.replace("WORSE", "**worse**") for text in texts[:-1])
    return f"| {' | '.join([*marked, texts[-1].replace('NO', '**no**')])} |"


def _weights(report: Report) -> str:
    return ", ".join(f"{name} `{digest[:12]}`" for name, digest in report.models.items())
