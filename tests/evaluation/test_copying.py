from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.evaluation.copying import (
    Index,
    copied,
    figures_of,
    longest_copy,
    returning,
    returning_exactly,
)
from bridge.evaluation.items import Library
from tests.evaluation.passages import DRUM, Sounding, answer, line, prime, rows
from tests.evaluation.scores import Piece, noise, write_prepared

TUNE = (60, 62, 64, 65, 67, 71, 69, 68, 61, 63)


def heard(path: Path, *pieces: Piece) -> Library:
    return Library.load(write_prepared(path / "notes.npz", pieces))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The tune in the train split, other music in the valid split."""
    return heard(
        tmp_path,
        Piece(line(TUNE), split="train"),
        Piece(line([p * 7 % 50 for p in TUNE]), split="valid"),
    )


@pytest.mark.parametrize(
    ("played", "expected", "exactly"),
    [
        (line(TUNE), 1, 1),
        (line([p + 5 for p in TUNE]), 1, 0),
        (line(TUNE, step=12), 0, 0),
        (line(TUNE, voice=3), 1, 1),
        (line(TUNE, voice=DRUM), np.nan, np.nan),
        (line(TUNE[:3]), np.nan, np.nan),
        (line((*TUNE[:5], 20, 30, 40)), 2 / 5, 2 / 5),
    ],
)
def test_figures_of_the_prime_return(
    played: list[tuple[int, int, int]], expected: float, exactly: float
) -> None:
    found = returning(prime(line(TUNE)), answer(played), 4)
    assert found == pytest.approx(expected, nan_ok=True)
    found = returning_exactly(prime(line(TUNE)), answer(played), 4)
    assert found == pytest.approx(exactly, nan_ok=True)


def test_a_figure_is_played_by_one_voice() -> None:
    both = [*line((60, 62, 64)), *line((40, 42, 44), voice=4)]
    assert len(figures_of(answer(both), 3)) == 2
    assert len(figures_of(answer(both), 4)) == 0


def test_a_little_rubato_is_the_same_figure() -> None:
    loose = [(tick + n % 2, voice, pitch) for n, (tick, voice, pitch) in enumerate(line(TUNE))]
    assert returning(prime(line(TUNE)), answer(loose), 4) == 1


def test_a_figure_has_at_least_two_notes() -> None:
    with pytest.raises(ValueError, match="not 1"):
        figures_of(answer([]), 1)


def test_only_the_train_split_is_copied_from(library: Library) -> None:
    index = Index.of(library, 4)
    assert len(index.known) == 7
    assert copied(answer(line([p + 3 for p in TUNE])), index) == 1
    assert copied(answer(line([p * 7 % 50 for p in TUNE])), index) == 0


def test_the_longest_copy_is_counted_in_notes(library: Library) -> None:
    index = Index.of(library, 4)
    rest = (20, 33, 41, 22)
    assert longest_copy(answer(line((*rest, *TUNE[2:8], *rest))), index) == 6
    assert longest_copy(answer(line((*TUNE[:3], *rest))), index) == 0
    assert longest_copy(answer([*line(TUNE[:5]), *line(TUNE, voice=2)]), index) == len(TUNE)
    assert longest_copy(answer(line(TUNE, voice=DRUM)), index) == 0
    assert longest_copy(answer([]), index) == 0


def test_an_index_of_nothing_holds_nothing(tmp_path: Path) -> None:
    index = Index.of(heard(tmp_path, Piece(line(TUNE))), 4)
    assert copied(answer(line(TUNE)), index) == 0


def test_a_thinned_index_tells_about_the_same_share(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    known, unknown = noise(rng, 2000), noise(rng, 2000)
    library = heard(tmp_path, Piece([(t, 0, p) for t, _, p in known], split="train"))
    index = Index.of(library, 4, most=500)
    assert len(index.known) <= 600
    half = [*((t % 384, 0, p) for t, _, p in known[:8]), *((t % 384, 1, p) for t, _, p in unknown)]
    assert 0 <= copied(answer(half), index) < 0.2
    with pytest.raises(ValueError, match="one figure in"):
        longest_copy(answer(half), index)


@settings(max_examples=30, deadline=None)
@given(rows(), st.integers(-20, 20), st.integers(2, 6))
def test_every_transposition_returns(music: list[Sounding], step: int, n: int) -> None:
    tuned = [(t, v, 40 + p % 40, d, loud) for t, v, p, d, loud in music]
    moved = [(t, v, p + step, d, loud) for t, v, p, d, loud in tuned]
    share = returning(prime(tuned), answer(moved), n)
    assert np.isnan(share) or share == 1


@settings(max_examples=30, deadline=None)
@given(rows(), rows(), st.integers(2, 6))
def test_what_returns_exactly_returns(
    first: list[Sounding], second: list[Sounding], n: int
) -> None:
    heard, played = prime(first), answer([*second, *first[:10]])
    exact, free = returning_exactly(heard, played, n), returning(heard, played, n)
    assert np.isnan(exact) == np.isnan(free)
    assert np.isnan(exact) or exact <= free
