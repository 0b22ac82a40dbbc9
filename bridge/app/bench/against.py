"""Now against an earlier report: which figures moved, and which got worse by more than their noise.

Noise is how far apart the middle and the high times of one and the same run lie: (p95 - p50) / p50,
of the noisier of the two runs, and never less than a tenth, since virtual machines move that much
from run to run. What has no percentiles has a tenth; a count has none, and one more is worse. What
was 0 is worse when it is above the high times of then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bridge.app.bench.rows import Row

LEAST = 0.1
COUNTS = ("notes",)  # units in which one more is more
MORE_IS_BETTER = ("x",)  # units; anything per second, too


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure and what it was."""

    then: float
    change: float | None  # now / then; None where then was 0
    noise: float  # share
    worse: bool


def compare(now: Sequence[Row], then: Sequence[Row]) -> dict[str, Compared]:
    """Return by name what became of each row that both have, in the same unit."""
    before = {(row.name, row.unit): row for row in then}
    pairs = ((row, before.get((row.name, row.unit))) for row in now)
    return {
        row.name: _compared(row, old)
        for row, old in pairs
        if old is not None and math.isfinite(row.value + old.value)
    }


def as_fields(compared: dict[str, Compared]) -> dict[str, dict[str, Any]]:
    """Return what is added to the rows of a JSON file."""
    return {name: {"compared": asdict(found)} for name, found in compared.items()}


def _compared(now: Row, then: Row) -> Compared:
    change = now.value / then.value if then.value else None
    if now.unit in COUNTS:
        return Compared(then.value, change, 0.0, worse=now.value > then.value)
    noise = max(_noise(now), _noise(then), LEAST)
    if change is None:
        return Compared(then.value, None, noise, worse=now.value > (then.p95 or 0.0))
    better = now.unit in MORE_IS_BETTER or now.unit.endswith("/s")
    worse = change * (1 + noise) < 1 if better else change > 1 + noise
    return Compared(then.value, change, noise, worse)


def _noise(row: Row) -> float:
    if row.p50 is None or row.p95 is None or row.p50 <= 0:
        return 0.0
    return (row.p95 - row.p50) / row.p50
