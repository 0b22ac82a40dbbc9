from __future__ import annotations

import numpy as np
import pytest

from bridge.evaluation.notes import continuation_of, continued, prime_of, truth_of
from tests.evaluation.passages import DRUM, answer
from tests.evaluation.scores import item_of, motif

ITEM = item_of(motif((60, 62, 64)))


def test_prime_and_truth_meet_at_the_seam() -> None:
    prime, truth = prime_of(ITEM), truth_of(ITEM)
    assert (prime.begin, prime.end, truth.begin, truth.end) == (0, 32, 32, 48)
    assert (len(prime), len(truth)) == (64, 32)
    assert prime.onset[:3].tolist() == [0, 0.5, 1]
    assert truth.onset[0] == 32
    assert truth.pitch[:4].tolist() == [62, 64, 60, 62]
    assert set(truth.duration) == {16 / 24}
    assert set(truth.velocity) == {68}
    assert truth.bar_beats == 4


def test_a_drawn_continuation_is_tidied_as_the_truth_is() -> None:
    notes, tick = ITEM.steps.notes[ITEM.begin :], ITEM.steps.tick[ITEM.begin :]
    beyond = np.array([0, 10_000])
    order = np.random.default_rng(1).permutation(len(notes))
    drawn = continuation_of(
        ITEM,
        np.concatenate([notes[order], notes[:5], notes[:2]]),
        np.concatenate([tick[order], tick[:5], beyond]),
    )
    truth = truth_of(ITEM)
    assert np.array_equal(drawn.tick, truth.tick)
    assert np.array_equal(drawn.pitch, truth.pitch)


def test_silence_is_a_continuation() -> None:
    silent = continuation_of(ITEM, np.empty((0, 5), np.int64), np.empty(0, np.int64))
    assert (len(silent), silent.length) == (0, 16)


def test_an_item_that_goes_on_as_it_did_is_the_same_item() -> None:
    again = continued(ITEM, ITEM.steps.notes[ITEM.begin :], ITEM.steps.tick[ITEM.begin :])
    for name in ("notes", "position", "bar", "tick"):
        assert np.array_equal(getattr(again.steps, name), getattr(ITEM.steps, name))


@pytest.mark.parametrize(
    ("bar", "bars"),
    [(96, range(8, 12)), (72, range(11, 16)), (192, range(4, 6)), (500, range(2, 2))],
)
def test_only_whole_bars_count(bar: int, bars: range) -> None:
    assert list(answer([], bar).whole_bars) == list(bars)


def test_drums_stand_apart() -> None:
    music = answer([(0, 0, 60), (0, DRUM, 36), (24, DRUM, 38)])
    assert music.pitched.pitch.tolist() == [60]
    assert music.drums.pitch.tolist() == [36, 38]
    assert music.drums.length == 16
