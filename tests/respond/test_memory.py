"""The memory: what was played comes back, is forgotten exactly, and sums to one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.music import Note
from bridge.respond.cards import load_model
from bridge.respond.families import FAMILIES
from bridge.respond.memory import MOST, Memory, sound
from bridge.respond.notes.recall import Recall

MODELS = Path(__file__).parents[2] / "models" / "onnx"
MOTIF = ((0, 0, 60), (12, 0, 63), (6, 0, 67), (6, 0, 72))

notes = st.lists(
    st.tuples(st.sampled_from((0, 6, 12)), st.integers(0, 1), st.integers(60, 63)), max_size=40
)


def remembered(*played: tuple[int, int, int]) -> Memory:
    memory = Memory()
    for note in played:
        memory.learn(*note)
    return memory


def test_a_motif_is_foretold() -> None:
    memory = remembered(*MOTIF * 3, *MOTIF[:2])
    shares, trust = memory.shifts()
    assert shares == {6: 1.0}
    assert trust > 0.5
    assert memory.sounds(6)[0] == {sound(0, 67): 1.0}


def test_nothing_known_is_nothing_trusted() -> None:
    assert Memory().shifts() == ({}, 0.0)
    assert remembered(*MOTIF).sounds(99) == ({}, 0.0)


def test_the_answers_own_notes_are_context_and_no_memory() -> None:
    memory = remembered(*MOTIF, *MOTIF[:1])
    before = memory.shifts()
    for note in ((1, 5, 5), (2, 6, 6), (1, 5, 5), (2, 6, 6)):
        memory.learn(*note, counted=False)
    assert memory.shifts() == ({}, 0.0)
    memory.unlearn(5)
    assert memory.shifts() == before


@given(first=notes, then=notes, counted=st.booleans())
def test_unlearning_is_exact(
    first: list[tuple[int, int, int]], then: list[tuple[int, int, int]], *, counted: bool
) -> None:
    memory = remembered(*first)
    for note in then:
        memory.learn(*note, counted=counted)
    memory.unlearn(len(first))
    fresh = remembered(*first)
    assert memory.__dict__ == fresh.__dict__


@given(notes)
def test_shares_sum_to_one(played: list[tuple[int, int, int]]) -> None:
    memory = remembered(*played)
    for shares, trust in (memory.shifts(), *(memory.sounds(s) for s in (0, 6, 12))):
        assert not shares or abs(sum(shares.values()) - 1) < 1e-9
        assert 0 <= trust < 1
        assert bool(shares) == bool(trust)


def test_a_long_jam_lets_the_oldest_go() -> None:
    memory = Memory()
    for i in range(MOST + 10):
        memory.learn(i % 24, 0, i % 100)
    assert len(memory) == MOST + 10
    assert len(memory._row) < 2 * MOST
    memory.unlearn(MOST)
    assert len(memory) == MOST


def test_recall_is_a_distribution_and_clears() -> None:
    recall, memory = Recall(), remembered(*MOTIF * 3, *MOTIF[:2])
    recall.fill(memory, 0.5)
    arrays = recall.arrays
    whole = float(arrays["trust_shift"][0]) + float(arrays["memory_shift"].sum())
    assert abs(whole - 1) < 1e-5
    slot = int(arrays["slot"][6])
    sounds = arrays["memory_sound"].reshape(-1, 13, 128)[slot]
    assert np.allclose(sounds.sum(axis=1), arrays["memory_voice"][slot], atol=1e-6)
    assert abs(float(sounds.sum()) + float(arrays["trust_sound"][slot]) - 1) < 1e-5
    recall.clear()
    untouched = Recall().arrays
    assert all((arrays[name] == untouched[name]).all() for name in arrays)


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_fed_uncounted_is_no_memory_of_any_model(name: str) -> None:
    """A fallback's notes, or those of an answer when another model takes over."""
    model = load_model(MODELS, name)
    *played, again = (Note(12 * i, 0, 60 + (0, 3, 7, 12)[i % 4], 6, 80) for i in range(17))

    def costs(*, counted: bool) -> list[tuple[float, ...]]:
        found = []
        for memory in (0.0, 1.0):
            model.forget()
            model.feed(played, 96, counted=counted)
            found += model.bits([again], 96, memory)
        return found

    without, with_memory = costs(counted=False)
    assert with_memory == without
    without, with_memory = costs(counted=True)
    assert with_memory != without
