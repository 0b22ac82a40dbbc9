"""`antiphon bench`: what it costs, measured; printed, kept as JSON, made into a page."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from bridge.app.bench import reports
from bridge.app.bench.against import Compared, as_fields, compare
from bridge.app.bench.machine import machine, versions, weights
from bridge.app.bench.page import as_markdown, show
from bridge.app.bench.reports import Report
from bridge.app.bench.rows import Row, not_measured
from bridge.app.bench.table import chosen
from bridge.core.errors import BridgeError, SettingError

PICTURES = "pictures"  # folder beside the page
NO_PLOTS = "there are no plots, because matplotlib is not installed: sh tools/setup.sh train"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What `antiphon bench` was asked to do."""

    what: str
    seconds: float
    models: Path
    source: Path | None = None  # show this report and measure nothing
    against: Path | None = None  # an earlier report
    out: Path | None = None  # JSON
    page: Path | None = None  # Markdown


def bench(order: Order) -> bool:
    """Measure, print and write what was asked for; tell whether all goals were met, none worse."""
    for path in (order.out, order.page):
        _check_writable(path)
    before = reports.read(order.against) if order.against else None
    report = reports.read(order.source) if order.source else _measured(order)
    compared = compare(report.rows, before.rows) if before else {}
    show(report.rows, compared)
    if before and before.machine.get("cpu") != report.machine.get("cpu"):
        print(f"{order.against} comes from another machine: {before.machine.get('cpu')}")
    if order.out is not None:
        reports.write(order.out, report, as_fields(compared))
    if order.page is not None:
        _write_page(order.page, report, compared)
    missed = any(row.holds is False for row in report.rows)
    return not missed and not any(found.worse for found in compared.values())


def _measured(order: Order) -> Report:
    facts = {"machine": machine(), "versions": versions(), "models": weights(order.models)}
    made = datetime.now().astimezone().isoformat(timespec="seconds")
    rows = _rows(order)
    command = f"antiphon bench {order.what} --seconds {order.seconds:g}"
    return Report(rows=rows, command=command, made=made, **facts)


def _rows(order: Order) -> list[Row]:
    """Run the benchmarks one after the other, under a line that says how far they are.

    What cannot be measured has a row that says why; raises its error where nothing can.
    """
    todo = chosen(order.what)
    console = Console(stderr=True)
    rows: list[Row] = []
    failed: list[BridgeError] = []
    # Drawn once a second only: the line shares a process with some of what is measured.
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), _Left(), console=console,
        refresh_per_second=1, transient=True, disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        for number, benchmark in enumerate(todo):
            until = time.monotonic() + sum(b.takes(order.seconds) for b in todo[number:])
            what = f"{benchmark.group}: {benchmark.what}"
            task = progress.add_task(what, total=None, until=until)
            try:
                rows += benchmark.measure(benchmark.share * order.seconds, order.models)
            except BridgeError as error:
                rows.append(not_measured(what, str(error)))
                failed.append(error)
            progress.remove_task(task)
    if len(failed) == len(todo):
        raise failed[0]
    return rows


class _Left(ProgressColumn):
    """The time left, by what the table of benchmarks says."""

    def render(self, task: Task) -> Text:
        left = max(task.fields.get("until", 0.0) - time.monotonic(), 0.0)
        words = f"about {left / 60:.0f} min left" if left > 90 else f"about {left:.0f} s left"
        return Text(words, style="dim")


def _write_page(path: Path, report: Report, compared: dict[str, Compared]) -> None:
    if find_spec("matplotlib") is None:
        print(NO_PLOTS)
        path.write_text(f"{as_markdown(report, compared, [])}\n{NO_PLOTS.capitalize()}.\n")
        return
    from bridge.app.bench.plots import draw

    folder = path.parent / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [(title, f"{PICTURES}/{name}") for title, name in draw(folder, report.rows)]
    path.write_text(as_markdown(report, compared, pictures))


def _check_writable(path: Path | None) -> None:
    """Raise SettingError before anything is measured, if it could not be kept."""
    if path is None:
        return
    if not path.parent.is_dir():
        raise SettingError(f"{path} cannot be written: there is no folder {path.parent}")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        raise SettingError(f"{path} cannot be written ({error.strerror})") from None
