"""Results as a JSON file, so that later ones can be compared with them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from bridge.app.bench.rows import Row
from bridge.core.errors import SettingError

FORMAT = 1
ORDER = (
    "name", "value", "unit", "p50", "p95", "p99", "ratio", "against", "goal", "holds", "note",
    "curve",
)  # fmt: skip
FACTS = ("command", "made", "machine", "versions", "models")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured, when, on what and with what."""

    rows: list[Row]
    command: str
    made: str  # ISO 8601, local time
    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)  # sha256 by name


def write(path: Path, report: Report, compared: dict[str, dict[str, Any]] | None = None) -> None:
    """Write a report; `compared` are further fields of rows by name. A row takes one line."""
    facts = {"format": FORMAT} | {name: getattr(report, name) for name in FACTS}
    head = json.dumps(facts, indent=2).removesuffix("\n}")
    rows = [json.dumps(_record(row) | (compared or {}).get(row.name, {})) for row in report.rows]
    lines = ",\n    ".join(rows)
    path.write_text(f'{head},\n  "rows": [\n    {lines}\n  ]\n}}\n')


def read(path: Path) -> Report:
    """Read a report; raises SettingError, one line, where that cannot be."""
    try:
        raw = json.loads(path.read_text())
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingError(f"{path} is not JSON: {error}") from None
    if not isinstance(raw, dict) or "rows" not in raw:
        raise SettingError(f"{path} was not written by antiphon bench: it has no rows")
    if raw.get("format") != FORMAT:
        told = raw.get("format", "none")
        raise SettingError(f"{path} has format {told}, and this version reads format {FORMAT}")
    try:
        return Report(rows=[_row(record) for record in raw["rows"]], **{n: raw[n] for n in FACTS})
    except (AttributeError, KeyError, TypeError) as error:
        raise SettingError(f"{path} is not a whole report: {error}") from None


def _record(row: Row) -> dict[str, Any]:
    record = asdict(row)
    return {name: _short(record[name]) for name in ORDER if name != "curve" or row.curve}


def _row(record: dict[str, Any]) -> Row:
    known = {f.name: record[f.name] for f in fields(Row) if f.name in record}
    value = math.nan if record["value"] is None else record["value"]
    return Row(**known | {"value": value, "curve": tuple(known.get("curve", ()))})


def _short(value: object) -> object:
    """Return numbers with four digits that count, and no number that JSON does not know."""
    if isinstance(value, tuple):
        return [_short(x) for x in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value
