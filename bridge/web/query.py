"""OSCQuery: a program asks over HTTP which addresses there are, and listens on a WebSocket.

GET on an OSC address answers the node and all below it as JSON, `?VALUE` and the like one
attribute: 400 for one we do not know, 404 for an address there is not, 204 for what a node lacks.
The socket takes LISTEN and IGNORE as JSON, and OSC packets, which are obeyed as if they had come
by UDP; values listened to and answers are sent as OSC packets.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bridge.control.desk import Desk
from bridge.control.exchange import Exchange
from bridge.control.query import ATTRIBUTES, find, host_info, tree
from bridge.control.reach import HERE, Reach
from bridge.control.surfaces import ROOT, readable
from bridge.core.errors import SettingError
from bridge.web.guard import Guard
from bridge.web.server import WebServer

FLAG = "--query-port"
BACKLOG = 256  # packets that wait for one who does not read; then nothing more is taken from it


class QueryServer:
    """The HTTP port of OSCQuery."""

    def __init__(
        self, desk: Desk, exchange: Exchange, osc_port: int = 0, reach: Reach = HERE
    ) -> None:
        """`osc_port` is where OSC is taken over UDP; 0 is nowhere."""
        self._desk = desk
        self._exchange = exchange
        self._osc_port = osc_port
        self._reach = reach
        routes = [
            Route("/{path:path}", self._answer, methods=["GET"]),
            WebSocketRoute("/{path:path}", self._serve),
        ]
        # Programs know no tokens: those whose OSC is obeyed may also ask.
        guard = Guard(Starlette(routes=routes), reach.names, reach.token, reach.allowed)
        self._server = WebServer(guard, FLAG)

    @property
    def port(self) -> int:
        """The TCP port it is served on; 0 before `open`."""
        return self._server.port

    async def open(self, port: int) -> None:
        """Begin to serve; PortError if the port is taken."""
        await self._server.open(port, self._reach.host)

    async def close(self) -> None:
        """End all connections and stop."""
        await self._server.close()

    async def _answer(self, request: Request) -> Response:
        asked = request.url.query
        if asked == "HOST_INFO":
            # The address we were reached by is one the caller can send OSC to.
            return JSONResponse(host_info(request.scope["server"][0], self._osc_port))
        if asked and asked not in ATTRIBUTES:
            return JSONResponse({"error": f"there is no attribute {asked[:80]}"}, 400)
        root = tree(self._desk.snapshot, self._desk.names)
        node = find(root, request.path_params["path"])
        if node is None:
            return JSONResponse({"error": "there is no such address"}, 404)
        if asked:
            return JSONResponse({asked: node[asked]}) if asked in node else Response(None, 204)
        return JSONResponse(node)

    async def _serve(self, socket: WebSocket) -> None:
        await socket.accept()
        await QueryCaller(self._exchange, socket).run()


class QueryCaller:
    """One WebSocket, from its opening to its end."""

    def __init__(self, exchange: Exchange, socket: WebSocket) -> None:
        self._exchange = exchange
        self._socket = socket
        self._packets: deque[bytes] = deque()
        self._waiting = asyncio.Event()  # there are packets
        self._room = asyncio.Event()  # there are few

    async def run(self) -> None:
        """Serve until it is closed."""
        self._room.set()
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._exchange.forget(self)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def ready(self) -> bool:
        """Whether few packets wait for it."""
        return self._room.is_set()

    def send(self, packet: bytes) -> None:
        """Send a packet soon."""
        self._packets.append(packet)
        self._waiting.set()
        if len(self._packets) >= BACKLOG:
            self._room.clear()

    def at(self, port: int) -> Self:
        """Return this connection: it hears what it asked for, whatever the port."""
        del port
        return self

    async def _write(self) -> None:
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            while self._packets:
                await self._socket.send_bytes(self._packets.popleft())
            if not self.ready:
                self._room.set()
                self._exchange.resume(self)

    async def _read(self) -> None:
        while (message := await self._socket.receive())["type"] != "websocket.disconnect":
            if message.get("bytes") is not None:
                self._exchange.take(message["bytes"], self)
            else:
                self._command(message.get("text") or "")
            await self._room.wait()

    def _command(self, text: str) -> None:
        try:
            command, address = _parsed(text)
            if command == "LISTEN":
                self._exchange.listen(self, address)
            else:
                self._exchange.ignore(self, address)
        except SettingError as error:
            self._exchange.refuse(error, self)


def _parsed(text: str) -> tuple[str, str]:
    """Return a command and an address relative to ROOT; SettingError for anything else."""
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("COMMAND") not in ("LISTEN", "IGNORE"):
        raise SettingError(f"not a command LISTEN or IGNORE: {text[:60]!r}")
    path = said.get("DATA")
    if not isinstance(path, str) or path not in {ROOT + address for address in readable()}:
        raise SettingError(f"nothing to listen to at {path!r:.80}")
    return said["COMMAND"], path.removeprefix(ROOT)
