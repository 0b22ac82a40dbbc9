"""How punctual the player process is, alone and beside busy neighbours: its timer, no port."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bridge.app.bench.neighbours import neighbours
from bridge.app.bench.rows import Row, drawn, none_of, spread
from bridge.app.bench.timing import perform

BPM = 180.0
ALONE_MS, CROWDED_MS = 2.0, 5.0  # goals for the 99th percentile


def alone(seconds: float, models: Path) -> list[Row]:
    """Measure the player alone: sixteenths and chords against the beat grid, internal clock."""
    del models
    return _rows("player lateness", seconds, ALONE_MS)


def crowded(seconds: float, models: Path) -> list[Row]:
    """Measure it beside a model that draws without pause and a process that only counts."""
    with neighbours(models) as others:
        for other in others:
            other.cpu_percent()
        rows = _rows("player lateness, cores busy", seconds, CROWDED_MS)
        shares = " and ".join(f"{other.cpu_percent():.0f}" for other in others)
    beside = f"a model drawing and a process counting took {shares} % of a core"
    return [replace(rows[0], note=f"{rows[0].note}; {beside}"), *rows[1:]]


def _rows(name: str, seconds: float, most: float) -> list[Row]:
    lateness, counts = perform(seconds, BPM)
    times = [1000 * late for late in lateness]
    told = f"{BPM:g} BPM, {len(times)} notes, worst {max(times):.2f} ms"
    late, dropped = counts.late, f"dropped {counts.dropped}"
    return [
        drawn(spread(name, times, by="p99", most=most, note=told), times),
        none_of(f"{name}: notes over 20 ms", late + counts.dropped, note=dropped),
    ]
