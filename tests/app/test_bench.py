"""What becomes of measured figures: rows, files, comparisons, pages and plots."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.app.bench import reports as bench_file
from bridge.app.bench import run as bench_run
from bridge.app.bench.against import as_fields, compare
from bridge.app.bench.gpu import gpu
from bridge.app.bench.page import as_markdown
from bridge.app.bench.reports import Report
from bridge.app.bench.rows import Row, drawn, none_of, spread
from bridge.app.bench.run import Order
from bridge.app.bench.steps import CONTEXTS
from bridge.app.bench.table import BENCHMARKS, Benchmark, chosen, groups
from bridge.core.errors import PortError, SettingError
from bridge.respond.device import Device, DeviceError

MODELS = Path(__file__).parents[2] / "models" / "onnx"

STEP = Row("swing step at 64", 0.2, "ms", 0.2, 0.24, 0.3, note="int8")
TORCH = Row("swing step at 64, torch", 2.0, "ms", 2.0, 2.2, 2.4)
RATIO = Row("swing step at 64, torch / ours", 10, "x", goal=">= 5 x", holds=True, ratio=10.0,
            against="torch eager")  # fmt: skip
LATE = drawn(spread("player lateness", [0.1, 0.2, 0.3], by="p99", most=0.2), [0.1, 0.2, 0.3])
HANGING = none_of("hanging notes: stop", 3, note="7 times")
ROWS = [STEP, TORCH, RATIO, LATE, HANGING]
REPORT = Report(
    rows=ROWS, command="antiphon bench all --seconds 9", made="2026-11-21T14:00:00+00:00",
    machine={"cpu": "Abacus", "cores": "2", "memory": "25.2 GB", "kernel": "Linux 6"},
    versions={"antiphon": "0.1.0", "numpy": "2.4"}, models={"swing": "0123456789abcdef"},
)  # fmt: skip


def test_a_spread_keeps_its_percentiles_and_its_goal() -> None:
    row = spread("lateness", range(101), by="p99", most=98, note="of sheep")
    assert row == Row("lateness", 99, "ms", 50, 95, 99, "p99 <= 98 ms", False, "of sheep")  # noqa: FBT003
    assert spread("step", [1, 2, 3]).value == 2


def test_what_must_not_happen_holds_only_when_it_did_not() -> None:
    assert none_of("late", 0).holds
    assert none_of("late", 1).holds is False


def test_every_benchmark_of_the_table_can_be_called_and_asked_for() -> None:
    assert all(callable(benchmark.measure) for benchmark in BENCHMARKS)
    assert {"decode", "timing", "live", "osc", "turns", "all"} <= set(groups())
    assert chosen("all") == BENCHMARKS
    assert {b.group for b in chosen("live")} == {"live"}


THREE = """
from bridge.app.bench.rows import Row
from bridge.core.errors import PortError

def fine(seconds, models):
    return [Row("steps", seconds, "ms")]

def lost(seconds, models):
    raise PortError("there is no jackd")
"""


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Benchmark, ...]:
    """A benchmark that can be measured, one that cannot, and the first again."""
    (tmp_path / "three_benchmarks.py").write_text(THREE)
    monkeypatch.syspath_prepend(tmp_path)
    fine, lost = "three_benchmarks:fine", "three_benchmarks:lost"
    return (
        Benchmark("one", "steps", fine, 1.0),
        Benchmark("one", "onsets", lost, 1.0),
        Benchmark("one", "steps", fine, 2.0),
    )


def test_what_cannot_be_measured_is_told_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, three: tuple[Benchmark, ...]
) -> None:
    monkeypatch.setattr(bench_run, "chosen", lambda _: three)
    kept = tmp_path / "r.json"
    assert bench_run.bench(Order(what="one", seconds=3, models=tmp_path, out=kept))
    before, lost, after = bench_file.read(kept).rows
    assert (before.value, after.value) == (3, 6)
    assert (lost.name, lost.note) == ("one: onsets", "not measured: there is no jackd")
    assert math.isnan(lost.value)
    assert "| one: onsets | not measured |" in as_markdown(replace(REPORT, rows=[lost]), {}, [])


def test_where_nothing_can_be_measured_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, three: tuple[Benchmark, ...]
) -> None:
    monkeypatch.setattr(bench_run, "chosen", lambda _: three[1:2])
    with pytest.raises(PortError, match="there is no jackd"):
        bench_run.bench(Order(what="one", seconds=3, models=tmp_path))


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    bench_file.write(tmp_path / "r.json", REPORT)
    again = bench_file.read(tmp_path / "r.json")
    assert again == replace(REPORT, rows=again.rows)
    assert again.rows[:3] == ROWS[:3]
    assert again.rows[3].curve == pytest.approx(LATE.curve, rel=1e-3)


def test_a_row_of_the_file_takes_one_line_and_names_its_fields(tmp_path: Path) -> None:
    bench_file.write(tmp_path / "r.json", REPORT, as_fields(compare(ROWS, ROWS)))
    lines = (tmp_path / "r.json").read_text().splitlines()
    line = next(line for line in lines if '"swing step at 64"' in line)
    assert list(json.loads(line.strip().rstrip(","))) == [
        "name", "value", "unit", "p50", "p95", "p99", "ratio", "against", "goal", "holds", "note",
        "compared",
    ]  # fmt: skip
    told = json.loads((tmp_path / "r.json").read_text())
    assert set(told) == {"format", "command", "made", "machine", "versions", "models", "rows"}


def test_a_figure_that_could_not_be_measured_is_null(tmp_path: Path) -> None:
    bench_file.write(tmp_path / "r.json", replace(REPORT, rows=[Row("x", float("nan"), "ms")]))
    assert json.loads((tmp_path / "r.json").read_text())["rows"][0]["value"] is None
    again = bench_file.read(tmp_path / "r.json").rows
    assert math.isnan(again[0].value)
    assert compare(again, again) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{", "is not JSON: "),
        ("[]", "was not written by antiphon bench: it has no rows"),
        ('{"format": 99, "rows": []}', "has format 99, and this version reads format 1"),
        ('{"rows": []}', "has format none, and this version reads format 1"),
        ('{"format": 1, "rows": []}', "is not a whole report: 'command'"),
        ('{"format": 1, "rows": [{"value": 1}]}', "is not a whole report: "),
    ],
)
def test_a_file_that_is_no_report_is_told_in_one_line_before_anything_is_measured(
    tmp_path: Path, text: str | None, words: str
) -> None:
    path = tmp_path / "old.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingError) as told:
        bench_run.bench(Order(what="all", seconds=600, models=tmp_path, against=path))
    assert str(told.value).startswith(f"{path} {words}")
    assert "\n" not in str(told.value)


def test_a_folder_that_is_not_there_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    order = Order(what="all", seconds=600, models=tmp_path, out=tmp_path / "no" / "r.json")
    with pytest.raises(SettingError, match="there is no folder"):
        bench_run.bench(order)


@pytest.mark.parametrize(
    ("value", "spread_of", "worse"),
    [
        (0.2, 0.21, False),  # as before
        (0.215, 0.215, False),  # less than a tenth
        (0.25, 0.25, True),  # more than p95 then, 20 % above
        (0.23, 0.23, False),  # within it
        (0.25, 0.5, False),  # the run of now was unsteady itself
        (0.1, 0.1, False),  # better
    ],
)
def test_a_time_is_worse_when_it_grew_by_more_than_its_noise(
    value: float, spread_of: float, *, worse: bool
) -> None:
    now = replace(STEP, value=value, p50=value, p95=spread_of)
    found = compare([now], ROWS)[STEP.name]
    assert found.worse is worse
    assert found.then == 0.2
    assert found.change == pytest.approx(value / 0.2)


def test_of_a_ratio_more_is_better() -> None:
    assert compare([replace(RATIO, value=8)], ROWS)[RATIO.name].worse
    assert not compare([replace(RATIO, value=30)], ROWS)[RATIO.name].worse


def test_one_more_note_that_hangs_is_worse() -> None:
    none = replace(HANGING, value=0)
    assert compare([HANGING], [none])[HANGING.name].worse
    assert compare([HANGING], [none])[HANGING.name].change is None
    assert not compare([none], [HANGING])[HANGING.name].worse


def test_what_was_nothing_is_worse_above_the_high_times_of_then() -> None:
    share = Row("notes over 20 ms", 0.0, "%")
    idle = Row("CPU", 0.0, "% of a core", 0.0, 1.0, 1.0)
    assert compare([replace(share, value=4)], [share])[share.name].worse
    assert not compare([replace(idle, value=0.5)], [idle])[idle.name].worse


def test_only_the_same_figure_in_the_same_unit_is_compared() -> None:
    assert compare([replace(STEP, unit="s"), replace(STEP, name="other")], ROWS) == {}


def test_a_page_has_a_row_for_each_figure_and_says_where_it_was_measured() -> None:
    slower = replace(STEP, value=0.3, p50=0.3, p95=0.3)
    page = as_markdown(REPORT, compare([slower], ROWS), [("Steps", "pictures/steps.png")])
    assert "`antiphon bench all --seconds 9` on 2026-11-21" in page
    assert "2 x Abacus, 25.2 GB" in page
    assert "| swing step at 64, torch / ours | 10 x |  | 10 x torch eager | >= 5 x | yes |" in page
    assert "| hanging notes: stop | 3 notes |  |  | 0 | **no** |" in page
    assert "| was 0.2, 1.50 x **worse** |" in page
    assert "- hanging notes: stop: 7 times" in page
    assert "![Steps](pictures/steps.png)" in page
    assert "swing `0123456789ab`" in page


def test_a_page_says_why_a_goal_is_missed_and_what_was_never_run() -> None:
    rest = Row("jam CPU at rest", 2.5, "% of a core", goal="<= 2 %", holds=False)
    page = as_markdown(replace(REPORT, rows=[*ROWS, rest]), {}, [])
    _, told = page.split("## What falls short, and why")
    assert "**jam CPU at rest**: 2.5 % of a core (<= 2 %). What is left are the looks" in told
    assert "**hanging notes: stop**: 3 notes (0). Why is not known yet." in told
    assert "CUDA, DirectML and CoreML were never run on hardware" in told


def test_a_kept_report_is_shown_again_without_measuring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    bench_file.write(old, REPORT)
    bench_file.write(new, replace(REPORT, rows=[replace(STEP, value=0.9), RATIO], machine={}))
    order = Order(what="all", seconds=600, models=tmp_path, source=new, against=old)
    assert bench_run.bench(order) is False
    shown = capsys.readouterr().out
    assert "was 0.2, 4.50 x WORSE" in shown
    assert "another machine: Abacus" in shown
    assert bench_run.bench(replace(order, against=None)) is True


def test_plots_are_drawn_of_what_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    bench_file.write(tmp_path / "r.json", REPORT)
    order = Order(what="all", seconds=1, models=tmp_path, source=tmp_path / "r.json",
                  page=tmp_path / "page.md")  # fmt: skip
    bench_run.bench(order)
    names = {"bench-steps.png", "bench-lateness.png", "bench-ratios.png"}
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == names
    page = (tmp_path / "page.md").read_text()
    assert all(f"(pictures/{name})" in page for name in names)


def test_what_was_not_measured_is_not_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    bench_file.write(tmp_path / "r.json", replace(REPORT, rows=[HANGING]))
    order = Order(what="all", seconds=1, models=tmp_path, source=tmp_path / "r.json",
                  page=tmp_path / "page.md")  # fmt: skip
    bench_run.bench(order)
    assert list((tmp_path / "pictures").iterdir()) == []
    assert "![" not in (tmp_path / "page.md").read_text()


def test_without_matplotlib_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_run, "find_spec", lambda _: None)
    bench_file.write(tmp_path / "r.json", REPORT)
    page = tmp_path / "page.md"
    bench_run.bench(
        Order(what="all", seconds=1, models=tmp_path, source=tmp_path / "r.json", page=page)
    )
    assert "matplotlib is not installed" in page.read_text()
    assert not (tmp_path / "pictures").exists()


def test_a_gpu_is_measured_beside_the_cpu() -> None:
    """With the memory of the CPU in place of CUDA's: the shipped fp16 graph, at each context."""
    rows = gpu(0, MODELS, Device(provider="CPU", half=True, memory="cpu", captures=True))
    assert [row.name for row in rows[::2]] == [
        f"note-transformer step at {context}, CPU" for context in CONTEXTS
    ]
    assert all(row.value > 0 for row in rows)


def test_where_there_is_no_gpu_that_is_said() -> None:
    with pytest.raises(DeviceError, match="built without Abacus"):
        gpu(0, MODELS, Device(provider="Abacus"))
