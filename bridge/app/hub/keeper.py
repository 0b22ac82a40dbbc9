"""Keeps takes: each is written to a file, beside the loop that must never wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bridge.app.daws.daw_folders import Machine
from bridge.app.hub.last_take import show_take
from bridge.core.errors import BridgeError
from bridge.core.events import Fault, TakeDone
from bridge.send.take import write_take


class Keeper:
    """Writes takes into a folder; `tell` hears the name of each file, or what went wrong."""

    def __init__(self, folder: Path, tell: Callable[[str | Fault], None]) -> None:
        self._folder, self._tell = folder, tell
        self._writing: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()  # as they came: the last take shown is the last one played

    def keep(self, take: TakeDone) -> None:
        """Begin to write a take."""
        task = asyncio.create_task(self._write(take, datetime.now().astimezone()))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def finish(self) -> None:
        """Wait until all are written."""
        if self._writing:
            await asyncio.wait(self._writing)

    async def _write(self, take: TakeDone, now: datetime) -> None:
        async with self._turn:
            try:
                path = await asyncio.to_thread(write_take, self._folder, take, now)
                self._tell(path.name)
                await asyncio.to_thread(show_take, take, Machine())
            except BridgeError as error:
                self._tell(Fault("control", error.exit_code, str(error)))
