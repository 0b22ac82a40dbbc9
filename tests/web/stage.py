"""A hub with a panel, and a browser that is only a socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from tests.control.stage import perform

PATIENCE = 5.0  # seconds

Story = Callable[[Hub, int], Awaitable[None]]


def free_tcp_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class Browser:
    """What the page of the panel is to us: lines to and fro."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        self.lines: list[list[Any]] = []

    async def say(self, *line: Any) -> None:
        await self.wire.send(json.dumps(line))

    async def hear(self, address: str) -> list[Any]:
        """Return the arguments of the next line at an address; the others are left out."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self.lines:
                    line = self.lines.pop(0)
                    if line[0] == address:
                        return line[1:]
                self.lines += json.loads(await self.wire.recv())


@asynccontextmanager
async def browser(port: int, **options: Any) -> AsyncIterator[Browser]:
    async with connect(f"ws://127.0.0.1:{port}/socket", **options) as wire:
        yield Browser(wire)


def tell(story: Story, folder: Path, **plan: Any) -> Hub:
    """Tell a story of a hub with a panel and without children."""
    port = free_tcp_port()
    for name in ("swing", "note-transformer"):
        (folder / f"{name}.onnx").touch()
        (folder / f"{name}.json").touch()
    stage = Plan(
        osc_port=plan.pop("osc_port", 0), web_port=port, takes=folder / "takes", models=folder,
        presets=folder / "presets",
        commands=plan.pop("commands", {}), **plan,
    )  # fmt: skip
    hub, ended = asyncio.run(perform(stage, lambda hub: story(hub, port)))
    assert ended == []
    return hub
