"""OSCQuery as a program on the network sees it: what is answered, and what is listened to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from pythonosc.osc_message import OscMessage
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from bridge.app.hub.hub import Hub
from bridge.control.packets import write
from bridge.core.events import Status
from tests.control.stage import until
from tests.web.stage import PATIENCE, free_tcp_port, tell

Story = Callable[[Hub, int], Awaitable[None]]


def query(story: Story, folder: Path, **plan: Any) -> Hub:
    """Tell a story of a hub that answers OSCQuery at a port."""
    port = free_tcp_port()
    return tell(lambda hub, _: story(hub, port), folder, query_port=port, **plan)


async def get(port: int, path: str, *lines: str, method: str = "GET") -> tuple[int, Any]:
    """Return the status and the JSON of an answer, None where there is none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (f"{method} {path} HTTP/1.1", *(lines or ("Host: 127.0.0.1",)), "Connection: close", "")
    writer.write("".join(f"{line}\r\n" for line in head).encode())
    answer = await reader.read()
    writer.close()
    told, _, body = answer.partition(b"\r\n\r\n")
    is_json = b"application/json" in told and body
    return int(told.split()[1]), json.loads(body) if is_json else None


class Listener:
    """A program on the socket."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    async def command(self, command: str, address: Any) -> None:
        await self.wire.send(json.dumps({"COMMAND": command, "DATA": address}))

    async def send(self, address: str, *arguments: Any) -> None:
        await self.wire.send(write(address, arguments))

    async def hear(self) -> tuple[str, list[Any]]:
        async with asyncio.timeout(PATIENCE):
            packet = await self.wire.recv()
        assert isinstance(packet, bytes)
        message = OscMessage(packet)
        return message.address, list(message.params)

    async def settle(self) -> list[tuple[str, list[Any]]]:
        """Return all that was sent before the answer to a ping."""
        await self.send("/jam/ping", 7)
        heard = [await self.hear()]
        while heard[-1] != ("/jam/pong", [7]):
            heard.append(await self.hear())
        return heard[:-1]


@asynccontextmanager
async def listener(port: int, **options: Any) -> AsyncIterator[Listener]:
    async with connect(f"ws://127.0.0.1:{port}/", **options) as wire:
        yield Listener(wire)


def test_nodes_and_attributes_are_answered(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        status, root = await get(port, "/")
        assert status == HTTPStatus.OK
        assert "temperature" in root["CONTENTS"]["jam"]["CONTENTS"]
        hub.turn("temperature", 1.5)
        assert await get(port, "/jam/temperature?VALUE") == (HTTPStatus.OK, {"VALUE": [1.5]})
        assert await get(port, "/jam/temperature/?TYPE") == (HTTPStatus.OK, {"TYPE": "f"})
        assert (await get(port, "/jam/call"))[1]["CONTENTS"]["end"]["VALUE"] == ["any"]

    query(story, tmp_path)


@pytest.mark.parametrize("path", ["/?HOST_INFO", "/jam/temperature?HOST_INFO"])
def test_the_host_says_where_its_osc_is(path: str, tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        status, info = await get(port, path)
        assert status == HTTPStatus.OK
        assert info["NAME"] == "Antiphon"
        assert (info["OSC_IP"], info["OSC_PORT"]) == ("127.0.0.1", hub.plan.osc_port)

    query(story, tmp_path, osc_port=free_tcp_port())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/jam/nothing", HTTPStatus.NOT_FOUND),
        ("/jam/nothing?VALUE", HTTPStatus.NOT_FOUND),
        ("/%00", HTTPStatus.NOT_FOUND),
        ("/../jam", HTTPStatus.NOT_FOUND),
        ("/jam?VALUE", HTTPStatus.NO_CONTENT),
        ("/jam/start?VALUE", HTTPStatus.NO_CONTENT),
        ("/jam/temperature?CONTENTS", HTTPStatus.NO_CONTENT),
        ("/jam/temperature?value", HTTPStatus.BAD_REQUEST),
        ("/jam/temperature?VALUE=2", HTTPStatus.BAD_REQUEST),
        ("/jam/temperature?VALUE&TYPE", HTTPStatus.BAD_REQUEST),
        ("/jam/nothing?GABBA", HTTPStatus.BAD_REQUEST),
    ],
)
def test_what_there_is_not_is_told_by_its_number(path: str, status: int, tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        assert (await get(port, path))[0] == status

    query(story, tmp_path)


def test_nothing_is_set_over_http(tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        for method in ("POST", "PUT", "DELETE"):
            status, _ = await get(port, "/jam/start", method=method)
            assert status == HTTPStatus.METHOD_NOT_ALLOWED

    query(story, tmp_path)


def test_who_listens_hears_what_others_turn_until_it_ignores(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with listener(port) as ear:
            await ear.command("LISTEN", "/jam/temperature")
            assert await ear.hear() == ("/jam/temperature", [pytest.approx(0.95)])
            hub.turn("top_k", 3)
            hub.turn("temperature", 1.5)
            assert await ear.hear() == ("/jam/temperature", [1.5])
            await ear.command("IGNORE", "/jam/temperature")
            assert await ear.settle() == []
            hub.turn("temperature", 0.5)
            assert await ear.settle() == []

    query(story, tmp_path)


def test_who_listens_to_a_reading_hears_it_change(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with listener(port) as ear:
            await ear.command("LISTEN", "/jam/state")
            assert await ear.hear() == ("/jam/state", ["starting"])
            hub._take_in("engine", Status("armed", 0, 0, 0, "", "swing", "CPU", 0.0))
            assert await ear.hear() == ("/jam/state", ["armed"])

    query(story, tmp_path)


def test_osc_on_the_socket_is_obeyed_and_answered_there(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with listener(port) as ear:
            await ear.send("/jam/top_k", 500)
            assert await ear.hear() == ("/jam/top_k", [128])
            assert hub.snapshot.settings.top_k == 128
            await ear.send("/jam/quant")
            assert await ear.hear() == ("/jam/quant", ["bar"])
            await ear.send("/jam/subscribe", 9001)
            assert (await ear.settle())[0][0] == "/jam/hello"
            hub.turn("top_p", 0.5)
            assert await ear.hear() == ("/jam/top_p", [0.5])

    query(story, tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not a command"),
        ("[" * 5000, "not a command"),
        ('["LISTEN","/jam/mode"]', "not a command"),
        ('{"COMMAND":"PATH_ADDED","DATA":"/jam/mode"}', "not a command"),
        ('{"COMMAND":["LISTEN"],"DATA":"/jam/mode"}', "not a command"),
        ('{"COMMAND":"LISTEN"}', "nothing to listen to"),
        ('{"COMMAND":"LISTEN","DATA":7}', "nothing to listen to"),
        ('{"COMMAND":"LISTEN","DATA":"/jam/start"}', "nothing to listen to"),
        ('{"COMMAND":"LISTEN","DATA":"/jam"}', "nothing to listen to"),
        ('{"COMMAND":"LISTEN","DATA":"/jam/nothing"}', "nothing to listen to"),
    ],
)
def test_a_command_that_cannot_be_gets_a_line(text: str, says: str, tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with listener(port) as ear:
            await ear.wire.send(text)
            address, (code, words) = await ear.hear()
            assert (address, code) == ("/jam/error", 2)
            assert says in words
            await ear.send("/jam/top_k", 7)
            assert await ear.hear() == ("/jam/top_k", [7])
            assert hub.snapshot.settings.top_k == 7

    query(story, tmp_path)


def test_one_who_does_not_read_holds_up_nobody_and_misses_only_old_values(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with listener(port, max_queue=1) as deaf, listener(port) as good:
            await deaf.command("LISTEN", "/jam/prompt")
            await deaf.hear()
            for step in range(3000):  # far more than sockets and queues hold
                hub.turn("prompt", f"{step:200}")
                if step % 100 == 0:
                    await asyncio.sleep(0.005)
            await good.send("/jam/top_k", 9)
            assert await good.hear() == ("/jam/top_k", [9])
            heard = ""
            while heard != f"{2999:200}":
                _, [heard] = await deaf.hear()

    query(story, tmp_path)


def test_floods_and_half_open_sockets_end_only_who_sends_them(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        _, half = await asyncio.open_connection("127.0.0.1", port)
        half.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr")
        async with listener(port) as loud, listener(port) as busy, listener(port) as good:
            await loud.wire.send(b"\0" * 70_000)
            await asyncio.wait_for(loud.wire.wait_closed(), 5)
            for step in range(2000):
                await busy.send("/jam/velocity/scale", step / 1000)
            await good.send("/jam/top_k", 7)
            assert await good.hear() == ("/jam/top_k", [7])
            busy.wire.transport.abort()
            await until(lambda: len(hub._surfaces._all[0]._subscribers) == 0)  # type: ignore[attr-defined]
        half.close()

    query(story, tmp_path)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
def test_pages_of_other_sites_are_refused(origin: str, tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        lines = (f"Host: 127.0.0.1:{port}", f"Origin: {origin}")
        assert (await get(port, "/jam/state", *lines))[0] == HTTPStatus.FORBIDDEN
        assert (await get(port, "/", "Host: evil.example"))[0] == HTTPStatus.FORBIDDEN
        with pytest.raises(InvalidStatus):
            await connect(f"ws://127.0.0.1:{port}/", origin=Origin(origin))

    query(story, tmp_path)
