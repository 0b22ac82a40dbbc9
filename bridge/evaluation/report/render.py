"""The report as Markdown, for people, and as JSON, with everything that was measured."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from bridge import __version__
from bridge.evaluation.figures import Interval
from bridge.evaluation.foils import FOILS
from bridge.evaluation.items import CONTINUATION_BEATS, PRIME_BEATS
from bridge.evaluation.relative import MEASURES
from bridge.evaluation.report.rows import TRUTH
from bridge.evaluation.report.run import Measured, Music, Suite
from bridge.evaluation.report.sheets import COPIED, MEASURED, item_id
from bridge.evaluation.report.summary import TEN, Summary
from bridge.evaluation.scoring import FLOOR
from bridge.evaluation.structure import FIGURES, STRUCTURE

RETURNING = tuple(f"{n}-note figures returning" for n in FIGURES)
HEADS = (
    "", "bits per note", "bits per beat", *FOILS, "gaps within", *RETURNING, "copied", "diversity",
    "ms per note",
)  # fmt: skip

FOIL_NAMES = (
    "F1 is another piece in the same key, F2 the same piece elsewhere, F3 has two bars swapped,"
    " F4 one note a semitone off, F5 comes an eighth late, F6 is a walk over the prime's chords."
)

Facts = dict[str, Any]


def markdown(music: Music, rows: Sequence[Summary], facts: Facts) -> str:
    """Return the report as Markdown."""
    notes = sum(item.count for item in music.items)
    pieces = len({item.piece for item in music.items})
    return f"""\
# {facts["suite"].capitalize()} suite on the {facts["split"]} split

{len(music.items)} items with {notes:,} notes from {pieces} pieces: {PRIME_BEATS} beats to hear,\
 then the next {CONTINUATION_BEATS} beats are foretold note by note, and played\
 {facts["samples"]} times. In brackets 95 % of a bootstrap over pieces.

{headline(rows)}

- **Bits** of onset, voice and pitch, fewer are better. Nobody sees durations or velocities; every\
 probability holds {FLOOR:g} of a uniform one; silence after the last note is not charged.
- **F1 to F6**: how often the truth costs fewer bits per note than a foil, chance is 0.50.\
 {FOIL_NAMES} A memory of the prime may take places within a song for one another (F2, F6). The\
 last rows know no music: where they do well, the foil is easily seen through.
- Models play at the settings they are shipped with; `table.json` has them.
- **Gaps within**: of {len(TEN)} measures of the answer against its prime, how many come as near\
 to the truth as other pieces would. Means over all samples, never the best of them.
- **Figures returning**: the share of the answer's figures that its prime has. **Copied**: the\
 share of its 8-note figures that the train split has. Both should be as for the truth.
- **Diversity**: how few notes two answers to one prime share. **ms per note**: time of one\
 processor to hear the prime and answer, over the notes of the answer.
- Baselines are fitted on the valid split. "Another piece" is chance; kNN looks up what once\
 followed two bars of the train split.

## Bits per note by kind of music and by attribute

{_bits(music, rows)}

## Bits per note by instrument

{_by_voice(rows)}

## Answers against the truth

The mean over all answers; in the models' and baselines' rows the distance from the truth, with *\
 where it lies within the truth's 95 % interval.

{_gaps(rows, tuple(MEASURES))}

## Structure

{_gaps(rows, (*STRUCTURE, COPIED))}
"""


def headline(rows: Sequence[Summary]) -> str:
    """Return the table of all rows."""
    return table(HEADS, [_headline(row) for row in rows])


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _interval(value: Interval | None, form: str = ".2f") -> str:
    if value is None or math.isnan(value[0]):
        return "-"
    return f"{value[0]:{form}} [{value[1]:{form}}, {value[2]:{form}}]"


def _number(value: float | None, form: str = ".2f") -> str:
    return "-" if value is None or math.isnan(value) else f"{value:{form}}"


def _middle(value: Interval | None, form: str = ".2f") -> str:
    return _number(value[0] if value else None, form)


def _headline(row: Summary) -> list[str]:
    measures, foils = row.measures or {}, row.foils or {}
    return [
        row.name,
        _interval(row.bits.total if row.bits else None),
        _number(row.bits.per_beat[0] if row.bits else None, ".1f"),
        *(_middle(foils.get(name)) for name in FOILS),
        f"{sum(row.within.values())} of {len(row.within)}" if row.within else "-",
        *(_middle(measures.get(name), ".1%") for name in (*RETURNING, COPIED)),
        _middle(row.diversity),
        _number(row.ms_per_note),
    ]


def _bits(music: Music, rows: Sequence[Summary]) -> str:
    """Return a table of those that foretell; the last columns know durations and velocities."""
    attributes = ("shift", "voice", "pitch", "duration", "velocity")
    known = [f"{name} (all known)" for name in ("onset", *attributes[1:])]
    lines = [
        [
            row.name,
            *(_interval(value) for value in (row.bits.onset, row.bits.sound)),
            *(_number(value) for value in row.bits.groups),
            *(_number(row.bits.shown[name] if row.bits.shown else None) for name in attributes),
        ]
        for row in rows
        if row.bits
    ]
    return table(["", "onset", "voice and pitch", *music.groups, *known], lines)


def _by_voice(rows: Sequence[Summary]) -> str:
    """Return a table of those that foretell, with a column for each instrument there is."""
    told = [row for row in rows if row.bits_by_voice]
    voices = tuple(told[0].bits_by_voice or ()) if told else ()
    lines = [[r.name, *(_number((r.bits_by_voice or {})[v]) for v in voices)] for r in told]
    return table(["", *voices], lines)


def _gaps(rows: Sequence[Summary], names: Sequence[str]) -> str:
    """Return a table with a line per measure and a column per row; the truth comes first."""
    playing = [row for row in rows if row.measures and row.kind != TRUTH]
    truth = next(row for row in rows if row.kind == TRUTH)
    means = truth.measures or {}
    lines = []
    for name in names:
        cells = [
            _number((row.gaps or {}).get(name), "+.3f") + "*" * (row.within or {}).get(name, False)
            for row in playing
        ]
        lines.append([name, _interval(means.get(name), ".3f"), *cells])
    return table(["", truth.name, *(row.name for row in playing)], lines)


def as_json(music: Music, rows: Sequence[Summary], found: Measured, facts: Facts) -> str:
    """Return all that was measured, with what it was measured on."""
    names = tuple(music.groups)
    listed = []
    for row in rows:
        told = asdict(row)
        if row.bits:
            told["bits"]["groups"] = dict(zip(names, row.bits.groups, strict=True))
            told["bits_by_item"] = found.sheets[row.name].paid.sum(axis=(1, 2)).tolist()
        listed.append(told)
    report = {
        **facts,
        "pieces": len({item.piece for item in music.items}),
        "notes": sum(item.count for item in music.items),
        "packs": music.groups,
        "rows": listed,
        "sweep": sweep_means(found),
        "items": [item_id(item) for item in music.items],
        "notes_by_item": [item.count for item in music.items],
    }
    return json.dumps(_without_nan(report), indent=2) + "\n"


def sweep_means(found: Measured) -> list[Facts]:
    """Return the mean of each measure at each temperature."""
    return [
        {
            "model": name,
            "temperature": heat,
            "diversity": _mean(sheet.diversity.tolist()),
            "measures": {m: _mean(sheet.measured[:, i].tolist()) for i, m in enumerate(MEASURED)},
        }
        for (name, heat), sheet in found.sweep.items()
    ]


def _mean(values: list[float]) -> float:
    told = [value for value in values if not math.isnan(value)]
    return sum(told) / len(told) if told else math.nan


def facts_of(*, suite: str, split: str, plan: Suite, data: Path, seconds: float) -> Facts:
    """Return how it was measured."""
    packages = ("numpy", "onnxruntime", "onnxruntime-gpu", "symusic")
    return {
        "suite": suite,
        "split": split,
        "items_per_group": plan.items,
        "samples": plan.samples,
        "temperatures": plan.temperatures,
        "data": str(data),
        "seconds": round(seconds, 1),
        "versions": {
            "antiphon": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in packages if _is_there(name)},
        },
    }


def _is_there(package: str) -> bool:
    return any(True for _ in distributions(name=package))


def _without_nan(value: Any) -> Any:
    """Return a value with None for nan, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
