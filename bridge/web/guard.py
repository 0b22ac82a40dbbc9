"""Who may come in: by our names, from our own pages, and from the network with the token.

A page of another site can send requests to this machine with the musician's browser. Its `Origin`
gives it away; a name of its own that it has pointed at us (DNS rebinding) shows in `Host`.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bridge.control.reach import HOME

LOCAL = ("127.0.0.1", "::1")
COOKIE = "antiphon"
TOKEN_LIFE = 30 * 24 * 3600  # seconds a browser remembers it


def host_name(host: str) -> str:
    """Return a Host header without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def may_ask(headers: Headers, names: Iterable[str]) -> bool:
    """Tell whether a request names us as we are called and comes from no other site's page."""
    host = headers.get("host", "")
    origin = headers.get("origin")
    return host_name(host).lower() in names and (origin is None or urlsplit(origin).netloc == host)


def is_own_page(headers: Headers) -> bool:
    """Tell whether no other site's page asks; one can by a picture's address, without `Origin`."""
    return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


class Guard:
    """Stands before an ASGI app and lets in only whom it may.

    `names` are what a browser may call us. With a `token` a request must bring it once, as
    `?token=`, and then in a cookie, unless it comes from this machine.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: Iterable[str] = HOME,
        token: str = "",
        known: Iterable[str] = (),
    ) -> None:
        """`known` are addresses that need no token."""
        self._app = app
        self._names = frozenset(names)
        self._token = token
        self._known = frozenset((*LOCAL, *known))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to strangers, or hand the request on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer: ASGIApp | None = None
        if not may_ask(headers, self._names):
            answer = _refusal(scope, "this page or name may not speak to Antiphon")
        elif self._token and not self._knows(scope):
            answer = self._at_the_door(scope, headers)
        await (answer or self._app)(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and client[0] in self._known

    def _at_the_door(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """Return what to answer to one from the network, None where it may pass."""
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        if cookie and hmac.compare_digest(cookie.value, self._token):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return _refusal(scope, "the link with the token opens this page")
        if scope["type"] == "websocket":
            return None
        # The token leaves the address bar, so that it is in no history and on no screenshot.
        home = RedirectResponse(scope["path"], 303)
        home.set_cookie(COOKIE, self._token, max_age=TOKEN_LIFE, httponly=True, samesite="strict")
        return home


def _refusal(scope: Scope, why: str) -> ASGIApp:
    if scope["type"] == "websocket":
        return WebSocketClose(1008, why)
    return PlainTextResponse(why, 403)
