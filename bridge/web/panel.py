"""The web panel: its page, and a socket for each browser that looks at it.

The socket speaks the addresses of OSC as JSON: each message of ours is a list of `[address,
arguments...]`, each message to us one such list. What is added to the tables of parameters,
actions and readings is therefore spoken here too. Besides `/jam/...` there are

    /panel/table   JSON      sent first: every parameter, action and reading there is
    /panel/past    lines     then: the last lines about notes, and where it fell silent
    /panel/time    f [f]     asked with the browser's time; answered with it and with our seconds
    /panel/key     i i i     to us: a channel message of the on-screen keyboard
    /panel/heard   f i i i   a message of the player: beat, status, data 1, data 2
    /panel/play    f f i i i i   a note of the answer: beat, length, channel, pitch, velocity, take
    /panel/cancel  i f       no more notes of a take; those that sound end by the beat
    /panel/retract i f       what waits of a take from the beat on is taken back
    /panel/pulse   f f f i f the clock's line: second, beat, BPM, whether the song plays, and the
                             beats by which it is ahead of the conductor's own count
    /panel/action  s         a button was pressed, on whatever surface

Beside the page and the socket there are `/takes` and `/takes/NAME.mid`; where the process can look
over itself, `/doctor`: its findings as JSON; and where the network is let in, `/link`.
"""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bridge.control.desk import Desk
from bridge.control.news import News
from bridge.control.reach import HERE, Reach
from bridge.core.events import Message
from bridge.web.feed import Feed
from bridge.web.guard import Guard, is_own_page
from bridge.web.link import NetworkLink, link_routes
from bridge.web.past import PANEL, Past
from bridge.web.seal import Seal
from bridge.web.server import WebServer
from bridge.web.table import table
from bridge.web.takes import take_routes

PAGE = Path(__file__).with_name("page")
FLAG = "--web-port"
mimetypes.add_type("text/javascript", ".js")  # a Windows registry may say otherwise

Doctor = Callable[[], list[dict[str, Any]]]  # what it finds; may take seconds


class Panel:
    """A surface of many browsers."""

    def __init__(
        self,
        desk: Desk,
        news: News,
        reach: Reach = HERE,
        *,
        doctor: Doctor | None = None,
        link: NetworkLink | None = None,
    ) -> None:
        """`doctor` looks over this machine; `link` is what opens the panel to the network."""
        self._desk = desk
        self._news = news
        self._reach = reach
        self._feeds: set[Feed] = set()
        self._past = Past()
        routes: list[BaseRoute] = [WebSocketRoute("/socket", self._serve), *take_routes(desk)]
        if doctor is not None:
            routes.append(_doctor_route(doctor))
        if link is not None:
            routes += link_routes(link)
        self._routes = [route.path for route in routes if isinstance(route, Route)]
        routes.append(Mount("/", StaticFiles(directory=PAGE, html=True)))
        guarded = Guard(Starlette(routes=routes), reach.names, reach.token)
        self._server = WebServer(Seal(guarded), FLAG)

    @property
    def port(self) -> int:
        """The TCP port it is served on; 0 before `open`."""
        return self._server.port

    async def open(self, port: int) -> None:
        """Begin to serve; PortError if the port is taken."""
        await self._server.open(port, self._reach.host)

    async def close(self) -> None:
        """Say good-bye to all browsers."""
        await self._server.close()

    async def _serve(self, socket: WebSocket) -> None:
        welcome = [(PANEL + "table", table(self._routes)), self._past.line]
        feed = Feed(self._desk, self._news, socket, welcome)
        self._feeds.add(feed)
        try:
            await feed.run()
        finally:
            self._feeds.discard(feed)

    def publish(self) -> None:
        """Readings may have changed."""
        for feed in self._feeds:
            feed.stir()

    def show(self, addresses: Sequence[str]) -> None:
        """Show parameters and readings that somebody has set."""
        del addresses  # they stand in the news
        self.publish()

    def tell(self, message: Message) -> None:
        """Show the notes, the clock and trouble."""
        self._past.keep(message)
        for feed in self._feeds:
            feed.tell(message)


def _doctor_route(doctor: Doctor) -> Route:
    """Return the route that has it look, once at a time and only when our own page asks."""
    looking = asyncio.Lock()

    async def examine(request: Request) -> Response:
        if not is_own_page(request.headers):
            return PlainTextResponse("another site's page may not ask for this", 403)
        async with looking:
            return JSONResponse(await asyncio.to_thread(doctor))

    return Route("/doctor", examine)
