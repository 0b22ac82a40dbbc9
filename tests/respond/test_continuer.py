"""The shipped models behind the contract: same seed same notes, exact rewind, limits kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bridge.core.keys import pitch_classes
from bridge.core.music import Note
from bridge.core.voices import DRUMS, VOICE_NAMES
from bridge.respond.answer import Answering, answer
from bridge.respond.cards import load_model
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import CAPACITY

MODELS = Path(__file__).parents[2] / "models" / "onnx"
BAR = 96
PIANO = VOICE_NAMES.index("piano")
SCALE = (60, 62, 63, 65, 67, 65, 63, 62)
PHRASE = tuple(Note(12 * i, PIANO, SCALE[i % 8], 12, 80) for i in range(16))


@pytest.fixture(scope="module", params=["note-transformer", "note-lstm"])
def loaded(request: pytest.FixtureRequest) -> NoteContinuer:
    model = load_model(MODELS, request.param)
    assert isinstance(model, NoteContinuer)
    return model


@pytest.fixture
def model(loaded: NoteContinuer) -> NoteContinuer:
    loaded.forget()
    return loaded


def draw(
    model: NoteContinuer, count: int, seed: int = 1, limits: Limits | None = None
) -> list[Note]:
    limits = limits or Limits(top_p=0.95)
    rng = np.random.default_rng(seed)
    return [model.next_note(limits, rng) for _ in range(count)]


def test_the_same_seed_gives_the_same_notes(model: NoteContinuer) -> None:
    model.feed(PHRASE, BAR)
    first = draw(model, 40)
    model.forget()
    model.feed(PHRASE, BAR)
    assert draw(model, 40) == first
    model.forget()
    model.feed(PHRASE, BAR)
    assert draw(model, 40, seed=2) != first


def test_rewinding_is_exact(model: NoteContinuer) -> None:
    model.feed(PHRASE, BAR)
    mark = model.mark()
    first = draw(model, 30)
    draw(model, 17, seed=9)
    model.rewind(mark)
    assert model.mark() == mark
    assert draw(model, 30) == first


def test_feeding_note_by_note_is_feeding_at_once(model: NoteContinuer) -> None:
    """The 8-bit kernels of one step and of a chunk round differently: close, not equal."""
    model.feed(PHRASE, BAR)
    at_once = model.bits(PHRASE_ON, BAR)
    model.forget()
    for note in PHRASE:
        model.feed([note], BAR)
    one_by_one = model.bits(PHRASE_ON, BAR)
    assert np.abs(np.array(at_once) - np.array(one_by_one)).mean() < 0.02


PHRASE_ON = tuple(replace(n, onset=n.onset + 192) for n in PHRASE)


def test_a_continued_pattern_costs_less_than_noise(model: NoteContinuer) -> None:
    """It has learnt music: going on costs fewer bits than random pitches do."""
    model.feed(PHRASE, BAR)
    mark = model.mark()
    pattern = np.sum(model.bits(PHRASE_ON, BAR))
    model.rewind(mark)
    rng = np.random.default_rng(0)
    noise = [replace(n, pitch=int(rng.integers(30, 100))) for n in PHRASE_ON]
    assert pattern < np.sum(model.bits(noise, BAR)) / 2


def test_an_exact_first_note_falls_on_the_line(model: NoteContinuer) -> None:
    model.feed(PHRASE, BAR)
    limits = Limits(top_p=0.9, earliest=2 * BAR, exact=True)
    assert draw(model, 1, limits=limits)[0].onset == 2 * BAR


@pytest.mark.parametrize("bars", [1, 3, 40])
def test_an_answer_after_a_long_silence_is_on_its_line(model: NoteContinuer, bars: int) -> None:
    """Silences are shortened inside, never outside."""
    model.feed(PHRASE, BAR)
    start = (2 + bars) * BAR
    notes = list(answer(model, Limits(top_p=0.9, earliest=start, exact=True), start + 4 * BAR, 3))
    assert notes[0].onset == start
    assert all(start <= n.onset < start + 4 * BAR for n in notes)


def test_limits_are_kept(model: NoteContinuer) -> None:
    """Voice, range and key: not one note outside."""
    model.feed(PHRASE, BAR)
    voices = {VOICE_NAMES.index("bass")}
    limits = Limits(
        temperature=1.5, voices=voice_mask(voices), pitches=pitch_mask(36, 60, "C minor")
    )
    notes = draw(model, 80, limits=limits)
    assert {n.voice for n in notes} == voices
    assert all(36 <= n.pitch <= 60 for n in notes)
    assert {n.pitch % 12 for n in notes} <= pitch_classes("C minor")


def test_drums_are_free_of_keys(model: NoteContinuer) -> None:
    model.feed(PHRASE, BAR)
    limits = Limits(voices=voice_mask({DRUMS}), pitches=pitch_mask(60, 60, "C major"))
    assert len({n.pitch for n in draw(model, 60, limits=limits)}) > 1


def test_chords_rise(model: NoteContinuer) -> None:
    """Notes at one onset come in order and never twice."""
    model.feed(PHRASE, BAR)
    notes = draw(model, 200)
    assert notes == sorted(notes)
    assert len({(n.onset, n.voice, n.pitch) for n in notes}) == len(notes)


def test_a_jam_has_no_end(model: NoteContinuer) -> None:
    """Longer than any context, and the bar line stays where it is."""
    model.feed(PHRASE, BAR)
    notes = draw(model, 2 * CAPACITY)
    assert notes == sorted(notes)
    limits = Limits(top_p=0.9, earliest=(notes[-1].onset // BAR + 1) * BAR, exact=True)
    assert draw(model, 1, limits=limits)[0].onset % BAR == 0


def test_the_clock_may_jump_back(model: NoteContinuer) -> None:
    """A loop in the DAW: the same phrase again from bar 1 is heard as going on."""
    model.feed(PHRASE, BAR)
    model.feed(PHRASE, BAR)
    limits = Limits(top_p=0.9, earliest=2 * BAR, exact=True)
    assert draw(model, 1, limits=limits)[0].onset == 2 * BAR


def test_an_empty_context_can_be_answered(model: NoteContinuer) -> None:
    assert draw(model, 4, limits=Limits(earliest=3 * BAR, exact=True))[0].onset == 3 * BAR


def test_a_line_is_one_note_at_a_time(model: NoteContinuer) -> None:
    model.feed(PHRASE, BAR)
    limits = Limits(voices=voice_mask({PIANO}), single=True, earliest=2 * BAR, exact=True)
    line = list(answer(model, limits, 10 * BAR, 3))
    assert line[0].onset == 2 * BAR
    assert len(line) > 8
    assert all(a.onset + a.duration <= b.onset for a, b in pairwise(line))


def test_a_line_that_is_cut_goes_on_from_there(model: NoteContinuer) -> None:
    model.feed(PHRASE, BAR)
    mark = model.mark()
    limits = Limits(voices=voice_mask({PIANO}), single=True, earliest=2 * BAR, exact=True)
    answering = Answering(limits, 10 * BAR, 3)
    for _ in range(4):
        answering.draw(model)
    answering.cut(model, 2 * BAR)
    assert model.mark() == mark


def test_a_model_that_is_behind_draws_on_from_its_last_note(model: NoteContinuer) -> None:
    """What is promised beyond it is not drawn yet: under the same limits, the same notes come."""
    limits = Limits(earliest=2 * BAR, exact=True)

    def drawn(*turns: int) -> list[Note]:
        model.forget()
        model.feed(PHRASE, BAR)
        answering = Answering(limits, 6 * BAR, 3)
        for tick in turns:
            answering.draw(model)
            assert not answering.reaches(tick)
            answering.turn(model, tick, replace(limits, earliest=tick, exact=False))
        while answering.draw(model) is not None:
            continue
        return answering.notes

    assert drawn(4 * BAR, 4 * BAR + 12) == drawn()
