"""What a benchmark says: rows of figures, and how a figure is made of many times.

`holds` is None where there is no goal, or where it could not be checked on this machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

PERCENTS = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; percentiles where there is a distribution."""

    name: str
    value: float
    unit: str
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    goal: str = ""
    holds: bool | None = None
    note: str = ""
    ratio: float | None = None  # how many times what it is compared with
    against: str = ""  # what that is, as in "torch eager"
    curve: tuple[float, ...] = ()  # values below which 0, 1, ... 100 % lie, where it is drawn


#: A benchmark: the seconds it may take and the folder of models go in, rows come out.
Measure = Callable[[float, Path], list[Row]]


def spread(
    name: str, values: Sequence[float], unit: str = "ms", *, by: str = "p50",
    most: float | None = None, note: str = "",
) -> Row:  # fmt: skip
    """Return the row of a distribution; its value is one of its percentiles, `by`.

    `most` is the goal for that percentile.
    """
    import numpy as np

    p50, p95, p99 = (float(x) for x in np.percentile(values, PERCENTS))
    value = {"p50": p50, "p95": p95, "p99": p99}[by]
    goal = "" if most is None else f"{by} <= {most:.3g} {unit}"
    holds = None if most is None else value <= most
    return Row(name, value, unit, p50, p95, p99, goal, holds, note)


def drawn(row: Row, values: Sequence[float]) -> Row:
    """Return a row with the whole curve of its values."""
    import numpy as np

    return replace(row, curve=tuple(float(x) for x in np.percentile(values, range(101))))


def none_of(name: str, count: float, *, unit: str = "notes", note: str = "") -> Row:
    """Return the row of something that must not happen."""
    return Row(name, count, unit, goal="0", holds=not count, note=note)


def not_measured(name: str, why: str) -> Row:
    """Return the row of what could not be measured here."""
    return Row(name, math.nan, "-", note=f"not measured: {why}")


def mark(holds: bool | None) -> str:  # noqa: FBT001 - a field of Row
    """Return what a table says of a goal."""
    return {True: "yes", False: "NO", None: ""}[holds]
