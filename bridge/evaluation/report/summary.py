"""From sheets to the figures of the report, each with the interval of a bootstrap over pieces.

A gap is how far a row is from the truth on the items where both can be measured. It lies within
the truth's interval if the truth itself, on other pieces, might well have been that far off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bridge.core.voices import VOICE_NAMES
from bridge.evaluation.figures import Figures, Interval, Result, figures, mean, resample
from bridge.evaluation.foils import FOILS
from bridge.evaluation.items import Item
from bridge.evaluation.relative import MEASURES
from bridge.evaluation.report.rows import TRUTH, Row
from bridge.evaluation.report.run import Measured, Music
from bridge.evaluation.report.sheets import BEATS, MEASURED, Sheet, beats_of, voices_of
from bridge.evaluation.scoring import Floats

#: The ten gaps that are counted; the other two are the extremes of what a third one tells.
TEN = tuple(name for name in MEASURES if name not in {"range excess", "longest silence (beats)"})

TINY = 1e-9  # by which sums of the same numbers may differ


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of the report; None where a row does not do such things."""

    name: str
    kind: str
    settings: dict[str, object]
    bits: Figures | None = None
    bits_by_beat: list[float] | None = None  # per note, in each beat after the seam
    bits_by_voice: dict[str, float] | None = None  # per note, of the voices there are
    foils: dict[str, Interval] | None = None  # how often the truth was preferred, 0..1
    foil_counts: dict[str, int] | None = None  # items that have such a foil
    measures: dict[str, Interval] | None = None  # means over samples and items
    gaps: dict[str, float] | None = None  # to the truth
    within: dict[str, bool] | None = None  # of TEN: whether the gap is within the truth's interval
    f1_by_beat: list[float] | None = None  # the truth's notes found, up to each beat
    diversity: Interval | None = None
    ms_per_note: float | None = None  # of the processor, the prime's hearing included


def summarise(music: Music, rows: list[Row], found: Measured) -> list[Summary]:
    """Sum up all rows."""
    weights = resample(music.items, tuple(music.groups.values()))
    truth = found.sheets[TRUTH]
    return [_summary(row, found.sheets[row.name], truth, music, weights) for row in rows]


def _summary(row: Row, sheet: Sheet, truth: Sheet, music: Music, weights: Floats) -> Summary:
    told = Summary(row.name, row.kind, row.settings)
    if row.scorer:
        bits, by_beat = _bits(row, sheet, music, weights), _by_beat(sheet, music.items)
        by_voice = _by_voice(sheet, music.items)
        told = replace(told, bits=bits, bits_by_beat=by_beat, bits_by_voice=by_voice)
    if row.scorer or row.shortcut:
        chosen = dict(zip(FOILS, sheet.preferred.T, strict=True))
        told = replace(
            told,
            foils={name: mean(column, weights) for name, column in chosen.items()},
            foil_counts={name: int((~np.isnan(c)).sum()) for name, c in chosen.items()},
        )
    return _played(told, row, sheet, truth, weights) if row.player else told


def _played(told: Summary, row: Row, sheet: Sheet, truth: Sheet, weights: Floats) -> Summary:
    """Add what a row's answers are like."""
    gaps, within = gaps_of(sheet, truth, weights)
    measured = zip(MEASURED, sheet.measured.T, strict=True)
    timed = row.kind != TRUTH and sheet.notes
    return replace(
        told,
        measures={name: mean(column, weights) for name, column in measured},
        gaps=gaps,
        within=within,
        f1_by_beat=[mean(column, weights)[0] for column in sheet.f1.T],
        diversity=mean(sheet.diversity, weights) if row.by_chance else None,
        ms_per_note=1000 * sheet.seconds / sheet.notes if timed else None,
    )


def _bits(row: Row, sheet: Sheet, music: Music, weights: Floats) -> Figures:
    shown = None if np.isnan(sheet.shown).all() else sheet.shown
    result = Result(row.name, row.settings, sheet.paid.sum(axis=1), shown)
    return figures(result, music.items, tuple(music.groups.values()), weights)


def _by_beat(sheet: Sheet, items: list[Item]) -> list[float]:
    notes = sum(np.bincount(beats_of(item), minlength=BEATS) for item in items)
    paid = sheet.paid.sum(axis=(0, 2))
    found = np.divide(paid, notes, out=np.full(BEATS, np.nan), where=notes > 0)
    return [float(value) for value in found]


def _by_voice(sheet: Sheet, items: list[Item]) -> dict[str, float]:
    notes = sum(np.bincount(voices_of(item), minlength=len(VOICE_NAMES)) for item in items)
    paid = sheet.by_voice.sum(axis=0)
    rows = zip(VOICE_NAMES, paid.tolist(), np.asarray(notes).tolist(), strict=True)
    return {name: bits / count for name, bits, count in rows if count}


def gaps_of(
    sheet: Sheet, truth: Sheet, weights: Floats
) -> tuple[dict[str, float], dict[str, bool]]:
    """Return the gap of each measure, and for those of TEN that the truth has, if it is small."""
    gaps, within = {}, {}
    for column, name in enumerate(MEASURED):
        own, true = sheet.measured[:, column], truth.measured[:, column]
        gaps[name] = gap = mean(own - true, weights)[0]
        middle, low, high = mean(true, weights)
        if name in TEN and not np.isnan(middle):
            within[name] = bool(low - middle - TINY <= gap <= high - middle + TINY)
    return gaps, within
