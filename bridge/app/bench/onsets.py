"""Onsets on JACK as an independent witness hears them: the real player, by either way out.

Everything runs on a JACK server of its own, without a sound card. Conventions: frames are JACK's
samples, seconds monotonic, beats quarter notes; results are in milliseconds and samples.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.app.bench.neighbours import neighbours
from bridge.app.bench.rows import Row, spread
from bridge.app.bench.server import PERIOD, RATE, jack_server
from bridge.app.bench.timing import COMMAND, PATIENCE, first_line, receive
from bridge.app.bench.witness import Evidence
from bridge.app.hub.child import Child
from bridge.core.beat import BeatClock
from bridge.core.devices import EXACT
from bridge.core.errors import PortError
from bridge.core.events import Action, Play

BPM, STEP = 128.0, 0.25  # quarter notes a minute; beats between onsets: 5625 frames, all phases
AHEAD = 2.0  # beats between a note's being sent to the player and its beat
RECOVERS = 0.5  # seconds after a late cycle until time is known to the sample again
CHORD = range(48, 54)  # pitches that sound when the player is stopped
STOPS, HOLD = 8, 0.5  # how often it is; seconds the chord is held, and after
PORT = "Antiphon out:to DAW"
WAYS = {"jack": "rtmidi", EXACT: "JACK-Client"}
# Goals, in ms: by rtmidi a period more; JACK-Client knows the sample.
GRID_MS = {"rtmidi": 1.5 + 1000 * PERIOD / RATE, "JACK-Client": 1000 / RATE}
BUSY_MS, STOP_MS = 5.0, 10.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What the witness heard of one run."""

    lateness: list[float]  # ms of each onset after its beat
    spacing: list[int]  # samples each onset is off, counted from the one before
    slips: int  # late cycles of JACK, with which no spacing is counted
    stops: list[float]  # ms from a stop to the last note-off


def onsets(seconds: float, models: Path) -> list[Row]:
    """Measure both ways out on an idle machine, and beside a model and a busy neighbour.

    There the notes are sent earlier by what they were late on the idle machine, as one does who has
    measured it. Raises PortError where there is no JACK.
    """
    rows: list[Row] = []
    offsets: dict[str, float] = {}  # ms
    with jack_server():
        for api, way in WAYS.items():
            heard = _measured(api, seconds)
            offsets[api] = statistics.median(heard.lateness)
            rows += _idle_rows(way, heard)
        with neighbours(models, _cores()):
            for api, way in WAYS.items():
                rows.append(_busy_row(way, _measured(api, seconds, offsets[api]), offsets[api]))
    return rows


def _cores() -> tuple[int, int]:
    """Return the first and the last core we may run on; -1 where the system does not say."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [-1]
    return cores[0], cores[-1]


def _idle_rows(way: str, heard: Heard) -> list[Row]:
    late, off, stops = heard.lateness, heard.spacing, heard.stops
    note = f"{len(late)} onsets, {heard.slips} late cycles, max {max(late):.2f} ms"
    rows = [spread(f"onsets against the grid, {way}", late, by="p99", most=GRID_MS[way], note=note)]
    if off:  # else JACK was late all the time
        most, note = 1 if way == WAYS[EXACT] else None, f"max {max(off)} samples"
        name = f"onset spacing, {way}"
        rows.append(spread(name, off, "samples", by="p99", most=most, note=note))
    note = f"the worst of {STOPS}, each with {len(CHORD)} keys down"
    stop, worst = spread(f"stop to silence, {way}", stops, note=note), max(stops)
    goal, holds = f"<= {STOP_MS:g} ms", worst <= STOP_MS
    return [*rows, replace(stop, value=worst, goal=goal, holds=holds)]


def _busy_row(way: str, heard: Heard, offset: float) -> Row:
    off = [abs(ms) for ms in heard.lateness]
    name = f"onsets off the grid beside a model and a busy core, {way}"
    note = f"{len(off)} onsets, {heard.slips} late cycles, sent {offset:.1f} ms earlier"
    return spread(name, off, by="p99", most=BUSY_MS, note=note)


def _measured(api: str, seconds: float, offset: float = 0.0) -> Heard:
    """Let a player play sixteenths `offset` ms early, then stop it while a chord sounds."""
    settings = {"clock_bpm": BPM, "clock_source": "internal", "latency_offset": offset}
    child = Child.spawn("player", COMMAND, {"settings": settings, "api": api})
    try:
        line = first_line(child)
        with witness_at(PORT) as witness:
            first = math.ceil(line.beat_at(time.monotonic()) + AHEAD)
            count = round(seconds * BPM / 60 / STEP)
            _play(child, line, first, count)
            stops = _stop(child)
            heard = evidence(witness)
    finally:
        child.ask_to_end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(PATIENCE)
        child.bury()
    grid = [line.second_at(first + k * STEP) for k in range(count)]
    return judged(heard, grid, stops)


def _play(child: Child, line: BeatClock, first: float, count: int) -> None:
    """Send the notes as an engine would, a little ahead; return after the last."""
    sent = 0
    while (now := line.beat_at(time.monotonic())) < first + count * STEP:
        while sent < count and first + sent * STEP < now + AHEAD:
            child.link.send(Play(1, first + sent * STEP, 0.8 * STEP, 0, 60 + sent % 12, 80))
            sent += 1
        receive(child)
        time.sleep(0.02)


def _stop(child: Child) -> list[float]:
    """Let a chord begin and stop while it sounds, some times; return the seconds of the stops."""
    stops = []
    for _ in range(STOPS):
        child.link.send(Action("start"))
        line = first_line(child)
        beat = line.beat_at(time.monotonic()) + 0.5
        for pitch in CHORD:
            child.link.send(Play(2, beat, 100.0, 1, pitch, 80))
        time.sleep(HOLD)
        receive(child)
        stops.append(time.monotonic())
        child.link.send(Action("stop"))
        time.sleep(HOLD)
        receive(child)
    return stops


def judged(heard: Evidence, grid: list[float], stops: list[float]) -> Heard:
    """Compare what was heard with the seconds of the onsets and stops; PortError if notes lack."""
    ons = [row for row in heard.heard if row[2].startswith("90")]
    ends = [row[1] for row in heard.heard if row[2].startswith("81")]
    if (len(ons), len(ends)) != (len(grid), len(stops) * len(CHORD)):
        raise PortError(f"JACK lost notes: of {len(grid)} onsets the witness heard {len(ons)}")
    late = [1000 * (row[1] - second) for row, second in zip(ons, grid, strict=True)]
    step, away = STEP * 60 / BPM * heard.rate, RECOVERS * heard.rate
    spacing = [
        abs(round(after[0] - before[0] - step))
        for before, after in itertools.pairwise(ons)
        if not any(before[0] - away < slip <= after[0] for slip in heard.slips)
    ]
    last = ends[len(CHORD) - 1 :: len(CHORD)]
    silent = [1000 * (end - stop) for end, stop in zip(last, stops, strict=True)]
    return Heard(late, spacing, len(heard.slips), silent)


@contextlib.contextmanager
def witness_at(port: str) -> Iterator[subprocess.Popen[str]]:
    """Let a witness listen to a port; PortError where it does not come up."""
    command = [sys.executable, "-m", "bridge.app.bench.witness", port]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise PortError("the witness did not come up")
            yield process
        finally:
            process.kill()


def evidence(witness: subprocess.Popen[str]) -> Evidence:
    """Return what a witness has heard; it ends."""
    said, _ = witness.communicate("", timeout=PATIENCE)
    return Evidence(**json.loads(said))
