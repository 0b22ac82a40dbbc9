"""How punctual a jam is and what it costs: real processes, measured from outside."""

from __future__ import annotations

import statistics
from pathlib import Path

from bridge.app.bench.jam import Jam, jam
from bridge.app.bench.rows import Row, none_of, spread

FAST, USUAL = 180.0, 120.0  # BPM
REST_SHARE, ANSWER_SHARE, RESIDENT_MB = 2.0, 25.0, 350.0  # goals: % of a core, MB
SETTLE = 2.0  # seconds after the models have loaded


def fast(seconds: float, models: Path) -> list[Row]:
    """Measure a jam at 180 BPM: the built-in musician plays, the model goes on and on."""
    what = f"{FAST:g} BPM"
    with jam(models, "--set", f"clock_bpm={FAST:g}", "--set", "mode=infinite") as playing:
        playing.await_state("responding")
        shares = playing.shares(seconds)
        counts = playing.osc.ask("late/count")
        memory = _memory(playing)
    if counts is None:
        late = Row(f"jam late notes, {what}", float("nan"), "notes", goal="0", note="not answered")
    else:
        note = f"{seconds:g} s; over 20 ms late {counts[0]}, left out {counts[1]}"
        late = none_of(f"jam late notes, {what}", sum(counts), note=note)
    return [late, _share(f"jam CPU, {what}", shares), *memory]


def answering(seconds: float, models: Path) -> list[Row]:
    """Measure what a jam takes while it answers at 120 BPM."""
    with jam(models, "--set", f"clock_bpm={USUAL:g}", "--set", "mode=infinite") as playing:
        playing.await_state("responding")
        shares = playing.shares(seconds)
    return [_share(f"jam CPU, {USUAL:g} BPM", shares, ANSWER_SHARE)]


def rest(seconds: float, models: Path) -> list[Row]:
    """Measure a companion beside a stopped DAW: armed, waiting for the clock."""
    with jam(models, "--set", "clock_source=midi") as waiting:
        waiting.await_state("armed")
        waiting.shares(SETTLE)
        shares = waiting.shares(seconds)
    return [_share("jam CPU at rest", shares, REST_SHARE)]


def _share(name: str, shares: list[float], most: float | None = None) -> Row:
    """Return the row of a share of one core: the mean, and percentiles over seconds."""
    seconds = spread(name, shares, "% of a core")
    mean = statistics.fmean(shares)
    goal = "" if most is None else f"<= {most:g} %"
    holds = None if most is None else mean <= most
    return Row(name, mean, seconds.unit, seconds.p50, seconds.p95, seconds.p99, goal, holds)


def _memory(playing: Jam) -> list[Row]:
    resident, shared = playing.resident(), playing.proportional()
    count = len(playing.family())
    goal, holds = f"<= {RESIDENT_MB:g} MB", resident <= RESIDENT_MB
    note = f"RSS of {count} processes, in which shared pages count again and again"
    rows = [Row("jam resident memory", resident, "MB", goal=goal, holds=holds, note=note)]
    if shared is not None:
        rows.append(
            Row("jam proportional memory", shared, "MB", note="PSS: shared pages count once")
        )
    return rows
