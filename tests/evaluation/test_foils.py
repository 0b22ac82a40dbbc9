from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.evaluation.foils import FOILS, MATCH, Pool, foils_of
from bridge.evaluation.items import Item, Library, draw_items
from bridge.evaluation.markov import Chain
from bridge.evaluation.notes import END, SEAM, prime_of, truth_of
from bridge.evaluation.shortcuts import SHORTCUTS, preferred
from tests.evaluation.passages import DRUM
from tests.evaluation.scores import Piece, Row, item_of, motif, noise, write_prepared

SCALE = (60, 62, 64, 65, 67, 69, 71)
GROUPS = (("gmd", "jsfakes"), ("openewld",))
BARS = [row for n, p in enumerate((60, 72, 65, 48)) for row in ((n * 96, 0, p), (n * 96 + 24, 0, p))]  # fmt: skip # noqa: E501


def pool_of(path: Path, *pieces: Piece) -> Pool:
    return Pool(Library.load(write_prepared(path / "notes.npz", pieces)), GROUPS)


def items_of(pool: Pool, piece: int) -> list[Item]:
    items = draw_items(pool.library, "valid", GROUPS, 100)
    return [item for item in items if item.piece == piece]


def foil(name: str, item: Item, pool: Pool, seed: int = 1) -> Item | None:
    return FOILS[name](item, pool, np.random.default_rng(seed))


def after(prime: list[Row], rows: list[Row]) -> Item:
    """An item that goes on with rows counted from the seam."""
    return item_of([*prime, *((SEAM + t, v, p) for t, v, p in rows)])


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    """Three pieces of noise and one of another group."""
    rng = np.random.default_rng(9)
    return pool_of(
        tmp_path,
        *(Piece(noise(rng, 300)) for _ in range(3)),
        Piece(noise(rng, 300), pack="openewld"),
    )


@pytest.fixture
def nobody(tmp_path: Path) -> Pool:
    """A piece that is item 0, for foils that need no other music."""
    return pool_of(tmp_path, Piece(motif(SCALE)))


@pytest.mark.parametrize("name", FOILS)
def test_a_foil_has_the_same_prime_and_about_as_many_notes(name: str, pool: Pool) -> None:
    for item in items_of(pool, 0):
        found = foil(name, item, pool)
        assert found is not None
        assert found.begin == item.begin
        assert np.array_equal(found.steps.notes[: item.begin], item.steps.notes[: item.begin])
        assert abs(found.count - item.count) <= MATCH * item.count
        tick, notes = found.steps.tick[item.begin :], found.steps.notes
        assert SEAM <= tick.min()
        assert tick.max() < END
        assert (np.diff(found.steps.tick) == notes[1:, 0]).all()
        assert (found.steps.position == found.steps.tick % 96).all()
        assert (0 <= notes[:, 2]).all()
        assert (notes[:, 2] <= 127).all()
        truth, other = truth_of(item), truth_of(found)
        assert not (
            np.array_equal(truth.tick, other.tick) and np.array_equal(truth.pitch, other.pitch)
        )


def test_the_same_item_always_has_the_same_foils(pool: Pool) -> None:
    item = items_of(pool, 1)[0]
    first, again = foils_of(item, pool), foils_of(item, pool)
    assert list(first) == list(FOILS)
    for a, b in zip(first.values(), again.values(), strict=True):
        assert a is not None
        assert b is not None
        assert np.array_equal(a.steps.notes, b.steps.notes)


def test_another_piece_is_moved_into_the_key_of_the_prime(tmp_path: Path) -> None:
    pool = pool_of(
        tmp_path,
        Piece(motif((60, 62, 64, 67))),
        Piece(motif((69, 64, 66, 62))),  # the same four notes in D
    )
    (item,) = items_of(pool, 0)
    found = foil("F1", item, pool)
    assert found is not None
    assert set(truth_of(found).pitch % 12) == {0, 2, 4, 7}
    assert truth_of(found).pitch[:4].tolist() == [67, 62, 64, 60]


@pytest.mark.parametrize(
    "other",
    [
        Piece(motif(SCALE, 100), bars=[(0, 72)]),
        Piece(motif(SCALE, 100), split="train"),
        Piece(motif(SCALE, 100), pack="openewld"),
        Piece(motif(SCALE, 100, step=24)),
        Piece(motif(SCALE, 40)),
    ],
    ids=["meter", "split", "group", "thin", "short"],
)
def test_a_piece_that_does_not_go_with_the_item_is_no_foil(tmp_path: Path, other: Piece) -> None:
    pool = pool_of(tmp_path, Piece(motif(SCALE)), other)
    (item,) = items_of(pool, 0)
    assert foil("F1", item, pool) is None


def test_drums_are_not_transposed(tmp_path: Path) -> None:
    beats = [[(t, DRUM, p) for t, _, p in motif(kit)] for kit in ((36, 42), (38, 46))]
    pool = pool_of(tmp_path, *(Piece(beat) for beat in beats))
    (item,) = items_of(pool, 0)
    found = foil("F1", item, pool)
    assert found is not None
    assert set(truth_of(found).pitch) == {38, 46}
    assert foil("F4", item, pool) is None


def test_elsewhere_is_outside_the_item(tmp_path: Path) -> None:
    rows = [(t, 0, n % 128) for n, (t, _, _) in enumerate(motif(SCALE, 128, step=24))]
    pool = pool_of(tmp_path, Piece(rows))
    for item in items_of(pool, 0):
        for seed in range(5):
            found = foil("F2", item, pool, seed)
            if found is not None:
                assert not set(truth_of(found).pitch) & set(item.steps.notes[1:, 2])
    assert any(foil("F2", item, pool) for item in items_of(pool, 0))


def test_a_piece_no_longer_than_the_item_has_no_elsewhere(nobody: Pool) -> None:
    (item,) = items_of(nobody, 0)
    assert foil("F2", item, nobody) is None


def test_two_bars_change_places(nobody: Pool) -> None:
    item = after(motif(SCALE, 32), BARS)
    found = foil("F3", item, nobody)
    assert found is not None
    was, now = truth_of(item).pitch[::2], truth_of(found).pitch[::2]
    assert sorted(was) == sorted(now)
    assert (was != now).sum() == 2
    assert np.array_equal(truth_of(found).tick, truth_of(item).tick)


def test_bars_that_are_all_the_same_cannot_change_places(nobody: Pool) -> None:
    same = [(t + n * 96, 0, 60) for n in range(4) for t in (0, 24, 48)]
    assert foil("F3", after(motif(SCALE, 32), same), nobody) is None


def test_one_note_is_wrong_by_a_semitone(nobody: Pool) -> None:
    item = item_of(motif(SCALE))
    for seed in range(10):
        found = foil("F4", item, nobody, seed)
        assert found is not None
        wrong = truth_of(found).pitch - truth_of(item).pitch
        assert sorted(np.abs(wrong))[-2:] == [0, 1]


def test_a_wrong_note_falls_on_no_other_note(nobody: Pool) -> None:
    cluster = [(0, 0, p) for p in range(60, 68)]
    for seed in range(10):
        found = foil("F4", after(motif(SCALE, 32), cluster), nobody, seed)
        assert found is not None
        assert {59, 68} & set(truth_of(found).pitch)


def test_the_truth_comes_an_eighth_late(nobody: Pool) -> None:
    item = after(motif(SCALE, 32), [(0, 0, 60), (24, 0, 62), (380, 0, 64)])
    found = foil("F5", item, nobody)
    assert found is not None
    assert (truth_of(found).tick - SEAM).tolist() == [8, 12, 36]
    assert truth_of(found).pitch.tolist() == [64, 60, 62]


def test_a_walk_goes_where_the_prime_went(pool: Pool) -> None:
    item = items_of(pool, 0)[0]
    chain = Chain.of(item)
    found = foil("F6", item, pool)
    assert found is not None
    heard, played = prime_of(item), truth_of(found)
    known = set(zip(heard.tick % 96, heard.voice, heard.pitch, strict=True))
    assert set(zip(played.tick % 96, played.voice, played.pitch, strict=True)) <= known
    assert len(chain.states) == len(chain.notes) == len(np.unique(heard.tick))


def test_a_prime_that_leaves_no_choice_is_walked_as_it_was(nobody: Pool) -> None:
    assert foil("F6", item_of(motif((60, 62, 64, 65))), nobody) is None


def test_shortcuts_prefer_what_they_know() -> None:
    item = item_of(motif(SCALE[:4]))
    thin = after(motif(SCALE[:4], 32), [(t, 1, p) for t, _, p in motif((60, 61), 16, step=24)])
    expected = {
        "more notes": 1.0,
        "fewer notes": 0.0,
        "copy overlap": 1.0,
        "pitch-class overlap": 1.0,
        "voice overlap": 1.0,
    }
    told = {n: preferred(score(item), score(thin)) for n, score in SHORTCUTS.items()}
    assert told == expected
    assert SHORTCUTS["copy overlap"](item) == 1
    assert SHORTCUTS["voice overlap"](thin) == 0


def test_who_cannot_tell_is_half_right() -> None:
    drums = item_of([(t, DRUM, 36) for t, _, _ in motif((36,))])
    score = SHORTCUTS["pitch-class overlap"](drums)
    assert preferred(score, score) == 0.5
    assert preferred(2, 2) == 0.5
    assert (preferred(3, 2), preferred(2, 3)) == (1, 0)


def test_counting_notes_does_not_find_a_swap_or_a_shift(nobody: Pool) -> None:
    item = replace(after(motif(SCALE, 32), BARS), piece=0)
    for name in ("F3", "F4", "F5"):
        found = foil(name, item, nobody)
        assert found is not None
        assert preferred(item.count, found.count) == 0.5
