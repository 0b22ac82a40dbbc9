"""What one child is told of a knob that moves: its first value at once, then its newest.

A fader may send a thousand values a second, and each line wakes the child that reads it. Whatever
else a child is told comes after what was turned before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bridge.core.events import Message, Turned

PAUSE = 0.004  # seconds between two tellings: a model's note takes as long


class Turns:
    """Stands before a child's link."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._waiting: dict[str, Turned] = {}  # by name, the last turned last
        self._pause: asyncio.TimerHandle | None = None

    def send(self, message: Message) -> None:
        """Send a message; of quick turns of a parameter, the newest."""
        if isinstance(message, Turned):
            self._waiting.pop(message.name, None)
            self._waiting[message.name] = message
            if self._pause is None:
                self._tell()
        else:
            self._empty()
            self._send(message)

    def close(self) -> None:
        """Forget what was not told: the next child begins with it."""
        self._waiting.clear()
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    def _tell(self) -> None:
        self._pause = None
        if self._waiting:
            self._empty()
            self._pause = asyncio.get_running_loop().call_later(PAUSE, self._tell)

    def _empty(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for turned in waiting.values():
            self._send(turned)
