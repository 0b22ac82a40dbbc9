"""A style leans the dice by tables, unless the phrase has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.errors import ModelError
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.core.voices import DRUMS
from bridge.core.wishes import BY_NAME
from bridge.respond.answer import Answering
from bridge.respond.cards import load_model
from bridge.respond.frame import Scene, limits_of
from bridge.respond.lean import lean
from bridge.respond.manner import (
    SHAPES,
    STRENGTH,
    TAIL,
    UNITS,
    WIDEST,
    Here,
    Manners,
    Seen,
    seen,
)

MODELS = Path(__file__).parents[2] / "models" / "onnx"
JAZZ, CHORALE = (BY_NAME["style"].choices.index(name) for name in ("jazz", "chorale"))
SCALE = (60, 62, 64, 65, 67, 65, 64, 62)
EIGHTHS = [Note(12 * i, 0, SCALE[i % 8], 12, 80) for i in range(64)]
KICK, SNARE = 36, 38


def manners() -> Manners:
    """Chorales go in eighths; jazz in triplets, by fourths, and from the kick to the snare."""
    tables = {name: np.zeros(shape, np.int8) for name, shape in SHAPES.items()}
    tables["shifts"][CHORALE, ..., 12] = 80
    tables["shifts"][JAZZ, ..., 8] = 80
    tables["intervals"][JAZZ, ..., WIDEST + 5] = 80
    tables["drums"][JAZZ, ..., KICK - 32, SNARE - 32] = 80
    return Manners(tables["shifts"], tables["intervals"], tables["drums"])


def test_the_style_of_a_phrase_is_told_by_the_tables() -> None:
    swing = [Note(8 * i, 0, 60, 8, 80) for i in range(12)]
    assert manners().style(EIGHTHS) == "chorale"
    assert manners().style(swing) == "jazz"
    assert manners().style(EIGHTHS[:1])  # whatever one note says


def test_a_style_that_is_not_asked_for_or_there_already_leans_nothing() -> None:
    for style in ("free", "chorale"):
        assert manners().manner(style, EIGHTHS, drums=False) is None


def test_an_answer_leans_to_what_the_style_does() -> None:
    found = manners().manner("jazz", EIGHTHS, drums=False)
    assert found is not None
    assert found.shifts[8] == pytest.approx(STRENGTH * 80 / UNITS)
    assert not found.shifts[12]
    assert found.pitches[0].argmax() == EIGHTHS[-1].pitch + 5
    assert not found.pitches[DRUMS].any()  # none was struck


def test_pitches_lean_from_the_last_note_of_their_kind() -> None:
    begun = manners().manner("jazz", EIGHTHS, drums=False)
    assert begun is not None
    found = begun.after([Note(768, 0, 70, 12, 80), Note(780, DRUMS, KICK, 6, 80)])
    assert found.pitches[3].argmax() == 75
    assert found.pitches[DRUMS].argmax() == SNARE


def test_drums_and_chords_are_seen_where_they_come() -> None:
    onset, voice = np.array([0, 0, 12, 12, 48]), np.array([0, DRUMS, 0, 0, DRUMS])
    found = seen(onset, voice, np.array([60, KICK, 64, 67, SNARE]))
    assert found.shifts.T.tolist() == [[0, 0, 0, 0], [0, 0, 1, 12], [4, 12, 0, 0], [4, 12, 1, 36]]
    assert found.drums.T.tolist() == [[1, 2, KICK - 32, SNARE - 32]]
    assert found.intervals.shape == (4, 0)


Sound = tuple[int, int, int]  # shift, voice, pitch


@given(
    st.lists(
        st.tuples(st.sampled_from((0, 0, 6, 8, 12, 60)), st.sampled_from((0, 3, DRUMS)),
                  st.integers(0, 127)),
        min_size=2, max_size=TAIL - 1,
    )
)  # fmt: skip
def test_an_answer_goes_on_whence_the_tables_counted(sounds: list[Sound]) -> None:
    onset = np.cumsum([shift for shift, _, _ in sounds]) + 7
    rows = [(int(t), v, p) for t, (_, v, p) in zip(onset, sounds, strict=True)]
    here = Here.after([Note(*row, 6, 80) for row in rows])

    def counted(voice: int) -> Seen:
        return seen(*np.array([*rows, (rows[-1][0] + 3, voice, 60)], np.int64).T)

    assert counted(0).shifts[:-1, -1].tolist() == list(here.shift)
    for table, place in ((counted(0).intervals, here.interval), (counted(DRUMS).drums, here.drum)):
        assert table[:-1, -1:].T.tolist() == ([list(place)] if place else [])


def test_a_style_is_added_to_the_other_leans_and_the_register_keeps_its_centre() -> None:
    manner = manners().manner("jazz", EIGHTHS, drums=False)
    assert manner is not None
    plain = lean({"density": "dense", "register": "top"}, EIGHTHS, "")
    found = plain.with_manner(manner)
    assert np.allclose(found.shifts, plain.shifts + manner.shifts)
    assert np.allclose(found.pitches, plain.pitches + manner.pitches)
    assert found.centre(0) == 76
    later = found.after([Note(768 + 3 * i, 0, 70, 3, 80) for i in range(40)])
    assert later.pace is not None
    assert later.manner is not None
    assert np.allclose(later.shifts, later.pace.shifts + later.manner.shifts)
    assert np.allclose(later.pitches, plain.pitches + later.manner.pitches)


@pytest.mark.parametrize("name", ["note-lstm", "event-transformer", "chord-gru", "roll-lstm"])
def test_answers_drawn_anew_from_a_tick_on_lean_on_from_there(name: str) -> None:
    scene = Scene(phrase=EIGHTHS, key="C major", line=True, bpm=120, voices={0}, manners=manners())
    limits = limits_of(Settings(style="jazz"), scene, 768)
    assert limits.lean.manner is not None
    model = load_model(MODELS, name)
    model.feed(EIGHTHS, 96)
    answering = Answering(limits, 768 + 4 * 96, 5)
    while answering.draw(model) is not None:
        continue
    first = list(answering.notes)
    assert len(first) > 1
    answering.turn(model, 768 + 96, limits_of(Settings(style="jazz"), scene, 768 + 96, exact=False))
    while answering.draw(model) is not None:
        continue
    kept = [note for note in first if note.onset < 768 + 96]
    assert answering.notes[: len(kept) - 1] == kept[:-1]
    assert all(768 <= note.onset < 768 + 4 * 96 for note in answering.notes)


def test_without_a_file_nothing_leans_and_a_bad_one_is_told(tmp_path: Path) -> None:
    assert Manners.load(tmp_path / "none.npz") is None
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"no tables")
    with pytest.raises(ModelError, match="cannot be read"):
        Manners.load(bad)
    np.savez(bad, fingerprint="other")
    with pytest.raises(ModelError, match="made for tables of kind other"):
        Manners.load(bad)
