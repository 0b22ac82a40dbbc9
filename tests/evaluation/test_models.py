from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bridge.evaluation.models import ModelScorer, context, sound_shares
from bridge.respond.onnx import CAPACITY, GRAPHS, StepGraph
from bridge.respond.steps import UNKNOWN_DURATION, UNKNOWN_VELOCITY
from tests.evaluation.scores import item_of, motif, noise

ITEM = item_of(motif((60, 64, 67)))
FAMILIES = ("note-transformer", "note-lstm")


@pytest.fixture(params=[pytest.param(family, marks=pytest.mark.train) for family in FAMILIES])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> StepGraph:
    """A model with chance weights."""
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    return GRAPHS[request.param](tiny.write_tiny(request.param, tmp_path / "tiny.onnx"))


def one_by_one(graph: StepGraph, *, hidden: bool) -> NDArray[np.float32]:
    rows, begin = context(ITEM, hidden=hidden)
    graph.rewind(0)
    found = []
    for i, row in enumerate(rows[:-1]):
        graph.force[0] = ITEM.steps.notes[i + 1]
        graph.land[0] = ITEM.steps.position[i + 1]
        graph.step(tuple(row))
        found.append(graph.bits[0].copy())
    return np.array(found[begin - 1 :])


def test_reading_in_chunks_is_reading_step_by_step(graph: StepGraph) -> None:
    scorer = ModelScorer("tiny", graph)
    for hidden in (True, False):
        alone = one_by_one(graph, hidden=hidden)
        assert scorer.bits(ITEM, hidden=hidden) == pytest.approx(alone, abs=1e-4)


def test_items_do_not_hear_each_other(graph: StepGraph) -> None:
    scorer = ModelScorer("tiny", graph)
    first = scorer.shares(ITEM)
    scorer.shares(item_of(noise(np.random.default_rng(1))))
    assert np.array_equal(scorer.shares(ITEM), first)


def test_hidden_durations_and_velocities_make_no_difference(graph: StepGraph) -> None:
    scorer = ModelScorer("tiny", graph)
    other = item_of(motif((60, 64, 67)))
    other.steps.notes[1:, 3:] = 3
    assert np.array_equal(scorer.shares(ITEM), scorer.shares(other))
    known, changed = (scorer.bits(item, hidden=False)[:, :3] for item in (ITEM, other))
    assert not np.allclose(known, changed)


def test_hidden_steps_carry_the_unknown_classes() -> None:
    rows, begin = context(ITEM, hidden=True)
    assert set(rows[:, 3]) == {UNKNOWN_DURATION}
    assert set(rows[:, 4]) == {UNKNOWN_VELOCITY}
    assert np.array_equal(context(ITEM, hidden=False)[0][:, :5], ITEM.steps.notes)
    assert begin == ITEM.begin


def test_a_prime_too_long_for_the_model_loses_its_beginning() -> None:
    rows = [(t, v, 60) for t in range(0, 48 * 24, 6) for v in range(5)]
    item = item_of(rows)
    kept, begin = context(item, hidden=False)
    assert len(kept) == CAPACITY
    assert kept[0].tolist() == [*item.steps.notes[0], 0, 96, 0]
    assert len(kept) - begin == item.count
    assert np.array_equal(kept[2:, :6], np.column_stack([item.steps.notes, item.steps.position])[-CAPACITY + 2 :])  # fmt: skip # noqa: E501
    assert np.array_equal(kept[1:, 7] % 96, kept[1:, 5])
    assert kept[1, 0] == kept[1, 7] < 96


def test_bits_become_chances_and_back() -> None:
    shares = sound_shares(np.array([[1.0, 2.0, 3.0, 9.0, 9.0]]))
    assert shares.tolist() == [[0.5, 1 / 32]]
