"""Those who only sit there: honest visitors of the panel and of OSCQuery are served beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bridge.app.hub.hub import Hub
from bridge.web import sockets, visit
from tests.web.stage import PATIENCE, browser, free_tcp_port, tell
from tests.web.test_query import get

HALF = b"GET / HT"
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def rude(port: int, count: int, *, says: bytes = HALF) -> AsyncIterator[list[Wire]]:
    """Open connections that say something and then nothing more."""
    wires = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    for _, writer in wires:
        writer.write(says)
    yield wires
    for _, writer in wires:
        writer.transport.abort()


async def ended(wire: Wire) -> bool:
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            await wire[0].read()
    return True


@pytest.mark.parametrize("says", [HALF, b"", b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n"])
def test_three_hundred_who_never_ask_shut_out_nobody(says: bytes, tmp_path: Path) -> None:
    query = free_tcp_port()

    async def story(_: Hub, port: int) -> None:
        async with rude(port, 300, says=says), rude(query, 300, says=says):
            for _times in range(3):
                assert (await get(query, "/jam/top_k?VALUE"))[0] == HTTPStatus.OK
                assert (await get(port, "/"))[0] == HTTPStatus.OK
            async with browser(port) as page:
                await page.hear("/panel/table")

    tell(story, tmp_path, query_port=query)


def test_a_request_that_does_not_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "PATIENCE", 0.2)

    async def story(_: Hub, port: int) -> None:
        async with rude(port, 1) as [half], rude(port, 1, says=b"") as [silent]:
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(PATIENCE):
                    while not half[0].at_eof():  # a byte now and then gains no time
                        half[1].write(b"T")
                        await asyncio.sleep(0.02)
            assert await ended(silent)

    tell(story, tmp_path)


def test_one_address_of_the_network_has_few_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "LOOP", "10.")  # as if we came from another machine
    monkeypatch.setattr(visit, "GUESTS", 2)

    async def story(_: Hub, port: int) -> None:
        async with rude(port, 3) as [first, *_rest]:
            assert await ended(first)
            assert (await get(port, "/"))[0] == HTTPStatus.OK

    tell(story, tmp_path)


def test_a_second_request_has_its_own_time(tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _times in range(2):
            writer.write(b"GET /takes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.05)
        writer.close()

    tell(story, tmp_path)


def test_ninety_silent_sockets_shut_out_no_page(tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        async with AsyncExitStack() as stack, browser(port) as first:
            await first.say("/panel/time", 1.0)
            await first.hear("/panel/time")
            for _times in range(90):
                await stack.enter_async_context(connect(f"ws://127.0.0.1:{port}/socket"))
            async with browser(port) as page:
                await page.hear("/panel/table")
                for each in (first, page):
                    await each.say("/panel/time", 2.0)
                    assert (await each.hear("/panel/time"))[0] == 2.0

    tell(story, tmp_path)


def test_where_all_have_spoken_the_newcomer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CROWD", 2)

    async def story(_: Hub, port: int) -> None:
        async with browser(port) as one, browser(port) as other:
            for page in (one, other):
                await page.say("/panel/time", 1.0)
                await page.hear("/panel/time")
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"ws://127.0.0.1:{port}/socket")
            assert refused.value.response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            await one.wire.close()
            async with browser(port) as third:
                await third.hear("/panel/table")

    tell(story, tmp_path)


def test_thirty_two_that_said_one_word_do_not_keep_the_panel_for_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a page that goes on speaking among sockets that do not, it stays and another comes."""
    monkeypatch.setattr(sockets, "LULL", 0.3)

    async def story(_: Hub, port: int) -> None:
        async with AsyncExitStack() as stack:
            all_ = [await stack.enter_async_context(browser(port)) for _ in range(sockets.CROWD)]
            for page in all_:
                await page.say("/panel/time", 1.0)
                await page.hear("/panel/time")
            await asyncio.sleep(sockets.LULL)
            first, second, *_rest = all_
            await first.say("/panel/time", 2.0)
            await first.hear("/panel/time")
            await (await stack.enter_async_context(browser(port))).hear("/panel/table")
            await second.wire.wait_closed()
            await first.say("/panel/time", 3.0)
            assert (await first.hear("/panel/time"))[0] == 3.0

    tell(story, tmp_path)


def test_the_silent_one_that_has_to_go_is_told_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CROWD", 1)

    async def story(_: Hub, port: int) -> None:
        async with browser(port) as silent, browser(port) as page:
            await page.hear("/panel/table")
            await silent.wire.wait_closed()
            assert silent.wire.close_code == sockets.TRY_AGAIN

    tell(story, tmp_path)


def test_one_address_of_the_network_takes_few_of_the_places() -> None:
    """Given a neighbour with more sockets than it may have, those of others stay."""

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def story() -> None:
        crowd, closed = sockets.Sockets(app), []

        def visit_from(host: str) -> asyncio.Task[None]:
            line: asyncio.Queue[Message] = asyncio.Queue()

            async def send(message: Message) -> None:
                if message["type"] == "websocket.close":
                    closed.append(host)
                    line.put_nowait({"type": "websocket.disconnect"})

            scope: dict[str, Any] = {"type": "websocket", "client": (host, 1)}
            return asyncio.create_task(crowd(scope, line.get, send))

        tasks = [visit_from(host) for host in ["10.0.0.2"] + ["10.0.0.1"] * (sockets.GUESTS + 3)]
        await asyncio.sleep(0.05)
        assert closed == ["10.0.0.1"] * 3
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(story())
