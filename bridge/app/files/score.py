"""`antiphon score`: how well a model foresees a continuation, in bits."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bridge.app.files.seeds import bar_line_after, read_seed
from bridge.core.errors import BridgeError, SettingError
from bridge.core.music import TICKS_PER_BEAT
from bridge.core.params import Settings, strict
from bridge.evaluation.models import ModelScorer
from bridge.evaluation.score import item_of_pair
from bridge.evaluation.score import score as cost

COLUMNS = ("prime", "continuation")

Report = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of `antiphon score`."""

    model: str
    memory: float = 1.0
    hidden: bool = False
    as_json: bool = False


def score(files: Sequence[Path], table: Path | None, order: Order, models: Path) -> None:
    """Score a prime and its continuation, or all the pairs of a table."""
    if len(files) != (len(COLUMNS) if table is None else 0):
        raise SettingError("score takes a prime and its continuation, or --pairs FILE.csv")
    memory = strict(Settings(), "memory", order.memory).memory
    rows = [] if table is None else read_table(table)
    scorer = ModelScorer.load(models, order.model, memory=memory)
    if table is not None:
        _score_table(scorer, table, rows, order)
        return
    prime, continuation = files
    report = _one(scorer, prime, continuation, order)
    print(json.dumps(report, indent=2) if order.as_json else _lines(report))


def _score_table(
    scorer: ModelScorer, table: Path, rows: list[dict[str, str]], order: Order
) -> None:
    """Score all pairs; a broken one is told and counted, and the others are scored."""
    reports: list[Report] = []
    errors: list[BridgeError] = []
    for number, row in enumerate(rows, start=1):
        try:
            if not all(row.values()):
                raise SettingError("a prime and a continuation are needed")
            prime, continuation = (table.parent / row[name] for name in COLUMNS)
            reports.append(_one(scorer, prime, continuation, order))
        except BridgeError as error:
            print(f"antiphon: pair {number}: {error}", file=sys.stderr)
            errors.append(error)
            continue
        if not order.as_json:
            print(_lines(reports[-1]), flush=True)
    if order.as_json:
        print(json.dumps(reports, indent=2))
    if errors:
        raise type(errors[0])(f"{table}: {len(errors)} of {len(rows)} pairs could not be scored")


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the pairs of a table, missing cells empty; raises SettingError where it is none."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, skipinitialspace=True)
            found = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in rows]
            heads = rows.fieldnames or []
    except OSError as error:
        raise SettingError(f"--pairs {path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error):
        raise SettingError(f"--pairs {path}: not a table of comma-separated text") from None
    if missing := [name for name in COLUMNS if name not in heads]:
        raise SettingError(f"--pairs {path}: has no column {' and no column '.join(missing)}")
    if not found:
        raise SettingError(f"--pairs {path}: has no pairs")
    return found


def _one(scorer: ModelScorer, prime: Path, continuation: Path, order: Order) -> Report:
    """Score a pair; return what to report."""
    seed, after = read_seed(prime, "prime"), read_seed(continuation, "continuation")
    follows = [replace(n, onset=n.onset - after.moved) for n in after.notes]
    bar = seed.meter.bar_ticks
    beats = bar_line_after(follows, bar) / TICKS_PER_BEAT  # the whole bars that it fills
    notes = [replace(n, onset=n.onset + seed.start) for n in follows]
    item = item_of_pair(seed.notes, notes, bar)
    found = cost(scorer, item, beats, hidden=order.hidden)
    return {
        "prime": str(prime),
        "continuation": str(continuation),
        "model": order.model,
        "memory": order.memory,
        "hidden": order.hidden,
        "notes": found.notes,
        "beats": found.beats,
        # What a family does not foretell costs nothing, which is not the same as foreseeing it.
        "bits_per_note": {
            n: round(bits, 6) if bits else None for n, bits in found.per_note.items()
        },
        "bits_per_beat": round(found.per_beat, 6),
    }


def _lines(report: Report) -> str:
    """Return a report as lines to read."""
    notes, beats, bits = report["notes"], report["beats"], report["bits_per_note"]
    shares = {**bits, "all": sum(filter(None, bits.values()))}

    def told(value: float | None, many: float = 1) -> str:
        return "-" if value is None else f"{value * many:.3f}"

    rows = [
        ["", *shares],
        ["bits per note", *(told(value) for value in shares.values())],
        ["bits per beat", *(told(value, notes / beats) for value in shares.values())],
    ]
    head = f"{report['prime']} -> {report['continuation']}: {notes} notes in {beats:g} beats"
    return "\n".join(
        [head, *(f"{row[0]:15}" + "".join(f"{c:>10}" for c in row[1:]) for row in rows)]
    )
