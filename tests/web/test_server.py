"""The server itself, at its end."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from bridge.web.server import WebServer

CLOSE = bytes((0x88, 0x80, 0, 0, 0, 0))  # a masked Close frame


async def _listen(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive()


def test_a_browser_may_leave_while_the_server_ends() -> None:
    """Its Close frame has been read, and not yet been dealt with, when all sockets are closed."""

    async def story() -> None:
        server = WebServer(Starlette(routes=[WebSocketRoute("/", _listen)]), "--web-port")
        await server.open(0)
        async with connect(f"ws://127.0.0.1:{server.port}/"):
            (connection,) = server._server.server_state.connections
            connection.conn.receive_data(CLOSE)  # type: ignore[union-attr]
            await server.close()
        assert not server._server.server_state.connections

    asyncio.run(story())
