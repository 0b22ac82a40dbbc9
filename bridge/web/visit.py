"""One HTTP connection of uvicorn's, with a deadline and a place in a crowd that is limited.

uvicorn has no deadline for a request that never ends, and its `limit_concurrency` turns away those
who ask when many others only sit there. Here they who sit there go: after a while, and at once
where somebody else needs the place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from bridge.control.reach import LOOP

CROWD = 64  # connections at a time, sockets of pages not among them
GUESTS = 16  # of them from one address that is not this machine's
PATIENCE = 5.0  # seconds for the head of a request
STANDSTILL = 20.0  # seconds until who reads nothing of our answer goes
FULL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Visit(H11Protocol):
    """A connection from its opening to its end, or until it becomes a WebSocket."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._stuck = False  # what we answer is not read
        self.came = self.loop.time()

    @property
    def is_idle(self) -> bool:
        """Whether nothing whole has been asked that is still to be answered."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's type leaves out the beginning
        return cycle is None or cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it in where there is room (called by asyncio)."""
        super().connection_made(transport)
        if not self._finds_room():
            transport.write(FULL)
            transport.close()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it (called by asyncio)."""
        super().connection_lost(exc)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take in what came (called by asyncio)."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request (called by uvicorn)."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Note that it does not read (called by asyncio)."""
        super().pause_writing()
        self._stuck = True
        self._watch()

    def resume_writing(self) -> None:
        """Note that it reads (called by asyncio)."""
        super().resume_writing()
        self._stuck = False
        self._watch()

    def leave(self) -> None:
        """End it at once."""
        self.connections.discard(self)
        self.transport.abort()

    def _watch(self) -> None:
        """Have a deadline while we wait; one who sends a byte now and then gains no time by it."""
        if self not in self.connections or not (self.is_idle or self._stuck):
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None
        elif self._deadline is None:
            seconds = STANDSTILL if self._stuck else PATIENCE
            self._deadline = self.loop.call_later(seconds, self.leave)

    def _finds_room(self) -> bool:
        """Tell whether there is a place; the oldest that is idle gives it up."""
        all_ = [each for each in self.connections if isinstance(each, Visit) and each is not self]
        host = _host(self)
        theirs = [each for each in all_ if _host(each) == host]
        if not host.startswith(LOOP) and len(theirs) >= GUESTS and not _send_away(theirs):
            return False
        return len(all_) < CROWD or _send_away(all_)


def _send_away(visits: Collection[Visit]) -> bool:
    idle = [each for each in visits if each.is_idle]
    if idle:
        min(idle, key=lambda each: each.came).leave()
    return bool(idle)


def _host(visit: Visit) -> str:
    return visit.client[0] if visit.client else ""
