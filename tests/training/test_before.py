"""What is noticed before training, and training in several processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from bridge.training import train  # noqa: E402 - only where torch is

ROOT = Path(__file__).resolve().parents[2]
RECIPE = {
    "family": "note-lstm", "dim": 32, "layers": 2, "dropout": 0.0, "steps": 48, "rows": 4,
    "rate": 0.01, "warmup": 5, "weight_decay": 0.01, "clip": 1.0, "minutes": 1,
}  # fmt: skip


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    lines = [f"{name} = {json.dumps(value)}" for name, value in RECIPE.items()]
    (tmp_path / "small.toml").write_text("\n".join(lines))
    return tmp_path / "small.toml"


def tried(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: Any) -> str:
    """Return the line with which training refuses to begin."""
    monkeypatch.setattr("sys.argv", ["train", *map(str, args)])
    with pytest.raises(SystemExit) as end:
        train.main()
    assert end.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_a_full_disk_is_noticed_before_training(
    recipe: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**5))
    out = recipe.parent / "run"
    line = tried(monkeypatch, capsys, recipe, "--data", data, "--out", out)
    assert "0 MB are free, checkpoints need" in line


def test_a_folder_that_cannot_be_written_is_noticed(
    recipe: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (recipe.parent / "file").write_text("in the way")
    out = recipe.parent / "file" / "run"
    line = tried(monkeypatch, capsys, recipe, "--data", data, "--out", out)
    assert line.startswith(f"--out {out}: cannot be written")


def test_music_that_is_none_is_noticed(
    recipe: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, data = recipe.parent / "run", recipe.parent / "notes.npz"
    assert str(data) in tried(monkeypatch, capsys, recipe, "--data", data, "--out", out)
    data.write_text("no music")
    assert str(data) in tried(monkeypatch, capsys, recipe, "--data", data, "--out", out)


@pytest.mark.parametrize(
    "text",
    [
        "family = 'polka'",
        "family =",
        "dim = 3",
        "family = 'note-lstm'\ncolour = 3",
        "family = 'note-lstm'\nrows = 'many'",
    ],
)
def test_a_recipe_that_is_none_is_noticed(
    text: str, data: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    recipe = tmp_path / "bad.toml"
    recipe.write_text(text)
    line = tried(monkeypatch, capsys, recipe, "--data", data, "--out", tmp_path / "run")
    assert line.startswith(f"config {recipe}: ")


def test_who_stops_it_loses_nothing(data: Path, tmp_path: Path) -> None:
    run = train.Run(RECIPE, data, tmp_path / "run", "cpu")
    run.learn(0.1)
    run.stop()
    assert not run.go(1)
    assert train.Run(RECIPE, data, tmp_path / "run", "cpu").step == 1


def test_a_run_of_another_network_is_left_alone(
    recipe: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = train.Run({**RECIPE, "dim": 64}, data, recipe.parent / "run", "cpu")
    run.keep()
    line = tried(monkeypatch, capsys, recipe, "--data", data, "--out", recipe.parent / "run")
    assert "holds a run of another network" in line


def test_two_processes_learn_what_one_does(data: Path, tmp_path: Path) -> None:
    """The same notes, the same costs and the same weights, but for the rounding of bfloat16."""
    script = str(Path(__file__).with_name("together.py"))
    told = []
    for count in (1, 2):
        out = tmp_path / str(count)
        command = [
            sys.executable, "-m", "torch.distributed.run", "--standalone",
            "--nproc-per-node", str(count), script, json.dumps(RECIPE), str(data), str(out),
        ]  # fmt: skip
        run = subprocess.run(
            command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120
        )
        assert run.returncode == 0, run.stderr
        told.append(json.loads((out / "told.json").read_text()))
        assert (out / "best.pt").exists()
    (notes, bits, weights), (same_notes, same_bits, same_weights) = told
    assert same_notes == notes
    for ours, theirs in zip(bits, same_bits, strict=True):
        assert theirs == pytest.approx(ours, rel=2e-3)
    assert same_weights == pytest.approx(weights, rel=2e-3)
