"""A jam longer than any context: the oldest steps go, nothing is read again, all can be undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.core.music import Note
from bridge.respond.cards import load_model
from bridge.respond.limits import Limits
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import CAPACITY, GRAPHS, Ints

MODELS = Path(__file__).parents[2] / "models" / "onnx"
BAR = 96
SCALE = (60, 62, 63, 65, 67, 65, 63, 62)
PHRASE = tuple(Note(12 * i, 0, SCALE[i % 8], 12, 80) for i in range(16))
FREE = Limits(top_p=0.95)


@pytest.fixture(scope="module", params=["note-transformer", "note-lstm"])
def loaded(request: pytest.FixtureRequest) -> NoteContinuer:
    model = load_model(MODELS, request.param)
    assert isinstance(model, NoteContinuer)
    return model


@pytest.fixture
def model(loaded: NoteContinuer) -> NoteContinuer:
    loaded.forget()
    return loaded


def draw(model: NoteContinuer, count: int, seed: int = 1) -> list[Note]:
    rng = np.random.default_rng(seed)
    return [model.next_note(FREE, rng) for _ in range(count)]


def scale(count: int, begin: int = 0) -> list[Note]:
    return [Note(12 * i, 0, SCALE[i % 8], 12, 80) for i in range(begin, begin + count)]


def test_no_note_waits_for_the_past_to_be_read_again(
    model: NoteContinuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it goes on, one step is read a note."""
    read: list[int] = []
    graph_read = model._graph.read

    def counted(rows: Ints) -> None:
        read.append(len(rows))
        graph_read(rows)

    monkeypatch.setattr(model._graph, "read", counted)
    draw(model, 2 * CAPACITY)
    assert max(read, default=0) <= 1


@pytest.mark.parametrize("before", [1, 40])
def test_rewinding_across_a_slide_is_exact(model: NoteContinuer, before: int) -> None:
    """What was let go comes back, to the bit."""
    draw(model, CAPACITY - before)
    mark = model.mark()
    first = draw(model, 100, seed=2)
    model.rewind(mark)
    assert model.mark() == mark
    assert draw(model, 100, seed=2) == first


def test_two_slides_can_be_taken_back(model: NoteContinuer) -> None:
    draw(model, CAPACITY - 20)
    mark = model.mark()
    first = draw(model, 500, seed=2)
    model.rewind(mark)
    assert draw(model, 500, seed=2) == first


def test_a_mark_older_than_all_that_is_kept_empties_the_context(model: NoteContinuer) -> None:
    draw(model, 6 * CAPACITY)
    model.rewind(10)
    assert model.mark() == 0


def test_when_it_is_read_does_not_matter(model: NoteContinuer) -> None:
    """With or without time to catch up in between, the same notes are drawn."""
    model.feed(PHRASE, BAR)
    model.feed([replace(n, onset=n.onset + 192) for n in PHRASE[:3]], BAR)
    late = draw(model, 30)
    model.forget()
    model.feed(PHRASE, BAR)
    model.catch_up()
    model.feed([replace(n, onset=n.onset + 192) for n in PHRASE[:3]], BAR)
    model.catch_up()
    assert draw(model, 30) == late


def test_sliding_costs_no_music(model: NoteContinuer) -> None:
    """What goes on is as likely as after reading the rest again: 0.1 bits a note at most."""
    for note in scale(CAPACITY + 50):
        model.feed([note], BAR)
    slid = np.sum(model.bits(scale(64, CAPACITY + 50), BAR, memory=0.0), axis=1).mean()
    model.forget()
    model.feed(scale(434, CAPACITY - 384), BAR)
    again = np.sum(model.bits(scale(64, CAPACITY + 50), BAR, memory=0.0), axis=1).mean()
    assert abs(slid - again) < 0.1


@pytest.mark.train
def test_one_layer_that_slid_equals_one_that_read_again(tmp_path: Path) -> None:
    """Where steps hold nothing of each other, turning keys back is all there is to do."""
    pytest.importorskip("torch")
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    path = tiny.write_tiny("note-transformer", tmp_path / "tiny.onnx", layers=1)
    slid, fresh = (GRAPHS["note-transformer"](path) for _ in range(2))
    rows = [(12, 0, SCALE[i % 8], 6, 10, i * 12 % 96, 96, i * 12) for i in range(80)]
    drop, ticks = 31, 384
    moved = [rows[0], *((*row[:7], row[7] - ticks) for row in rows[1 + drop :])]
    slid.read(np.array(rows, np.int64))
    slid.slide(drop, ticks)
    fresh.read(np.array(moved, np.int64))
    assert slid.length == fresh.length
    for graph in (slid, fresh):
        graph.force[0] = (12, 0, 60, 6, 10)
        graph.step((12, 0, 60, 6, 10, 0, 96, 80 * 12 - ticks))
    assert slid.bits == pytest.approx(fresh.bits, abs=1e-4)
