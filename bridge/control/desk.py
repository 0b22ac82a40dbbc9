"""What the process that holds the jam and its control surfaces ask of each other."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from bridge.control.snapshot import Snapshot
from bridge.core.events import Message
from bridge.core.params import Value


class Desk(Protocol):
    """What a surface needs of the process it is in."""

    snapshot: Snapshot

    def turn(self, name: str, raw: Value) -> Value:
        """Set a parameter, show it on all surfaces and return the value applied."""

    def press(self, action: str) -> None:
        """Do one of ACTIONS."""

    def play(self, status: int, data1: int, data2: int) -> None:
        """Take a channel message as if the player's keyboard had sent it."""

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed; `code` is an error's exit code."""

    def do(self, deed: str, name: str) -> Coroutine[Any, Any, str]:
        """Begin one of DEEDS or LOOKED; what is awaited is the address at which it shows."""

    def names(self, of: str) -> Sequence[str]:
        """Return the names of one of LISTS."""


class Surface(Protocol):
    """What the process tells each of its surfaces."""

    def publish(self) -> None:
        """Readings may have changed."""

    def show(self, addresses: Sequence[str]) -> None:
        """Show parameters and readings that somebody has set, whoever it was."""

    def tell(self, message: Message) -> None:
        """Take note of what one process has said to the others."""

    async def close(self) -> None:
        """Show nothing any more."""
