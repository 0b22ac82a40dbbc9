from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from bridge.evaluation import table
from bridge.respond.cards import Card
from bridge.respond.steps import ATTRIBUTES, FINGERPRINT
from tests.evaluation.scores import Piece, motif, noise, write_prepared
from tests.evaluation.tiny import write_tiny

pytestmark = pytest.mark.train


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared file and one model with chance weights."""
    rng = np.random.default_rng(2)
    pieces = [
        Piece(rows, pack=pack, split=split)
        for split in ("train", "valid", "test")
        for pack in ("gmd", "pop909_aligned")
        for rows in (motif((60, 62, 64), 60), noise(rng, 60))
    ]
    write_prepared(tmp_path / "notes.npz", pieces)
    path = write_tiny("note-lstm", tmp_path / "tiny.onnx")
    Card(
        name="tiny",
        family="note-lstm",
        fingerprint=FINGERPRINT,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=1,
        shape={},
        weights="fp32",
        licence="Apache-2.0",
        trained="never",
        exported="today",
        valid_bits={},
    ).write(tmp_path / "tiny.json")
    monkeypatch.setattr("bridge.evaluation.table.SAMPLE", 200)
    return tmp_path


def order(house: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    words = ["--data", "notes.npz", "--models", ".", "--out", "out", *more]
    monkeypatch.chdir(house)
    monkeypatch.setattr(sys, "argv", ["table", *words])
    table.main()


def test_the_table_has_a_row_for_each_scorer(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order(house, monkeypatch, "--items", "2")
    text = (house / "out" / "table.md").read_text()
    report = json.loads((house / "out" / "table.json").read_text())
    assert [row["name"] for row in report["rows"]] == [
        "tiny, with memory",
        "tiny",
        "PPM, prime and train split",
        "PPM, prime only",
        "copy the prime's best lag",
    ]
    assert all(f"| {row['name']} |" in text for row in report["rows"])
    assert text.strip() in capsys.readouterr().out
    assert (report["split"], report["items"], report["pieces"]) == ("test", 4, 4)
    assert report["rows"][0]["groups"]["games"] is None
    bits = [row["total"][0] for row in report["rows"]]
    assert bits[0] < bits[1]  # chance weights gain from the memory,
    assert bits[2] < bits[1]  # and PPM has learnt more than they
    assert Card.read(house / "tiny.json").test_bits == {}


def test_cards_keep_the_bits_of_the_test_split(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(house, monkeypatch, "--items", "1", "--write-cards")
    bits = Card.read(house / "tiny.json").test_bits
    report = json.loads((house / "out" / "table.json").read_text())
    assert tuple(bits) == ATTRIBUTES
    assert bits == pytest.approx(report["rows"][1]["shown"], abs=1e-4)


def test_cards_take_no_bits_of_the_valid_split(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        order(house, monkeypatch, "--split", "valid", "--write-cards")


@pytest.mark.parametrize(("name", "code"), [("notes.npz", 2), ("tiny.json", 4)])
def test_what_is_missing_is_told_in_one_line(
    house: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    code: int,
) -> None:
    (house / name).unlink()
    with pytest.raises(SystemExit) as ended:
        order(house, monkeypatch)
    assert ended.value.code == code
    assert len(capsys.readouterr().err.splitlines()) == 1
