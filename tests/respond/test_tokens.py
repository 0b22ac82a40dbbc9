"""Notes spelled by tokens: drawing, pricing and taking back, with chance weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bridge.core.music import Note
from bridge.respond.answer import answer
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.respond.steps import LONGEST_SHIFT, duration_class, velocity_class
from bridge.respond.tokens.continuer import LONGEST_NOTE, TokenContinuer
from bridge.respond.tokens.families import TOKEN_FAMILIES, open_model
from bridge.respond.tokens.paths import Path as Spelled
from bridge.respond.tokens.paths import Recalled, Tree
from bridge.training.tokens.rows import spell

PHRASE = [Note(12 * i, 0, 60 + (0, 4, 7, 12)[i % 4], 12, 80) for i in range(16)]
GOES_ON = [Note(192 + 12 * i, 0, 60 + (0, 4, 7, 12)[i % 4], 12, 80) for i in range(8)]

#: Four choices: nothing is spelled (5 or 6 follows), 0, then 1 or 2 after 3.
TREE = Tree([(), (0,), (3, 1), (3, 2)], following=(5, 6))


def foresee(read: Spelled) -> NDArray[np.float32]:
    """Logits that depend on what has been read."""
    return np.random.default_rng([7, *read]).normal(size=8).astype(np.float32)


@given(st.floats(0, 1), st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_a_whole_path_is_mixed_as_one(trust: float, weights: list[float]) -> None:
    memory = np.array(weights) / sum(weights)

    def chance(choice: int, recalled: Recalled | None) -> float:
        return float(np.exp2(-sum(TREE.cost(foresee, choice, recalled))))

    alone = [chance(choice, None) for choice in range(4)]
    mixed = [chance(choice, Recalled(memory, trust)) for choice in range(4)]
    assert sum(alone) == pytest.approx(1)
    assert mixed == pytest.approx((1 - trust) * np.array(alone) + trust * memory, abs=1e-9)


def test_what_is_drawn_is_as_likely_as_it_costs() -> None:
    rng, limits = np.random.default_rng(3), Limits()
    recalled = Recalled(np.array([0.1, 0.2, 0.0, 0.7]), 0.5)
    drawn = [TREE.draw(foresee, np.ones(4), recalled, limits, rng) for _ in range(4000)]
    shares = np.bincount(drawn, minlength=4) / len(drawn)
    costs = [np.exp2(-sum(TREE.cost(foresee, choice, recalled))) for choice in range(4)]
    assert shares == pytest.approx(costs, abs=0.03)


@given(st.lists(st.booleans(), min_size=4, max_size=4).filter(any), st.integers(0, 99))
def test_only_what_is_allowed_is_drawn(allowed: list[bool], seed: int) -> None:
    limits = Limits(temperature=0.5, top_p=0.9, top_k=2)
    rng = np.random.default_rng(seed)
    assert allowed[TREE.draw(foresee, np.array(allowed, float), None, limits, rng)]


@pytest.fixture(
    scope="module", params=[pytest.param(f, marks=pytest.mark.train) for f in TOKEN_FAMILIES]
)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> TokenContinuer:
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    path: Path = tiny.write_tiny(request.param, tmp_path_factory.mktemp("tokens") / "tiny.onnx")
    return open_model(request.param, "tiny", path)


@pytest.fixture
def model(loaded: TokenContinuer) -> TokenContinuer:
    loaded.forget()
    return loaded


def test_what_is_taken_back_was_never_heard(model: TokenContinuer) -> None:
    model.feed(PHRASE, 96)
    mark = model.mark()
    assert mark == len(PHRASE)
    first = list(answer(model, Limits(earliest=192, exact=True), 288, 5))
    model.rewind(mark)
    assert list(answer(model, Limits(earliest=192, exact=True), 288, 5)) == first
    model.forget()
    model.feed(PHRASE, 96)
    assert list(answer(model, Limits(earliest=192, exact=True), 288, 5)) == first
    assert first[0].onset == 192


def test_notes_cost_the_same_at_once_and_one_by_one(model: TokenContinuer) -> None:
    model.feed(PHRASE, 96)
    together = model.bits(GOES_ON, 96)
    model.forget()
    model.feed(PHRASE, 96)
    apart = [model.bits([note], 96)[0] for note in GOES_ON]
    assert np.array(together) == pytest.approx(np.array(apart), abs=1e-4)
    assert (np.array(together)[:, :3].sum(axis=1) > 0).all()


def test_the_chances_of_all_shifts_and_voices_sum_to_one(model: TokenContinuer) -> None:
    def chance(note: Note, column: int) -> float:
        model.forget()
        model.feed(PHRASE, 96)
        return float(np.exp2(-model.bits([note], 96, 0.5)[0][column]))

    last = PHRASE[-1].onset
    shifts = [chance(Note(last + s, 0, 60, 12, 80), 0) for s in range(LONGEST_SHIFT + 1)]
    voices = [chance(Note(last + 12, voice, 60, 12, 80), 1) for voice in range(13)]
    for shares in (shifts, voices):
        assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_memory_makes_a_figure_cheaper(model: TokenContinuer) -> None:
    model.feed(PHRASE, 96)
    mark = model.mark()
    without = np.sum([bits[:3] for bits in model.bits(GOES_ON, 96, 0.0)])
    model.rewind(mark)
    assert np.sum([bits[:3] for bits in model.bits(GOES_ON, 96, 1.0)]) < 0.8 * without


def test_what_is_not_known_costs_nothing(model: TokenContinuer) -> None:
    model.feed([replace(note, duration=0, velocity=0) for note in PHRASE], 96)
    costs = np.array(model.bits([replace(n, duration=0, velocity=0) for n in GOES_ON], 96))
    assert (costs[:, 3:] == 0).all()


def test_notes_are_read_as_they_were_taught(model: TokenContinuer) -> None:
    """Tokens and places are those of a training row, silences of more than two bars included."""
    notes = [replace(note, onset=note.onset + 12 + 230 * (i // 5)) for i, note in enumerate(PHRASE)]
    onset = np.array([note.onset for note in notes])
    column = {
        "onset": onset, "position": onset % 96, "bar": np.full(len(notes), 96),
        "voice": np.array([note.voice for note in notes]),
        "pitch": np.array([note.pitch for note in notes]),
        "duration": np.array([duration_class(note.duration) for note in notes]),
        "velocity": np.array([velocity_class(note.velocity) for note in notes]),
    }  # fmt: skip
    model.feed(notes, 96)
    taught = spell(model._spelling, column, hidden=False)
    assert model._tokens == taught["token"].tolist()
    assert model._places == taught["place"].tolist()


def test_limits_are_kept(model: TokenContinuer) -> None:
    model.feed(PHRASE, 96)
    limits = Limits(
        voices=voice_mask({3}), pitches=pitch_mask(60, 72, "C major"), single=True, earliest=200
    )
    notes = list(answer(model, limits, 500, 1))
    assert notes
    assert {note.voice for note in notes} == {3}
    assert all(60 <= n.pitch <= 72 and n.pitch % 12 in {0, 2, 4, 5, 7, 9, 11} for n in notes)
    onsets = [note.onset for note in notes]
    assert onsets[0] >= 200
    assert all(a < b for a, b in pairwise(onsets))


def test_an_endless_jam_never_overflows(model: TokenContinuer) -> None:
    rng = np.random.default_rng(0)
    for bar in range(60):
        model.feed([Note(96 * bar + 6 * i, 0, 60 + i, 6, 80) for i in range(12)], 96)
    onsets = [model.next_note(Limits(top_p=0.9), rng).onset for _ in range(200)]
    assert onsets == sorted(onsets)
    assert onsets[0] >= 59 * 96
    assert model.mark() == 60 * 12 + 200


def test_a_full_context_slides_and_nothing_is_read_again(
    model: TokenContinuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it goes on, only what a note is spelled with is read for it."""
    read: list[int] = []
    graph_read = model._graph._read

    def counted(tokens: Sequence[int], places: Sequence[int]) -> None:
        read.append(len(tokens))
        graph_read(tokens, places)

    monkeypatch.setattr(model._graph, "_read", counted)
    rng = np.random.default_rng(1)
    while not model.mark() > len(model._rows):
        model.next_note(Limits(top_p=0.9), rng)
    assert max(read) <= LONGEST_NOTE


@pytest.mark.train
def test_one_layer_that_slid_equals_one_that_read_again(tmp_path: Path) -> None:
    """Where tokens hold nothing of each other, turning keys back is all there is to do."""
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    path = tiny.write_tiny("event-transformer", tmp_path / "tiny.onnx")
    model = open_model("event-transformer", "tiny", path)
    rng = np.random.default_rng(1)
    while not model.mark() > len(model._rows):
        model.next_note(Limits(top_p=0.9), rng)
    graph = model._graph
    slid = graph.after(model._tokens, model._places).copy()
    graph.rewind(0)
    assert graph.after(model._tokens, model._places) == pytest.approx(slid, abs=1e-3)
