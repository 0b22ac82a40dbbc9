"""How many WebSockets there may be: who says nothing makes room for others.

A page says something every few seconds, a browser with many of them asleep once a minute.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.control.reach import LOOP

CROWD = 32  # sockets at a time
GUESTS = 8  # of them from one address that is not this machine's
LULL = 10.0  # seconds without a word after which one that has spoken may have to go
TRY_AGAIN = 1013  # the code of a socket that is closed for want of room


class _FullError(Exception):
    """There is no room, and nobody who has to make any."""


@dataclass(slots=True, eq=False)
class _Socket:
    host: str
    send: Send
    last: float = -math.inf  # when it said something


class Sockets:
    """Stands before an ASGI app and counts the WebSockets that it accepts.

    Where there is no room, the one that has said nothing for longest is closed, first of all the
    oldest that never has; where all have spoken of late, the newcomer is answered 503.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: dict[_Socket, None] = {}  # the oldest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; keep count of sockets."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        this = _Socket(client[0] if client else "", send)

        async def hear() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                this.last = asyncio.get_running_loop().time()
            return message

        async def tell(message: Message) -> None:
            if message["type"] == "websocket.accept":
                await self._take_in(this)
            await send(message)

        try:
            await self._app(scope, hear, tell)
        except _FullError:
            await PlainTextResponse("too many sockets are open", 503)(scope, receive, send)
        finally:
            self._open.pop(this, None)

    async def _take_in(self, newcomer: _Socket) -> None:
        theirs = [each for each in self._open if each.host == newcomer.host]
        if not newcomer.host.startswith(LOOP) and len(theirs) >= GUESTS:
            leaving = self._idlest(theirs)
        elif len(self._open) >= CROWD:
            leaving = self._idlest(list(self._open))
        else:
            leaving = None
        self._open[newcomer] = None
        if leaving is not None:
            await leaving.send({"type": "websocket.close", "code": TRY_AGAIN, "reason": "full"})

    def _idlest(self, sockets: list[_Socket]) -> _Socket:
        """Take out and return who has to go; _FullError where all have spoken of late."""
        idlest = min(sockets, key=lambda each: each.last)
        if idlest.last > asyncio.get_running_loop().time() - LULL:
            raise _FullError
        del self._open[idlest]
        return idlest
