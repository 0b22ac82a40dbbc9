"""`antiphon evaluate` from the command line, on music and a model made here."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from bridge.app import cli
from bridge.core.music import Meter
from bridge.evaluation.foils import FOILS
from bridge.evaluation.report import make
from bridge.evaluation.report.folder import PICTURES
from bridge.evaluation.report.render import HEADS
from bridge.evaluation.report.run import SUITES, Suite
from bridge.evaluation.report.sheets import BEATS, MEASURED
from bridge.evaluation.shortcuts import SHORTCUTS
from bridge.respond.cards import Card
from bridge.respond.steps import ATTRIBUTES
from bridge.send.take import write_midi
from tests.evaluation.scores import Piece, motif, noise, write_prepared
from tests.evaluation.tiny import write_shipped

pytestmark = pytest.mark.train

ROWS = [
    "tiny, with memory",
    "tiny",
    "PPM, prime and train split",
    "PPM, prime only",
    "copy the prime's best lag",
    "copy the last 16 beats",
    "Markov from the prime",
    "kNN of bars",
    "another piece",
    "truth",
    *SHORTCUTS,
]

Typed = Callable[..., tuple[object, str, list[str]]]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared file and one model with chance weights, no matplotlib."""
    rng = np.random.default_rng(2)
    pieces = [
        Piece(rows, pack=pack, split=split)
        for split in ("train", "valid", "test")
        for pack in ("gmd", "pop909_aligned")
        for rows in (motif((60, 62, 64), 60), noise(rng, 60))
    ]
    write_prepared(tmp_path / "notes.npz", pieces)
    write_shipped("note-lstm", tmp_path)
    monkeypatch.setattr("bridge.evaluation.report.rows.SAMPLE", 200)
    monkeypatch.setattr(make, "find_spec", lambda _name: None)
    return tmp_path


@pytest.fixture
def typed(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Type `antiphon evaluate` in the house; return exit code, output and complaints."""

    def typed(*words: str) -> tuple[object, str, list[str]]:
        monkeypatch.chdir(house)
        monkeypatch.setattr(sys, "argv", ["antiphon", "evaluate", "--models", ".", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err.splitlines()

    return typed


def pack_of(folder: Path) -> Path:
    """A pack of MIDI files of its own name, one of them broken."""
    folder.mkdir(parents=True)
    rows = []
    for number, split in enumerate(("train", "train", "valid", "test")):
        music = [(beat / 2, 0.5, 60 + (beat * (number + 2)) % 12, 80, 0) for beat in range(100)]
        write_midi(folder / f"{number}.mid", [("piano", music)], Meter(4, 4), 120.0)
        rows.append({"path": f"{number}.mid", "split": split, "on_grid": 1.0})
    (folder / "torn.mid").write_bytes((folder / "0.mid").read_bytes()[:60])
    rows.append({"path": "torn.mid", "split": "train", "on_grid": 1.0})
    (folder / "manifest.json").write_text(json.dumps({"files": rows}))
    return folder


def test_the_table_has_every_row_and_every_column(typed: Typed, house: Path) -> None:
    code, out, err = typed("--data", "notes.npz", "--items", "2")
    assert (code, err) == (0, [])
    text = (house / "report" / "table.md").read_text()
    report = json.loads((house / "report" / "table.json").read_text())
    lines = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    headline = lines[: 2 + len(ROWS)]
    assert [line[0].strip("| ") for line in headline] == ["", "---", *ROWS]
    assert [name.strip("| ") for name in headline[0]] == list(HEADS)
    assert {len(line) for line in headline} == {len(HEADS)}
    assert all(name in text and name in out for name in ROWS)
    assert [row["name"] for row in report["rows"]] == ROWS
    assert len(set(report["items"])) == len(report["items"]) == 4
    assert (report["split"], report["suite"], report["samples"]) == ("test", "quick", 2)
    assert report["versions"]["numpy"] == np.__version__


def test_the_best_of_several_may_be_measured(typed: Typed, house: Path) -> None:
    """The report says how many were tried; the truth is what it is."""
    typed("tiny", "--data", "notes.npz", "--items", "1", "--candidates", "2")
    report = json.loads((house / "report" / "table.json").read_text())
    assert [row["settings"].get("candidates") for row in report["rows"][:2]] == [2, 2]
    assert "candidates" not in report["rows"][-1]["settings"]


def test_each_row_tells_all_that_it_can(typed: Typed, house: Path) -> None:
    typed("tiny", "tiny", "--data", "notes.npz", "--items", "2")
    report = json.loads((house / "report" / "table.json").read_text())
    rows = report["rows"]
    for row in rows:
        foretells = row["kind"] == "model" or row["name"] in ROWS[2:5]
        assert bool(row["bits"]) == bool(row["bits_by_beat"]) == foretells
        assert bool(row["foils"]) == (foretells or row["kind"] == "shortcut")
        assert row["foils"] is None or set(row["foils"]) == set(FOILS)
        plays = row["kind"] != "shortcut"
        assert (row["measures"] is not None) == plays
        assert not plays or tuple(row["measures"]) == tuple(row["gaps"]) == MEASURED
        assert not plays or len(row["f1_by_beat"]) == BEATS
        assert (row["ms_per_note"] is not None) == (plays and row["kind"] != "truth")
        assert row["foils"] is None or row["foil_counts"]["F6"] <= 4
        if row["bits"]:
            per_note = sum(row["bits_by_item"]) / sum(report["notes_by_item"])
            assert row["bits"]["total"][0] == pytest.approx(per_note)
    truth = rows[ROWS.index("truth")]
    assert set(truth["gaps"].values()) <= {0, None}
    assert all(truth["within"].values())
    assert truth["f1_by_beat"][-1] == 1
    assert rows[0]["bits"]["groups"]["games"] is None
    costs = [row["bits"]["total"][0] for row in rows[:3]]
    assert costs[0] < costs[1]  # chance weights gain from the memory,
    assert costs[2] < costs[1]  # and PPM has learnt more than they


def test_the_full_suite_tries_temperatures_and_all_is_drawn(
    typed: Typed, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    suite = Suite(items=1, samples=1, temperatures=(0.8, 1.2))
    monkeypatch.setitem(SUITES, "full", suite)
    monkeypatch.setattr(make, "find_spec", find_spec)
    assert typed("--data", "notes.npz", "--suite", "full")[0] == 0
    folder = house / "report"
    report = json.loads((folder / "table.json").read_text())
    assert [line["temperature"] for line in report["sweep"]] == [0.8, 1.2]
    assert all((folder / name).stat().st_size > 1000 for name in PICTURES)
    answers = {path.name for path in (folder / "gallery").iterdir()}
    assert len(answers) == 4
    assert all(f"{Path(name).stem}.png" in answers for name in answers)


def test_cards_keep_the_bits_of_the_test_split_alone(typed: Typed, house: Path) -> None:
    typed("--data", "notes.npz", "--items", "1")
    assert Card.read(house / "tiny.json").test_bits == {}
    code, _, err = typed("--data", "notes.npz", "--split", "valid", "--write-cards")
    assert (code, len(err)) == (2, 1)
    typed("--data", "notes.npz", "--items", "1", "--write-cards")
    card = Card.read(house / "tiny.json")
    bits, measured = card.test_bits, card.measured
    assert measured is not None
    report = json.loads((house / "report" / "table.json").read_text())
    assert tuple(bits) == ATTRIBUTES
    live, alone = report["rows"][:2]
    assert bits == pytest.approx(alone["bits"]["shown"], abs=1e-4)
    assert measured.bits == pytest.approx(alone["bits"]["total"][0], abs=1e-3)
    assert measured.bits_with_memory == pytest.approx(live["bits"]["total"][0], abs=1e-3)
    assert measured.ms_per_note > 0


def test_a_folder_of_packs_is_prepared_once(typed: Typed, house: Path) -> None:
    pack = pack_of(house / "music" / "mine")
    code, out, _ = typed("--data", "music", "--items", "1", "--out", "first")
    assert code == 0
    assert "mine: 4 pieces; 1 skipped: torn.mid (broken)" in out
    report = json.loads((house / "first" / "table.json").read_text())
    assert report["packs"]["others"] == ["mine"]
    assert report["items"][0].startswith("mine-")
    _, again, _ = typed("--data", "music/mine", "--items", "1", "--out", "first")
    assert "as they were prepared before" in again
    (pack / "torn.mid").unlink()
    _, changed, _ = typed("--data", "music", "--items", "1", "--out", "first")
    assert "preparing" in changed


def test_without_matplotlib_pictures_are_left_out(typed: Typed, house: Path) -> None:
    old = house / "report" / PICTURES[0]
    old.parent.mkdir()
    old.touch()
    code, out, _ = typed("--data", "notes.npz", "--items", "1")
    assert (code, out.count("matplotlib")) == (0, 1)
    assert not list((house / "report").rglob("*.png"))
    assert len(list((house / "report" / "gallery").glob("*.mid"))) == 2


@pytest.mark.parametrize("where", ["measure", "hang"])
def test_an_interrupted_report_leaves_the_last_one_as_it_was(
    typed: Typed, house: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    table = house / "report" / "table.md"
    table.parent.mkdir()
    table.write_text("the last one")
    monkeypatch.setattr(make, where, stop)
    assert typed("--data", "notes.npz", "--items", "1")[0] == 130
    assert [path.name for path in (house / "report").iterdir()] == ["table.md"]
    assert table.read_text() == "the last one"


def test_a_full_disk_is_told_in_one_line(
    typed: Typed, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(make, "hang", fail)
    code, _, err = typed("--data", "notes.npz", "--items", "1")
    assert (code, len(err)) == (5, 1)
    assert "No space left" in err[0]
    assert not list((house / "report").iterdir())


@pytest.mark.parametrize(
    ("code", "says", "words"),
    [
        (2, "nowhere", ("--data", "nowhere")),
        (2, "not a prepared file", ("--data", "tiny.json")),
        (2, "no pack in it", ("--data", "plain")),
        (4, "gpt", ("gpt", "--data", "notes.npz")),
        (4, "there are none", ("--data", "notes.npz", "--models", "empty")),
        (5, "cannot be written", ("--data", "notes.npz", "--out", "tiny.json/report")),
        (5, "cannot be written", ("--data", "notes.npz", "--out", "tiny.json")),
        (5, "no file with 8 notes", ("--data", "silent")),
        (2, "manifest.json is broken", ("--data", "torn")),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    typed: Typed, house: Path, code: int, says: str, words: tuple[str, ...]
) -> None:
    (house / "plain").mkdir()
    for name, manifest in (("silent", '{"files": []}'), ("torn", '{"files": [{}]}')):
        (house / name).mkdir()
        (house / name / "manifest.json").write_text(manifest)
    ended, _, err = typed(*words)
    assert (ended, len(err)) == (code, 1)
    assert says in err[0]


def test_in_a_file_each_tenth_is_told() -> None:
    told: list[str] = []
    tenths = make.Tenths(25, told.append)
    for _ in range(25):
        tenths()
    assert len(told) == 10
    assert told[0] == "3 of 25 items are measured"
    assert told[-1] == "25 of 25 items are measured"
