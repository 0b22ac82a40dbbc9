from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.evaluation.models import ModelScorer, notes_of, sound_shares
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import CAPACITY, GRAPHS
from tests.evaluation.scores import item_of, motif, noise

ITEM = item_of(motif((60, 64, 67)))
FAMILIES = ("note-transformer", "note-lstm")


@pytest.fixture(params=[pytest.param(family, marks=pytest.mark.train) for family in FAMILIES])
def model(request: pytest.FixtureRequest, tmp_path: Path) -> NoteContinuer:
    """A model with chance weights."""
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    path = tiny.write_tiny(request.param, tmp_path / "tiny.onnx")
    return NoteContinuer("tiny", GRAPHS[request.param](path))


def test_what_is_fed_at_once_is_what_is_foretold_one_by_one(model: NoteContinuer) -> None:
    scorer = ModelScorer(model)
    for hidden in (True, False):
        model.forget()
        alone = model.bits(notes_of(ITEM, hidden=hidden), 96, 0.0)[ITEM.begin - 1 :]
        assert scorer.bits(ITEM, hidden=hidden) == pytest.approx(np.array(alone), abs=1e-4)


def test_items_do_not_hear_each_other(model: NoteContinuer) -> None:
    scorer = ModelScorer(model)
    first = scorer.shares(ITEM)
    scorer.shares(item_of(noise(np.random.default_rng(1))))
    assert np.array_equal(scorer.shares(ITEM), first)


def test_hidden_durations_and_velocities_make_no_difference(model: NoteContinuer) -> None:
    scorer = ModelScorer(model)
    other = item_of(motif((60, 64, 67)))
    other.steps.notes[1:, 3:] = 3
    assert np.array_equal(scorer.shares(ITEM), scorer.shares(other))
    known, changed = (scorer.bits(item, hidden=False)[:, :3] for item in (ITEM, other))
    assert not np.allclose(known, changed)


def test_what_is_hidden_costs_nothing(model: NoteContinuer) -> None:
    hidden, shown = (ModelScorer(model).bits(ITEM, hidden=h) for h in (True, False))
    assert (hidden[:, 3:] == 0).all()
    assert (shown > 0).all()


def test_a_prime_too_long_for_the_model_loses_its_beginning(model: NoteContinuer) -> None:
    rows = [(t, v, 60) for t in range(0, 48 * 24, 6) for v in range(5)]
    item = item_of(rows)
    assert len(item.steps) > CAPACITY
    assert np.isfinite(ModelScorer(model).bits(item, hidden=True)).all()


def test_bits_become_chances_and_back() -> None:
    shares = sound_shares(np.array([[1.0, 2.0, 3.0, 9.0, 9.0]]))
    assert shares.tolist() == [[0.5, 1 / 32]]
