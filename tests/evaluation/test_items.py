from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.core.errors import SettingError
from bridge.evaluation.items import Library
from tests.evaluation.scores import Piece, drawn, motif

SCALE = (60, 62, 64, 65)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes.npz"


def test_a_prime_of_32_beats_is_followed_by_16_beats(file: Path) -> None:
    (item,) = drawn(file, [Piece(motif(SCALE))])
    assert item.steps.tick[0] == 0
    assert item.steps.tick[item.begin - 1] == 32 * 24 - 12
    assert item.steps.tick[item.begin] == 32 * 24
    assert item.steps.tick[-1] == 48 * 24 - 12
    assert item.count == 32
    assert item.pack == "gmd"


def test_items_begin_on_a_bar_line_even_after_a_pickup(file: Path) -> None:
    rows = [(t + 72, v, p) for t, v, p in motif(SCALE, 100)]
    items = drawn(file, [Piece(rows, bars=[(0, 72)])])
    assert items
    for item in items:
        assert (item.steps.tick[1:] % 72 == item.steps.position[1:]).all()
        assert (item.steps.bar == 72).all()


def test_a_silence_before_the_first_note_is_a_shift_from_the_bar_line(file: Path) -> None:
    rows = [r for r in motif(SCALE) if r[0] >= 24]
    (item,) = drawn(file, [Piece(rows)])
    assert item.steps.notes[1, 0] == item.steps.tick[1] == 24


def test_a_window_keeps_one_meter(file: Path) -> None:
    change = 40 * 24
    items = drawn(file, [Piece(motif(SCALE, 100), bars=[(0, 96), (change, 72)])])
    assert len({tuple(item.steps.bar.tolist()) for item in items}) == len({72}) == 1
    assert not drawn(file, [Piece(motif(SCALE, 80), bars=[(0, 96), (change, 72)])])


def test_a_bar_line_that_moves_is_a_change_of_meter(file: Path) -> None:
    assert not drawn(file, [Piece(motif(SCALE, 80), bars=[(0, 96), (40 * 24 + 12, 96)])])


@pytest.mark.parametrize(
    "rows",
    [
        motif(SCALE, 43),  # ends long before the window does
        motif(SCALE, step=96),  # 8 notes in the prime
        motif(SCALE, 40),
        [(t, v, p) for t, _, _ in motif(SCALE, step=6) for v in range(7) for p in (60,)],
    ],
)
def test_too_short_thin_or_dense_music_gives_no_item(file: Path, rows: list[tuple[int, int, int]]) -> None:  # fmt: skip # noqa: E501
    assert not drawn(file, [Piece(rows)])


def test_every_piece_has_its_turn_before_one_has_two(file: Path) -> None:
    pieces = [Piece(motif(SCALE, 200)), Piece(motif(SCALE, 200)), Piece(motif(SCALE, 48))]
    turns = [item.piece for item in drawn(file, pieces)]
    assert sorted(turns[:3]) == [0, 1, 2]
    assert sorted(turns[3:5]) == [0, 1]


def test_continuations_of_a_piece_do_not_overlap(file: Path) -> None:
    rows = [(t, 0, n % 128) for n, (t, _, _) in enumerate(motif(SCALE, 200, step=48))]
    items = drawn(file, [Piece(rows)])
    heard = [tuple(i.steps.notes[i.begin :, 2].tolist()) for i in items]
    assert len(heard) > 3
    assert len({pitch for row in heard for pitch in row}) == sum(map(len, heard))


def test_the_same_file_gives_the_same_items_and_fewer_are_the_first_of_more(file: Path) -> None:
    pieces = [Piece(motif(SCALE, 200)), Piece(motif((60, 70), 300))]
    many, few = drawn(file, pieces, 6), drawn(file, pieces, 4)
    assert len(many) == 6
    for a, b in zip(many, few, strict=False):
        assert a.piece == b.piece
        assert np.array_equal(a.steps.notes, b.steps.notes)


def test_other_splits_and_packs_are_left_out(file: Path) -> None:
    rows = motif(SCALE)
    assert not drawn(file, [Piece(rows, split="train"), Piece(rows, pack="openewld")])


def test_a_file_that_is_not_prepared_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.npz").write_text("music")
    with pytest.raises(SettingError, match="not a prepared file"):
        Library.load(tmp_path / "notes.npz")
