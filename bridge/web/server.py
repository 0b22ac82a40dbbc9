"""An HTTP server in the running event loop: uvicorn, without its hand on signals and logs."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from bridge.core.errors import PortError
from bridge.web.sockets import Sockets
from bridge.web.visit import Visit

LOOPBACK = "127.0.0.1"  # whoever can ask here can play: this machine only
MESSAGE_LIMIT = 1 << 16  # bytes of one message to us
QUEUE_LIMIT = 64  # messages that wait to be read before the sender must
DATE = 1.0  # seconds between two settings of the date that answers carry
PING = 20.0  # seconds: a socket that is silent for twice as long is closed


class _Server(uvicorn.Server):
    """Leaves the signals to the process it is in, and sleeps while nobody asks."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leave = asyncio.Event()

    async def main_loop(self) -> None:
        """Set the date once a second until told to leave; uvicorn looks ten times."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leave.wait(), DATE)

    def leave(self) -> None:
        """End the main loop."""
        self.should_exit = True
        self._leave.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class _WebSocket(WebSocketsSansIOProtocol):
    """A WebSocket that may be closed from both ends at once; uvicorn 0.54 fails on that."""

    def shutdown(self) -> None:
        """Close, or just let go of one whose other end is closing it."""
        with contextlib.suppress(InvalidState):
            super().shutdown()
        self.transport.close()


class WebServer:
    """Serves one app on one port from `open` to `close`."""

    def __init__(self, app: ASGIApp, flag: str) -> None:
        """`flag` is the option that chooses the port, for who must choose another."""
        self._server = _Server(
            uvicorn.Config(
                Sockets(app), http=Visit, loop="none", lifespan="off", log_config=None,
                access_log=False, server_header=False, ws=_WebSocket,
                ws_max_size=MESSAGE_LIMIT, ws_max_queue=QUEUE_LIMIT, ws_ping_interval=PING,
                ws_ping_timeout=PING, timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._flag = flag
        self._life: asyncio.Task[None] | None = None
        self.port = 0

    async def open(self, port: int, host: str = LOOPBACK) -> None:
        """Begin to serve; PortError if the port is taken."""
        sock = self._bound(host, port)
        self.port = sock.getsockname()[1]
        self._life = asyncio.create_task(self._server.serve([sock]))

    def _bound(self, host: str, port: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two listen on one port
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, port))
            sock.listen()  # who comes before uvicorn does, waits
        except OSError as error:
            sock.close()
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
            what = self._flag.strip("-").removesuffix("-port")  # web, query
            raise PortError(
                f"{what} port {port} {why}; choose another with {self._flag}, 0 for none"
            ) from None
        return sock

    async def close(self) -> None:
        """End all connections and stop."""
        if self._life is not None:
            self._server.leave()
            await self._life
            self._life = None
