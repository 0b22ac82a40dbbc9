"""A jam whose hub lives in this process, so that we hear what the others tell it, and when.

Player and engine are real processes; the player writes down what leaves it.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil

from bridge.app.bench.sent import Sent, read_log
from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.control.snapshot import Snapshot
from bridge.core.errors import BridgeError
from bridge.core.events import Message
from bridge.core.params import Settings

PATIENCE = 60.0  # seconds
LOOK = 0.005  # seconds


class Ear(Hub):
    """A hub that keeps what it was told: (second, message)."""

    told: list[tuple[float, Message]]

    def _take_in(self, who: str, message: Message) -> None:
        self.told.append((time.monotonic(), message))
        super()._take_in(who, message)


class Nobody:
    """A view for nobody."""

    def show(self, snapshot: Snapshot) -> None:
        """Look away."""

    def close(self, snapshot: Snapshot) -> None:
        """Look away."""


class Stage:
    """A jam that can be heard and disturbed."""

    def __init__(self, plan: Plan) -> None:
        self.hub = Ear(plan, Nobody())
        self.told = self.hub.told = []
        self.lives = [asyncio.create_task(self.hub.crew.keep(who)) for who in plan.commands]
        self._log = Path(plan.play)

    def sent(self) -> list[Sent]:
        """Return what has left the player so far."""
        return read_log(self._log)

    def state(self) -> str:
        """Return what the session does."""
        return self.hub.snapshot.status.state

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait for something; raises BridgeError when a process ended or after PATIENCE."""
        end = time.monotonic() + PATIENCE
        while not true():
            for life in self.lives:
                if life.done():
                    life.result()
            if time.monotonic() > end:
                raise BridgeError(f"waited {PATIENCE:g} s in vain for {what}")
            await asyncio.sleep(LOOK)

    def kill(self, who: str) -> None:
        """Kill the player or the engine."""
        for child in psutil.Process().children():
            if f"bridge.app.{who}.process" in child.cmdline():
                child.kill()

    async def close(self) -> None:
        """End the jam."""
        for life in self.lives:
            life.cancel()
        await asyncio.gather(*self.lives, return_exceptions=True)
        await self.hub.close()


@contextlib.asynccontextmanager
async def stage(settings: Settings, models: Path) -> AsyncIterator[Stage]:
    """A stage with the built-in musician; it closes with the block."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(
            settings=settings, osc_port=0, takes=Path(folder, "takes"), models=models,
            presets=Path(folder, "presets"), api="loopback", play=str(Path(folder, "sent")),
        )  # fmt: skip
        playing = Stage(plan)
        try:
            yield playing
        finally:
            await playing.close()
