from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bridge.evaluation.copying import Index
from bridge.evaluation.foils import FOILS
from bridge.evaluation.generate import Markov, Pedal, Truth
from bridge.evaluation.items import Item
from bridge.evaluation.ppm import KINDS
from bridge.evaluation.report.sheets import MEASURED, Sheet, answer_to, item_id, mean_of
from bridge.evaluation.scoring import Floats, bits
from tests.evaluation.scores import item_of, motif, noise

ITEM = item_of(motif((60, 62, 64, 65, 67)))
OTHER = item_of(noise(np.random.default_rng(1), 60))
NOTHING = Index(8, np.empty(0, np.uint64))


class Expects:
    """A scorer that gives chances by a rule."""

    name = "rule"
    settings: dict[str, object] = {}  # noqa: RUF012

    def __init__(self, chance: Callable[[Item], float]) -> None:
        self._chance = chance

    def shares(self, item: Item) -> Floats:
        return np.full((item.count, 2), self._chance(item))


def heard(chance: Callable[[Item], float], foil: Item | None) -> NDArray[np.float64]:
    sheet = Sheet.blank(1)
    sheet.foretell(0, Expects(chance), ITEM, dict.fromkeys(FOILS, foil))
    return np.asarray(sheet.preferred[0])


def test_the_likelier_one_is_preferred() -> None:
    assert (heard(lambda item: 0.9 if item is ITEM else 0.1, OTHER) == 1).all()
    assert (heard(lambda item: 0.1 if item is ITEM else 0.9, OTHER) == 0).all()
    assert (heard(lambda _: 0.5, ITEM) == 0.5).all()
    assert np.isnan(heard(lambda _: 0.5, None)).all()


def test_a_short_cut_prefers_the_higher_figure_and_ties_count_half() -> None:
    sheet = Sheet.blank(3)
    foils = dict.fromkeys(FOILS, OTHER)
    sheet.cut_short(0, lambda item: float(item is ITEM), ITEM, foils)
    sheet.cut_short(1, lambda item: float("nan" if item is ITEM else 1), ITEM, foils)
    sheet.cut_short(2, lambda _: 1.0, ITEM, dict.fromkeys(FOILS))
    assert (sheet.preferred[0] == 1).all()
    assert (sheet.preferred[1] == 0.5).all()
    assert np.isnan(sheet.preferred[2]).all()


def test_bits_are_kept_by_beats_and_voices_and_none_is_lost() -> None:
    sheet = Sheet.blank(1)
    sheet.foretell(0, Expects(lambda _: 0.25), ITEM, {})
    each = bits(np.full((1, 2), 0.25))[0]
    assert sheet.paid[0] == pytest.approx(np.tile(2 * each, (16, 1)))  # two notes a beat
    assert sheet.by_voice[0].sum() == pytest.approx(sheet.paid[0].sum())
    assert (sheet.by_voice[0] > 0).sum() == len(set(ITEM.steps.notes[ITEM.begin :, 1]))
    assert sheet.paid[0].sum() < -ITEM.count * np.log2(1e-4 / KINDS).sum()


def test_the_truth_finds_all_of_its_notes_again() -> None:
    sheet = Sheet.blank(1)
    sheet.play(0, Truth(), ITEM, 1, NOTHING)
    assert (sheet.f1[0] == 1).all()
    assert sheet.notes == ITEM.count
    assert sheet.measured[0, MEASURED.index("8-note figures returning")] == 1


def test_a_measure_is_the_mean_over_samples_and_not_the_best() -> None:
    one, two = Sheet.blank(1), Sheet.blank(1)
    one.play(0, Markov(), OTHER, 1, NOTHING)
    two.play(0, Markov(), OTHER, 2, NOTHING)
    second = answer_to(OTHER, Markov(), 1)
    column = MEASURED.index("density (log2 ratio)")
    first = one.measured[0, column]
    assert two.notes == one.notes + len(second)
    alone = np.log2(len(second) / 16 / ((OTHER.begin - 1) / 32))
    assert two.measured[0, column] == pytest.approx((first + alone) / 2)
    assert 0 <= two.diversity[0] <= 1
    assert np.isnan(one.diversity[0])


def test_an_answer_does_not_depend_on_what_was_answered_before() -> None:
    first = answer_to(OTHER, Markov(), 3)
    answer_to(ITEM, Markov(), 3)
    again = answer_to(OTHER, Markov(), 3)
    assert np.array_equal(first.onset, again.onset)
    assert np.array_equal(first.pitch, again.pitch)


def test_items_are_named_after_their_music() -> None:
    assert item_id(ITEM) == item_id(item_of(motif((60, 62, 64, 65, 67))))
    assert item_id(ITEM) != item_id(OTHER)


def test_what_could_not_be_measured_is_left_out_of_a_mean() -> None:
    found = mean_of([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    assert found[:2].tolist() == [2, 5]
    assert np.isnan(found[2])


def test_a_loop_is_played_in_no_time() -> None:
    sheet = Sheet.blank(1)
    sheet.play(0, Pedal("loop", 16), ITEM, 1, NOTHING)
    assert sheet.notes > 0
    assert 0 <= sheet.seconds < 5
