from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from bridge.evaluation.notes import Passage
from bridge.evaluation.structure import (
    STRUCTURE,
    bars_of,
    closest_bar,
    diversity,
    phrases_per_note,
    points,
    self_similarity,
    strict_f1,
    structure_index,
)
from tests.evaluation.passages import DRUM, Sounding, answer, line, prime, rows

A, B, C, D = (60, 62, 64, 65), (67, 65, 66, 62), (72, 71, 69, 67), (48, 50, 52, 53)


def tune(*bars: tuple[int, ...]) -> list[tuple[int, int, int]]:
    return line([pitch for bar in bars for pitch in bar])


def test_bars_with_half_their_notes_in_common_are_half_alike() -> None:
    alike = self_similarity(bars_of(prime(tune(A, (60, 62, 70, 71), B, A))))
    assert np.diag(alike)[:4].tolist() == [1] * 4
    assert alike[0, :4].tolist() == [1, 0.5, 0, 1]
    assert np.isnan(alike[6, 7])  # two silent bars


def test_the_same_notes_at_another_place_are_not_alike() -> None:
    alike = self_similarity(bars_of(prime(tune(A, A[::-1]))))
    assert alike[0, 1] == 0


@pytest.mark.parametrize(("lags", "expected"), [((1, 2), 0), ((3, 4), 1), ((5, 8), 1), ((1, 8), 1)])
def test_music_in_rounds_of_four_bars(lags: tuple[int, int], expected: float) -> None:
    heard, played = prime(tune(A, B, C, D, A, B, C, D)), answer(tune(A, B, C, D))
    assert structure_index(heard, played, lags) == expected
    assert closest_bar(heard, played) == 1


def test_one_lag_serves_all_bars() -> None:
    heard, played = prime(tune(A, B, C, D, A, B, C, D)), answer(tune(D, A, C, B))
    assert closest_bar(heard, played) == 1
    assert structure_index(heard, played, (1, 8)) < 1


def test_bars_of_three_beats_begin_after_the_seam() -> None:
    waltz = tune(*[(60, 64, 67)] * 16)
    heard = prime(waltz[:32], bar=72)
    played = answer([(tick - 768, voice, pitch) for tick, voice, pitch in waltz[32:]], bar=72)
    assert structure_index(heard, played, (1, 1)) == 1


def test_a_loop_needs_fewer_phrases_than_a_tune() -> None:
    loop, scale = answer(line((60, 64) * 8)), answer(line(range(60, 76)))
    assert phrases_per_note(loop) < phrases_per_note(scale) == 1
    assert phrases_per_note(answer(line((60,) * 10))) == pytest.approx(0.5)  # first, 1, 2, 3, 3


def test_answers_that_are_the_same_are_not_diverse() -> None:
    same, other = answer(tune(A, B)), answer(tune(C, D))
    assert diversity([same, same, same]) == 0
    assert diversity([same, other]) == 1
    assert diversity([same, same, other]) == pytest.approx(2 / 3)
    assert np.isnan(diversity([same]))


def test_drums_do_not_hide_what_the_tune_does() -> None:
    beat = line((36, 38) * 8, voice=DRUM)
    heard, played = prime(tune(A, B)), answer(tune(C, D))
    drummed = prime([*tune(A, B), *beat]), answer([*tune(C, D), *beat])
    for measure in STRUCTURE.values():
        assert measure(*drummed) == pytest.approx(measure(heard, played), nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(rows(), rows())
def test_structure_is_a_share_or_nothing(heard: list[Sounding], played: list[Sounding]) -> None:
    for measure in STRUCTURE.values():
        value = measure(prime(heard), answer(played))
        assert np.isnan(value) or 0 <= value <= 1


@settings(max_examples=30, deadline=None)
@given(rows(), rows())
def test_likeness_has_no_direction(first: list[Sounding], second: list[Sounding]) -> None:
    def score(a: Passage, b: Passage) -> float:
        return strict_f1(points(a), points(b))

    a, b = answer(first), answer(second)
    assert score(a, b) == pytest.approx(score(b, a), nan_ok=True)
    assert not first or score(a, a) == 1
