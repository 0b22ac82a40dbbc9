"""Wishes that a count of notes can tell lean the dice, unless the phrase fulfils them already."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.answer import answer
from bridge.respond.cards import load_model
from bridge.respond.lean import density, lean
from bridge.respond.limits import Limits, voice_mask

MODELS = Path(__file__).parents[2] / "models" / "onnx"
SCALE = (60, 62, 64, 65, 67, 65, 64, 62)
EIGHTHS = [Note(12 * i, 0, SCALE[i % 8], 12, 80) for i in range(64)]


def test_nothing_leans_when_nothing_is_asked_or_it_is_so_already() -> None:
    for wishes in ({}, {"density": "free"}, {"density": "light", "register": "middle"}):
        found = lean(wishes, EIGHTHS, "C major")
        assert not found.shifts.any()
        assert not found.pitches.any()
    assert not lean({"density": "dense"}, [], "").shifts.any()
    assert density(EIGHTHS) == pytest.approx(2.03, abs=0.01)


def test_shifts_lean_to_the_density_asked_for() -> None:
    sparse, dense = (lean({"density": d}, EIGHTHS, "").shifts for d in ("sparse", "dense"))
    assert (np.diff(sparse[1:]) > 0).all()
    assert (np.diff(dense[1:]) < 0).all()
    assert dense[0] == dense[12]  # beside eighths, chords are as they were
    assert sparse[0] < sparse[12]  # or thinner


def test_an_answer_that_is_too_dense_leans_on_until_it_is_not() -> None:
    begun = lean({"density": "sparse"}, EIGHTHS, "")
    assert begun.pace is not None
    dense = begun.after([768 + 6 * i for i in range(20)])
    assert dense.pace is not None
    assert dense.pace.slope > begun.pace.slope
    assert begun.after([768, 770]) is begun  # not yet a beat
    silent = begun.after([768, 768 + 10 * 96])
    assert silent.pace is not None
    assert silent.pace.slope < begun.pace.slope


def test_pitches_lean_to_the_register_and_drums_never() -> None:
    found = lean({"register": "top"}, EIGHTHS, "").pitches
    assert found[0].argmax() == 76
    assert not found[DRUMS].any()


def test_the_other_tonality_keeps_its_tonic() -> None:
    found = lean({"tonality": "minor"}, EIGHTHS, "C major").pitches[0]
    assert {p % 12 for p in np.flatnonzero(found == 0)} == {0, 2, 3, 5, 7, 8, 10}
    assert not lean({"tonality": "major"}, EIGHTHS, "C major").pitches.any()


@pytest.mark.parametrize("name", ["note-transformer", "note-lstm"])
def test_answers_are_as_asked(name: str) -> None:
    model = load_model(MODELS, name)

    def answered(**wishes: str) -> list[Note]:
        model.forget()
        model.feed(EIGHTHS, 96)
        leaning = lean(wishes, EIGHTHS, "C major")
        limits = Limits(voices=voice_mask({0}), lean=leaning, earliest=768, exact=True)
        return list(answer(model, limits, 768 + 8 * 96, 3))

    sparse, dense = (answered(density=d) for d in ("sparse", "dense"))
    assert len(sparse) < len(dense) / 2
    deep, top = ([n.pitch for n in answered(register=r)] for r in ("deep", "top"))
    assert np.mean(top) - np.mean(deep) > 8
    minor = [n.pitch % 12 for n in answered(tonality="minor")]
    assert np.isin(minor, (0, 2, 3, 5, 7, 8, 10)).mean() > 0.8
