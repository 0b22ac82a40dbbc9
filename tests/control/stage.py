"""A jam of stand-ins: its messages, and how a story is told in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.core.events import (
    Heard,
    Pulse,
    Status,
)
from bridge.core.wire import encode

ROOT = Path(__file__).resolve().parents[2]
Jam = Callable[..., tuple[Hub, list[BaseException]]]


def line(message: Any) -> str:
    return encode(message).decode().strip()


def status(state: str, take: int = 0) -> Status:
    return Status(state, take, 0, 0, "", "swing", "CPU", 0.0)


def pulse(beat: float) -> Pulse:
    return Pulse(1.0, beat, 120.0, playing=True, source="midi", status="locked")


def on(pitch: int) -> Heard:
    return Heard(0.5, 0x90, pitch, 90)


async def until(true: Callable[[], object], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)


class Nobody:
    def show(self, snapshot: object) -> None: ...
    def close(self, snapshot: object) -> None: ...


async def perform(
    plan: Plan, story: Callable[[Hub], Awaitable[None]]
) -> tuple[Hub, list[BaseException]]:
    hub = Hub(plan, Nobody())
    await hub.open()
    lives = [asyncio.create_task(hub.crew.keep(who)) for who in plan.commands]
    telling = asyncio.ensure_future(story(hub))
    await asyncio.wait([*lives, telling], return_when=asyncio.FIRST_COMPLETED)
    ended = [life.exception() for life in lives if life.done()]
    for task in (*lives, telling):
        task.cancel()
    [*_, told] = await asyncio.gather(*lives, telling, return_exceptions=True)
    await hub.close()
    if isinstance(told, Exception):
        raise told
    return hub, [error for error in ended if error]


async def greeted(hub: Hub) -> None:
    await until(lambda: hub.snapshot.ports[0] and hub.snapshot.status.model)
