"""Obedience on a model with chance weights: what is asked is measured, whatever comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.evaluation.obedience import MEASURABLE, obedience, places_of, requests, run
from bridge.respond.cards import load_model
from bridge.respond.wishes import place
from tests.evaluation.scores import Piece, item_of, motif, write_prepared
from tests.evaluation.tiny import write_shipped

ITEM = item_of(motif((60, 62, 64, 65, 67)))


def test_what_an_answer_is_like_is_measured_as_in_training() -> None:
    high = np.array([[12, 0, 90 + n % 3, 9, 8] for n in range(24)], np.int64)
    found = places_of(ITEM, high)
    assert found["register"] == [place("register", "top")]
    assert found["density"] == [place("density", "light")]  # two a beat
    assert {"style", "pace"}.isdisjoint(found)


def test_every_choice_that_can_be_measured_has_its_row(tmp_path: Path) -> None:
    write_shipped("note-transformer", tmp_path, wishes=True)
    rows = obedience(load_model(tmp_path, "tiny"), [ITEM])
    assert [(r.wish, r.choice) for r in rows] == [(r.wish, r.choice) for r in requests()]
    assert {r.wish for r in rows} == {*MEASURABLE, "voices", "together"}
    assert all(0 <= r.asked <= 1 for r in rows if r.answers)


def test_the_table_is_printed_as_markdown(tmp_path: Path) -> None:
    write_shipped("note-transformer", tmp_path, wishes=True)
    data = write_prepared(tmp_path / "notes.npz", [Piece(motif((60, 64, 67)))])
    assert "| density | sparse |" in run(data, tmp_path, "tiny", 1)
