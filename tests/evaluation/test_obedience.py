"""Obedience on a model with chance weights: what is asked is measured, whatever comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.core.errors import SettingError
from bridge.core.wishes import BY_NAME
from bridge.evaluation.obedience import (
    MEASURABLE,
    Examiner,
    examiner,
    main,
    places_of,
    requests,
    table,
)
from bridge.evaluation.ppm import LongMemory, symbols
from bridge.evaluation.style_ear import STYLES, StyleEar
from bridge.respond.cards import load_model
from bridge.respond.wishes import place
from tests.evaluation.scores import Piece, item_of, motif, write_prepared
from tests.evaluation.tiny import write_shipped

ITEM = item_of(motif((60, 62, 64, 65, 67)))
SWING = symbols(np.array([[8, 0, 60 + n % 3] for n in range(64)], np.int64))
JAZZ = BY_NAME["style"].choices.index("jazz")


def ear() -> StyleEar:
    """An ear that knows jazz alone."""
    return StyleEar([LongMemory([SWING] if row == JAZZ else []) for row in range(len(STYLES))])


def test_what_an_answer_is_like_is_measured_as_in_training() -> None:
    high = np.array([[12, 0, 90 + n % 3, 9, 8] for n in range(24)], np.int64)
    found = places_of(ITEM, high, ear())
    assert found["register"] == [place("register", "top")]
    assert found["density"] == [place("density", "light")]  # two a beat
    assert found["style"] == [place("style", "jazz")]
    assert "pace" not in found


def test_every_choice_that_can_be_measured_has_its_row(tmp_path: Path) -> None:
    write_shipped("note-transformer", tmp_path, wishes=True)
    rows = Examiner([ITEM], ear()).obedience(load_model(tmp_path, "tiny"))
    assert [(r.wish, r.choice) for r in rows] == [(r.wish, r.choice) for r in requests()]
    assert {r.wish for r in rows} == {*MEASURABLE, "voices", "together"}
    assert all(0 <= r.asked <= 1 and r.bits > 0 for r in rows if r.answers)


def test_one_wish_alone_is_printed_as_markdown(tmp_path: Path) -> None:
    write_shipped("note-transformer", tmp_path, wishes=True)
    examined = Examiner([ITEM], ear()).obedience(load_model(tmp_path, "tiny"), "style")
    text = table(examined)
    assert text.count("| style |") == len(STYLES)
    assert "| density |" not in text


def test_a_wish_that_is_none_is_told_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ended(monkeypatch, "--data", "notes.npz", "--wish", "swing")
    assert told == 2
    assert "density" in capsys.readouterr().err


def test_an_error_ends_it_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "--data", str(tmp_path / "none.npz")) == SettingError.exit_code
    assert "none.npz: cannot be read" in capsys.readouterr().err


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Return the exit code of a call of the program."""
    monkeypatch.setattr("sys.argv", ["obedience", "tiny", "--models", ".", *arguments])
    with pytest.raises(SystemExit) as told:
        main()
    return told.value.code


def test_a_prepared_file_teaches_the_ear_and_gives_the_items(tmp_path: Path) -> None:
    pieces = [Piece(motif((60, 64, 67)), split=split) for split in ("train", "valid")]
    found = examiner(write_prepared(tmp_path / "notes.npz", pieces), 1, tmp_path / "none.npz")
    assert len(found.items) == 1
    assert found.manners is None
