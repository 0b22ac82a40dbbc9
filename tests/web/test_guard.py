"""Who may come in: by which name, from which page, with which token."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bridge.app.hub.hub import Hub
from bridge.control.reach import HOME
from bridge.core.errors import PortError
from bridge.web.guard import Guard, host_name
from bridge.web.server import WebServer
from tests.web.stage import free_tcp_port, tell


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1:9080", "127.0.0.1"),
        ("localhost", "localhost"),
        ("[::1]:9080", "[::1]"),
        ("[::1]", "[::1]"),
        ("", ""),
    ],
)
def test_a_host_is_named_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name


async def asked(port: int, *lines: str) -> tuple[int, str]:
    """Return the status and the head of what is answered to a GET with some headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = "".join(f"{line}\r\n" for line in (*lines, "Connection: close", ""))
    writer.write(request.encode())
    answer = (await reader.read()).decode()
    writer.close()
    head, _, _ = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Host: 127.0.0.1:{port}"], HTTPStatus.OK),
        (["Host: localhost:{port}"], HTTPStatus.OK),
        (["Host: localhost:{port}", "Origin: http://localhost:{port}"], HTTPStatus.OK),
        (["Host: evil.example"], HTTPStatus.FORBIDDEN),
        (["Host: evil.example:{port}", "Origin: http://evil.example:{port}"], HTTPStatus.FORBIDDEN),
        (["Host: 127.0.0.1:{port}", "Origin: http://evil.example"], HTTPStatus.FORBIDDEN),
        (["Host: 127.0.0.1:{port}", "Origin: null"], HTTPStatus.FORBIDDEN),
        ([], HTTPStatus.BAD_REQUEST),
    ],
)
def test_only_our_own_page_by_our_own_name(headers: list[str], status: int, tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        lines = [line.format(port=port) for line in headers]
        assert (await asked(port, "GET / HTTP/1.1", *lines))[0] == status

    tell(story, tmp_path)


def test_no_file_outside_the_page_is_given(tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        for path in ("/../panel.py", "/%2e%2e/panel.py", "//etc/passwd", "/..%5cpanel.py"):
            answer = await asked(port, f"GET {path} HTTP/1.1", "Host: 127.0.0.1")
            assert answer[0] == HTTPStatus.NOT_FOUND

    tell(story, tmp_path)


def at_the_door(lines: list[str], **guard: Any) -> tuple[int, str]:
    """Return what one from the network is answered."""

    async def hello(_: Any) -> PlainTextResponse:
        return PlainTextResponse("in")

    async def talk() -> tuple[int, str]:
        guarded = Guard(Starlette(routes=[Route("/", hello)]), **guard)

        async def from_afar(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                scope["client"] = ("192.168.7.7", 5000)
            await guarded(scope, receive, send)

        server = WebServer(from_afar, "--web-port")
        await server.open(port := free_tcp_port())
        try:
            return await asked(port, *lines)
        finally:
            await server.close()

    return asyncio.run(talk())


def test_the_network_needs_the_token_once() -> None:
    host, names = "Host: stage.local:9080", {*HOME, "stage.local"}
    secret = {"names": names, "token": "s3cret"}
    assert at_the_door(["GET / HTTP/1.1", host], **secret)[0] == HTTPStatus.FORBIDDEN
    assert at_the_door(["GET /?token=no HTTP/1.1", host], **secret)[0] == HTTPStatus.FORBIDDEN
    status, head = at_the_door(["GET /?token=s3cret HTTP/1.1", host], **secret)
    assert status == HTTPStatus.SEE_OTHER
    [cookie] = [line for line in head.splitlines() if line.lower().startswith("set-cookie: ")]
    told = cookie.split(": ", 1)[1]
    assert "HttpOnly" in told
    again = ["GET / HTTP/1.1", host, f"Cookie: {told.split(';')[0]}"]
    assert at_the_door(again, **secret)[0] == HTTPStatus.OK


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        with pytest.raises(PortError, match=rf"web port {port} is taken.*--web-port"):
            await WebServer(Starlette(), "--web-port").open(port)

    tell(story, tmp_path)
