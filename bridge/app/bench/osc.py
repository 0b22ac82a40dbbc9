"""What a flood of OSC does to a jam: whether messages are lost, how late surfaces and notes are.

A whole jam, its hub in this process, answers without end, and its player has a steady stream of
notes to play besides; then another does the same while `flood` runs beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil

from bridge.app.bench.flood import RATE, SURFACES
from bridge.app.bench.rows import Row, drawn, none_of, spread
from bridge.app.bench.stage import Nobody
from bridge.app.engine.pace import percentile
from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.core.beat import BeatClock
from bridge.core.errors import BridgeError
from bridge.core.events import Play
from bridge.core.params import Settings

LATER_MS, FEEDBACK_MS = 1.0, 20.0  # goals for 99th percentiles
PATIENCE, LOOK = 60.0, 0.05  # seconds
AHEAD, SIXTEENTH = 2.0, 0.25  # beats
TAKE, CHANNEL = 1_000_000, 8  # which no answer has


def flooded(seconds: float, models: Path) -> list[Row]:
    """Measure a jam without and with a flood, half the time each."""
    return asyncio.run(_measured(seconds / 2, models))


class Traced(Hub):
    """A hub whose player writes down how late its notes are."""

    def __init__(self, plan: Plan, trace: Path) -> None:
        super().__init__(plan, Nobody())
        self._trace = trace

    def _config(self, who: str) -> dict[str, Any]:
        config = super()._config(who)
        return config | {"trace": str(self._trace)} if who == "player" else config


async def _measured(seconds: float, models: Path) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        quiet, loud = Path(folder, "quiet"), Path(folder, "loud")
        async with _jam(models, quiet) as hub:
            await _stream(hub, seconds)
        async with _jam(models, loud) as hub:
            busy = psutil.Process()
            busy.cpu_percent()
            stream = asyncio.create_task(_stream(hub, seconds))
            found = await _flood(hub.plan.osc_port, seconds)
            await stream
            share = busy.cpu_percent()
        return _rows(found, share, *(_milliseconds(trace) for trace in (quiet, loud)))


@contextlib.asynccontextmanager
async def _jam(models: Path, trace: Path) -> AsyncIterator[Hub]:
    """A jam that answers without end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plan = Plan(
        settings=Settings(clock_bpm=180.0, mode="infinite"), osc_port=port, models=models,
        takes=trace.with_name("takes"), presets=trace.with_name("presets"), api="loopback",
    )  # fmt: skip
    hub = Traced(plan, trace)
    await hub.open()
    lives = [asyncio.create_task(hub.crew.keep(who)) for who in plan.commands]
    try:
        for _ in range(round(PATIENCE / LOOK)):
            await asyncio.sleep(LOOK)
            if hub.snapshot.status.state == "responding":
                break
        yield hub
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        await hub.close()


async def _stream(hub: Hub, seconds: float) -> None:
    """Give the player sixteenths, each some beats before its time."""
    pulse = hub.snapshot.pulse
    assert pulse is not None
    line = BeatClock(pulse.second, pulse.beat, pulse.bpm)
    beat, end = line.beat_at(time.monotonic()) + AHEAD, time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        while beat < line.beat_at(now) + AHEAD:
            hub.crew.send("player", Play(TAKE, beat, SIXTEENTH / 2, CHANNEL, 60, 60))
            beat += SIXTEENTH
        await asyncio.sleep(LOOK)


async def _flood(port: int, seconds: float) -> dict[str, Any]:
    command = (sys.executable, "-m", "bridge.app.bench.flood", str(port), str(seconds))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    if process.returncode:
        raise BridgeError("the flood did not end well")
    found: dict[str, Any] = json.loads(told)
    return found


def _milliseconds(trace: Path) -> list[float]:
    return sorted(1000 * late for late in json.loads(trace.read_text()))


def _rows(found: dict[str, Any], share: float, quiet: list[float], loud: list[float]) -> list[Row]:
    sent, lost = found["sent"], found["sent"] - found["echoes"]
    what = f"{RATE:,} OSC messages a second"
    told = [1000 * delay for delay in found["delays"]]
    before, after = percentile(quiet, 0.99), percentile(loud, 0.99)
    note = (
        f"{sent:,} sent, {found['echoes']:,} confirmed, {found['strays']} out of order; control"
        f" took {share:.0f} % of a core, the sender lagged {1000 * found['lag']:.0f} ms at worst"
    )
    heard = (
        f"{len(told):,} messages to {SURFACES} surfaces, as they were received,"
        f" worst {max(told):.1f} ms"
    )
    notes = f"p99 {before:.2f} ms of {len(quiet)} notes without, {after:.2f} ms of {len(loud)} with"
    later = after - before
    return [
        none_of(f"{what}: lost", lost, unit="messages", note=note),
        drawn(spread(f"{what}: feedback", told, by="p99", most=FEEDBACK_MS, note=heard), told),
        Row(
            f"{what}: player later, p99", later, "ms", goal=f"<= {LATER_MS:g} ms",
            holds=later <= LATER_MS, note=notes,
        ),
    ]  # fmt: skip
