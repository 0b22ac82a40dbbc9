"""Folders that are no packs, files that are no music, and places that cannot be written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bridge.core.music import Meter
from bridge.send.take import write_midi
from bridge.training import manifest, prepare

ROWS = [(i * 0.5, 0.5, 60 + i % 7, 80, 0) for i in range(32)]
Typed = Any


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run prepare, or another main; return exit code, what was told and what was wrong."""

    def typed(*arguments: object, main: Any = prepare.main) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["prepare", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return code, out, err

    return typed


def pack_of(folder: Path, *names: str) -> Path:
    """Make a pack of songs with these names."""
    folder.mkdir(parents=True)
    for name in names:
        write_midi(folder / name, [("piano", ROWS)], Meter(), 120)
    files = [{"path": name, "split": "train", "on_grid": 1.0} for name in names]
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    return folder


def list_also(pack: Path, *names: str) -> None:
    told = json.loads((pack / "manifest.json").read_text())
    told["files"] += [{"path": name, "split": "train", "on_grid": 1.0} for name in names]
    (pack / "manifest.json").write_text(json.dumps(told))


def test_broken_empty_and_missing_files_are_skipped_counted_and_listed(
    typed: Typed, tmp_path: Path
) -> None:
    pack = pack_of(tmp_path / "mine", "good.mid")
    (pack / "torn.mid").write_bytes((pack / "good.mid").read_bytes()[:40])
    (pack / "text.mid").write_text("no music")
    (pack / "void.mid").touch()
    write_midi(pack / "short.mid", [("piano", ROWS[:3])], Meter(), 120)
    list_also(pack, "torn.mid", "text.mid", "void.mid", "short.mid", "gone.mid")
    code, out, _ = typed(pack, "--out", tmp_path / "notes.npz")
    assert code == 0
    line = out.splitlines()[0]
    assert line.startswith("mine: 1 pieces; 5 skipped: ")
    for told in ("text.mid (broken)", "void.mid (broken)", "short.mid (3 notes)"):
        assert told in line
    assert "gone.mid (missing)" in line
    assert "torn.mid (" in line
    with np.load(tmp_path / "notes.npz") as data:
        assert len(data["onset"]) == len(ROWS)


def test_a_folder_with_nothing_usable_says_why_and_writes_nothing(
    typed: Typed, tmp_path: Path
) -> None:
    pack = pack_of(tmp_path / "mine")
    (pack / "text.mid").write_text("no music")
    list_also(pack, "text.mid")
    out = tmp_path / "notes.npz"
    code, told, wrong = typed(pack, "--out", out)
    assert code == 5
    assert "mine: 0 pieces; 1 skipped: text.mid (broken)" in told
    assert wrong == f"no music in {pack}: no file with 8 notes\n"
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "has no manifest.json; `python -m bridge.training.manifest"),
        ("{", "manifest.json is broken (Invalid JSON"),
        ("[]", "manifest.json is broken ("),
        ('{"files": [{}]}', "manifest.json is broken (files.0.path: Field required); mend it"),
        (
            '{"files": [{"path": "a.mid", "split": "practice", "on_grid": 1}]}',
            "files.0.split: Input should be 'train', 'valid' or 'test'",
        ),
        (
            '{"files": [{"path": "a.mid", "split": "train", "on_grid": 3}]}',
            "files.0.on_grid: Input should be less than or equal to 1",
        ),
    ],
)
def test_a_folder_that_is_no_pack_is_one_line_that_says_what_to_do(
    text: str | None, says: str, typed: Typed, tmp_path: Path
) -> None:
    pack = pack_of(tmp_path / "mine", "good.mid")
    (pack / "manifest.json").unlink()
    if text is not None:
        (pack / "manifest.json").write_text(text)
    code, told, wrong = typed(pack, "--out", tmp_path / "notes.npz")
    assert (code, told, wrong.count("\n")) == (2, "", 1)
    assert wrong.startswith(f"pack {pack}: ")
    assert says in wrong
    assert f"`python -m bridge.training.manifest {pack}`" in wrong


def test_a_folder_that_is_not_there_is_named_before_any_work(typed: Typed, tmp_path: Path) -> None:
    good = pack_of(tmp_path / "mine", "good.mid")
    code, told, wrong = typed(good, tmp_path / "none", "--out", tmp_path / "notes.npz")
    assert (code, told) == (2, "")
    assert wrong == f"pack {tmp_path / 'none'}: there is no such folder\n"


def test_a_folder_of_midi_files_becomes_a_pack(typed: Typed, tmp_path: Path) -> None:
    pack = pack_of(tmp_path / "mine", *(f"{n}.mid" for n in range(30)))
    (pack / "manifest.json").unlink()
    (pack / "deep").mkdir()
    late = [(beat + 0.1, 0.4, pitch, 80, 0) for beat, _, pitch, *_ in ROWS]
    write_midi(pack / "deep" / "free.MID", [("piano", late)], Meter(), 120)
    code, told, _ = typed(pack, main=manifest.main)
    assert (code, told) == (0, f"{pack / 'manifest.json'}: 31 files; fill in their licence\n")
    rows = {row.path: row for row in manifest.manifest_of(pack).files}
    assert {row.split for row in rows.values()} == {"train", "valid", "test"}
    assert (rows["0.mid"].on_grid, rows["deep/free.MID"].on_grid) == (1.0, 0.0)
    assert typed(pack, "--out", tmp_path / "notes.npz")[0] == 0
    assert "has a manifest.json; delete it first" in typed(pack, main=manifest.main)[2]
    (tmp_path / "empty").mkdir()
    assert "no MIDI files" in typed(tmp_path / "empty", main=manifest.main)[2]


def test_a_full_disk_is_noticed_before_the_work(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = pack_of(tmp_path / "mine", "good.mid")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**6))
    code, told, wrong = typed(pack, "--out", tmp_path / "notes.npz")
    assert (code, told) == (2, "")
    assert "notes.npz: 1 MB are free, 80 MB may be needed" in wrong


def test_a_disk_that_fills_up_leaves_the_file_that_was_there(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, out = pack_of(tmp_path / "mine", "good.mid"), tmp_path / "notes.npz"
    out.write_bytes(b"precious")

    def full(*_: object, **__: object) -> None:
        (tmp_path / "notes.part.npz").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.savez_compressed", full)
    code, _, wrong = typed(pack, "--out", out)
    assert code == 2
    assert wrong == f"--out {out}: cannot be written (No space left on device)\n"
    assert out.read_bytes() == b"precious"
    assert not (tmp_path / "notes.part.npz").exists()


def test_a_place_that_cannot_be_written_is_noticed_before_the_work(
    typed: Typed, tmp_path: Path
) -> None:
    pack = pack_of(tmp_path / "mine", "good.mid")
    (tmp_path / "file").write_text("in the way")
    code, told, wrong = typed(pack, "--out", tmp_path / "file" / "notes.npz")
    assert (code, told) == (2, "")
    assert "cannot be written" in wrong
    if os.geteuid():  # the super-user may write anywhere
        (tmp_path / "locked").mkdir(mode=0o500)
        assert "cannot be written" in typed(pack, "--out", tmp_path / "locked" / "notes.npz")[2]
