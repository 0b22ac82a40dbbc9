from __future__ import annotations

from dataclasses import replace

import numpy as np

from bridge.evaluation.copying import Index
from bridge.evaluation.figures import resample
from bridge.evaluation.generate import Pedal, Truth
from bridge.evaluation.items import Item
from bridge.evaluation.report.sheets import MEASURED, Sheet
from bridge.evaluation.report.summary import TEN, gaps_of
from tests.evaluation.passages import DRUM
from tests.evaluation.scores import item_of, motif, noise

GROUPS = (("gmd",),)
NOTHING = Index(8, np.empty(0, np.uint64))
MUSIC = [
    replace(item_of(noise(np.random.default_rng(seed), 60)), piece=seed) for seed in range(6)
] + [replace(item_of(motif((60, 64, 67))), piece=6)]


def played(items: list[Item], player: Pedal | Truth) -> Sheet:
    sheet = Sheet.blank(len(items))
    for at, item in enumerate(items):
        sheet.play(at, player, item, 1, NOTHING)
    return sheet


def gaps(items: list[Item], sheet: Sheet) -> tuple[dict[str, float], dict[str, bool]]:
    return gaps_of(sheet, played(items, Truth()), resample(items, GROUPS))


def test_ten_gaps_are_counted() -> None:
    assert len(TEN) == 10
    assert set(TEN) < set(MEASURED)


def test_the_truth_has_no_gap_to_itself() -> None:
    found, within = gaps(MUSIC, played(MUSIC, Truth()))
    assert set(found) == set(MEASURED)
    assert {gap for gap in found.values() if not np.isnan(gap)} == {0}
    assert tuple(within) == TEN
    assert all(within.values())


def test_all_alike_still_has_the_truth_within() -> None:
    items = [replace(MUSIC[-1], piece=piece) for piece in range(7)]
    assert all(gaps(items, played(items, Truth()))[1].values())


def test_what_is_far_off_is_not_within() -> None:
    sheet = played(MUSIC, Truth())
    column = MEASURED.index("register shift (semitones)")
    sheet.measured[:, column] += 100
    found, within = gaps(MUSIC, sheet)
    assert round(found["register shift (semitones)"]) == 100
    assert [name for name in TEN if not within[name]] == ["register shift (semitones)"]


def test_silence_is_not_within_where_the_truth_plays() -> None:
    sheet = Sheet.blank(len(MUSIC))
    assert not any(gaps(MUSIC, sheet)[1].values())


def test_what_drums_cannot_have_is_not_counted() -> None:
    items = [item_of([(t, DRUM, 36) for t, _, _ in motif((60,))])]
    _, within = gaps(items, played(items, Truth()))
    assert "notes in key" not in within
    assert within["groove similarity"]
