"""The exporter as a command: graph, card, and the trust in the memory."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from bridge.respond.cards import Card, load_model  # noqa: E402 - only where torch is
from bridge.training.train import Run  # noqa: E402

TOOL = Path(__file__).resolve().parents[2] / "tools" / "export_onnx.py"
RECIPE = {
    "family": "note-lstm", "dim": 32, "layers": 1, "dropout": 0.0, "steps": 48, "rows": 4,
    "rate": 0.01, "warmup": 5, "weight_decay": 0.01, "clip": 1.0, "minutes": 1,
}  # fmt: skip


def export(monkeypatch: pytest.MonkeyPatch, run: Path, data: Path, out: Path) -> None:
    arguments: list[Any] = [run / "best.pt", "--name", "tiny", "--data", data, "--out", out]
    monkeypatch.setattr("sys.argv", [str(TOOL), *map(str, arguments)])
    runpy.run_path(str(TOOL), run_name="__main__")


def test_an_exported_model_is_kept_with_its_card(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten bars are too little music to fit a trust on: it is as usual, and that is told."""
    Run(RECIPE, data, tmp_path / "run", "cpu").check()
    export(monkeypatch, tmp_path / "run", data, tmp_path / "models")
    card = Card.read(tmp_path / "models" / "tiny.json")
    assert (card.family, card.trust) == ("note-lstm", None)
    assert load_model(tmp_path / "models", "tiny").name == "tiny"
    assert "tiny: trusts the memory as usual" in capsys.readouterr().out
