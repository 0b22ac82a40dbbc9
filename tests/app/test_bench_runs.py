"""Each benchmark, run for a second as it is typed."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bridge.app import cli
from bridge.app.bench import decode as bench_decode
from bridge.app.bench import live as bench_live
from bridge.app.bench import player as bench_player
from bridge.app.bench import reports as bench_file
from bridge.app.bench import stage as bench_stage
from bridge.app.bench import turns as bench_turns
from bridge.app.bench.rows import Row
from bridge.app.places import models_folder, presets_folder
from bridge.core.params import Settings

ROOT = Path(__file__).resolve().parents[2]
QUICK, OTHER = 300.0, 299.0  # BPM: the built-in musician's phrase is soon over


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((bench_player, "BPM"), (bench_turns, "BPM"), (bench_live, "FAST")):
        monkeypatch.setattr(module, name, QUICK)
    monkeypatch.setattr(bench_live, "USUAL", OTHER)
    monkeypatch.setattr(bench_live, "SETTLE", 0.1)
    monkeypatch.setattr(bench_decode, "ROUNDS", 1)
    monkeypatch.setattr(bench_decode, "CONTEXTS", (4, 8))


def test_nobodys_own_knobs_are_in_a_measured_jam(tmp_path: Path) -> None:
    """What the musician has taught and kept lies elsewhere."""

    async def look() -> Path:
        async with bench_stage.stage(Settings(), tmp_path) as playing:
            return playing.hub.plan.presets

    assert asyncio.run(look()) != presets_folder()


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, group: str, *arguments: str) -> list[Row]:
    path = folder / "report.json"
    command = ["antiphon", "bench", group, "--seconds", "1", "--json", str(path), *arguments]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not end.value.code
    report = bench_file.read(path)
    assert {"cpu", "cores", "memory", "kernel"} <= set(report.machine)
    assert {"antiphon", "python", "numpy", "onnxruntime"} <= set(report.versions)
    return report.rows


def check(rows: list[Row]) -> set[str]:
    """Return the rows' names; each is well formed, and there is one of each."""
    for row in rows:
        assert row.name
        assert row.unit
        assert math.isfinite(row.value) or row.note == "not measured: there is no jackd"
        assert (row.holds is None) == (row.goal == "")
        if row.p50 is not None:
            assert row.p95 is not None
            assert row.p99 is not None
            assert row.p50 <= row.p95 <= row.p99
    names = {row.name for row in rows}
    assert len(names) == len(rows)
    return names


def test_decode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for path in models_folder().glob("note-lstm.*"):
        (models / path.name).symlink_to(path)
    names = check(run(monkeypatch, tmp_path, "decode", "--models", str(models)))
    assert {"note-lstm step at 4", "note-lstm step at 8", "note-lstm first note"} <= names


@pytest.mark.train
def test_sizes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is measured against torch, with networks as small as can be."""
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from bridge.app.bench import sizes as bench_sizes  # noqa: PLC0415 - only where torch is
    from bridge.training import yardsticks  # noqa: PLC0415

    small = {"dim": 32, "layers": 1, "heads": 2, "kv_heads": 1, "hidden": 32}
    monkeypatch.setattr(bench_sizes, "ROUNDS", 1)
    monkeypatch.setattr(bench_sizes, "CONTEXTS", (4, 256))
    monkeypatch.setattr(yardsticks, "SIZES", {"5 M": small, "25 M": small})
    monkeypatch.setattr(yardsticks, "DEEP", small)
    monkeypatch.setattr(yardsticks, "LSTM", {"dim": 32, "layers": 1})
    monkeypatch.setattr(yardsticks, "THEIRS", {"dim": 32, "depth": 1, "heads": 2})
    names = check(run(monkeypatch, tmp_path, "sizes"))
    assert {"5 M step at 256 / floor", "25 M step at 4, torch / ours"} <= names
    assert "LSTM of 7 M, torch / ours" in names


def test_timing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = run(monkeypatch, tmp_path, "timing")
    assert {"player lateness", "player lateness, cores busy"} <= check(rows)
    assert all(
        len(row.curve) == 101 for row in rows if row.name.startswith("player") and row.unit == "ms"
    )


def test_neighbours_end_with_a_benchmark_that_is_killed() -> None:
    code = (
        "import time; from bridge.app.bench.neighbours import neighbours;"
        "from bridge.app.places import models_folder\n"
        "with neighbours(models_folder()) as both:\n"
        "    print(*(other.pid for other in both), flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as benchmark:
        assert benchmark.stdout is not None
        both = [psutil.Process(int(pid)) for pid in benchmark.stdout.readline().split()]
        benchmark.kill()
    assert len(both) == 2
    assert not psutil.wait_procs(both, timeout=20)[1]


def test_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = check(run(monkeypatch, tmp_path, "live"))
    assert {"jam late notes, 300 BPM", "jam resident memory", "jam CPU at rest"} <= names


def test_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = run(monkeypatch, tmp_path, "turns")
    assert "decision: phrase over to first note drawn" in check(rows)
    assert {row.name: row.value for row in rows}["hanging notes: stop"] == 0


def test_osc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = run(monkeypatch, tmp_path, "osc")
    what = "10,000 OSC messages a second"
    assert check(rows) == {f"{what}: {name}" for name in ("lost", "feedback", "player later, p99")}
