"""Wishes that a count of notes can tell lean the dice, unless the phrase fulfils them already."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.music import Note
from bridge.core.voices import DRUMS, VOICE_NAMES
from bridge.respond.answer import answer
from bridge.respond.balance import STRONGEST
from bridge.respond.cards import load_model
from bridge.respond.lean import density, lean, tail
from bridge.respond.limits import Limits, voice_mask
from bridge.respond.manner import SHAPES, STYLES, Manners

MODELS = Path(__file__).parents[2] / "models" / "onnx"
BASS = VOICE_NAMES.index("bass")
SCALE = (60, 62, 64, 65, 67, 65, 64, 62)
EIGHTHS = [Note(12 * i, 0, SCALE[i % 8], 12, 80) for i in range(64)]


def struck(onsets: Iterable[int], voice: int = 0) -> list[Note]:
    return [Note(onset, voice, 60, 6, 80) for onset in onsets]


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
    dense = begun.after(struck(768 + 6 * i for i in range(20)))
    assert dense.pace is not None
    assert dense.pace.slope > begun.pace.slope
    assert begun.after(struck((768, 770))) is begun  # not yet a beat
    silent = begun.after(struck((768, 768 + 10 * 96)))
    assert silent.pace is not None
    assert silent.pace.slope < begun.pace.slope


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from((0, 0, 3, 12, 70)), st.sampled_from((0, BASS, DRUMS))),
        min_size=1, max_size=120,
    )
)  # fmt: skip
def test_an_answer_leans_by_its_tail_as_by_all_of_it(rows: list[tuple[int, int]]) -> None:
    onsets = 768 + np.cumsum([shift for shift, _ in rows])
    notes = [Note(int(o), v, 60 + v, 6, 80) for o, (_, v) in zip(onsets, rows, strict=True)]
    tables = {name: np.zeros(shape, np.int8) for name, shape in SHAPES.items()}
    tables["shifts"][0] = np.arange(SHAPES["shifts"][-1]) % 100
    tables["shifts"][1, ..., 12] = 100  # as the phrase is
    manners = Manners(tables["shifts"], tables["intervals"], tables["drums"])
    manner = manners.manner(STYLES[0], EIGHTHS, drums=False)
    assert manner is not None
    whole = short = lean({"density": "dense"}, EIGHTHS, "", {BASS, DRUMS}).with_manner(manner)
    for count in range(1, len(notes) + 1):
        whole = whole.after(notes[:count])
        short = short.after(tail(notes[0], reversed(notes[:count])))
        assert (whole.pace, whole.balance) == (short.pace, short.balance)
        assert (whole.shifts == short.shifts).all()
        assert (whole.pitches == short.pitches).all()


def test_pitches_lean_to_the_register_and_drums_never() -> None:
    found = lean({"register": "top"}, EIGHTHS, "").pitches
    assert found[0].argmax() == 76
    assert not found[DRUMS].any()


def test_the_other_tonality_keeps_its_tonic() -> None:
    found = lean({"tonality": "minor"}, EIGHTHS, "C major").pitches[0]
    assert {p % 12 for p in np.flatnonzero(found == 0)} == {0, 2, 3, 5, 7, 8, 10}
    assert not lean({"tonality": "major"}, EIGHTHS, "C major").pitches.any()


def test_voices_that_the_phrase_lacks_are_pushed_from_the_start() -> None:
    assert not lean({}, EIGHTHS, "").voices.any()
    found = lean({}, EIGHTHS, "", {0, BASS, DRUMS}).voices
    assert found[BASS] == found[DRUMS] > 0
    assert not np.delete(found, [BASS, DRUMS]).any()


def test_a_voice_is_pushed_until_it_plays_and_then_let_go() -> None:
    found = lean({}, EIGHTHS, "", {0, BASS})
    silent = [found.voices[BASS]]
    answer: list[Note] = []
    for beat in range(8):
        answer += struck(range(768 + 24 * beat, 792 + 24 * beat, 12))
        found = found.after(answer)
        silent.append(found.voices[BASS])
    assert silent[-1] > silent[0]
    assert max(silent) <= STRONGEST
    for beat in range(8, 40):
        answer += struck(range(768 + 24 * beat, 792 + 24 * beat, 12), BASS if beat % 2 else 0)
        found = found.after(answer)
    assert found.voices[BASS] == 0


@pytest.mark.parametrize(
    "name", ["note-transformer", "note-lstm", "event-transformer", "remi-lstm"]
)
def test_voices_asked_for_come_in(name: str) -> None:
    wanted = {0, BASS, DRUMS}
    model = load_model(MODELS, name)
    model.feed(EIGHTHS, 96)
    leaning = lean({}, EIGHTHS, "C major", wanted)
    limits = Limits(voices=voice_mask(wanted), lean=leaning, earliest=768, exact=True)
    played = list(answer(model, limits, 768 + 8 * 96, 3))
    assert {note.voice for note in played} == wanted
    assert played[0].onset == 768


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
