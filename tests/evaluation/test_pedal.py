from __future__ import annotations

import numpy as np
import pytest

from bridge.evaluation.pedal import CopyBestLag, Loop, best_lag
from bridge.evaluation.ppm import SHIFTS, SOUNDS, Ints, LongMemory, symbols
from bridge.evaluation.scoring import bits
from tests.evaluation.scores import Row, item_of, motif, noise

NOTHING = LongMemory([])


def points(rows: list[Row]) -> tuple[Ints, Ints]:
    return np.array([r[0] for r in rows]), np.array([r[1] * 128 + r[2] for r in rows])


@pytest.mark.parametrize("beats", [2, 5, 8, 12])
def test_the_lag_of_a_loop_is_found(beats: int) -> None:
    rng = np.random.default_rng(beats)
    pitches = rng.permutation(100)[: beats * 2].tolist()
    assert best_lag(*points(motif(pitches, 32))) == beats


@pytest.mark.parametrize("beats", [2, 5, 8])
def test_a_loop_costs_next_to_nothing(beats: int) -> None:
    pitches = np.random.default_rng(beats).permutation(100)[: beats * 2].tolist()
    item = item_of(motif(pitches))
    scorer = CopyBestLag.fitted(NOTHING, [item])
    assert bits(scorer.shares(item)).sum(axis=1).mean() < 0.5


def test_noise_costs_more_than_a_loop_and_no_more_than_guessing() -> None:
    item = item_of(noise(np.random.default_rng(8)))
    cost = bits(CopyBestLag.fitted(NOTHING, [item]).shares(item)).sum(axis=1).mean()
    assert np.log2(SHIFTS * SOUNDS) - 1 < cost < np.log2(SHIFTS * SOUNDS) + 0.01


def test_the_chances_of_the_next_onset_and_sound_sum_to_one() -> None:
    rows = [(t, v, 60 + 12 * v) for t in range(0, 48 * 24, 24) for v in range(3)]
    scorer = CopyBestLag(LongMemory([symbols(item_of(rows).steps.notes[1:])]), (0.6, 0.7))
    heard = rows[: item_of(rows).begin + 1]  # and the first note of the next chord
    now = heard[-1][0]
    onsets = [item_of([*heard, (now + shift, 12, 127)]) for shift in range(SHIFTS)]
    sounds = [item_of([*heard, (now + 24, *divmod(sound, 128))]) for sound in range(SOUNDS)]
    assert sum(scorer.shares(item)[-1, 0] for item in onsets) == pytest.approx(1)
    assert sum(scorer.shares(item)[-1, 1] for item in sounds) == pytest.approx(1)


def test_a_chord_goes_on_upwards_and_then_to_the_next_onset() -> None:
    rows = [(t, 0, p) for t in range(0, 768, 96) for p in (60, 64, 67)]
    loop = Loop(*points(rows), lag=4)
    assert loop.later(768) == [60, 64, 67]
    assert loop.later(768 + 96, 60) == [64, 67]
    assert loop.later(780) == []
    assert (loop.shift(768, 64), loop.shift(768, 67), loop.shift(780, 0)) == (0, 96, 84)


def test_an_empty_loop_says_nothing() -> None:
    loop = Loop(*points(motif((60,), 16)), lag=4)
    assert loop.shift(770, 60) is None
    assert loop.later(768) == []
