"""Evil packets over TCP and the socket of OSCQuery, and streams cut anywhere."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pythonosc import slip
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bridge.control.packets import write
from bridge.core.params import Settings
from tests.control.conftest import House
from tests.control.test_evil_packets import DEEP, EVIL, SETTERS
from tests.web.stage import free_tcp_port

PING, PONG = write("/jam/ping", (7,)), write("/jam/pong", (7,))


class Lines:
    """A connection of each kind to one house."""

    def __init__(self, house: House, query_port: int, web: ClientConnection) -> None:
        self.house, self.query_port, self.web = house, query_port, web
        self.tcp = self.connected()

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.house.port), 3)

    def over_tcp(self, packet: bytes) -> None:
        """Send a packet; whatever it is, the next one is obeyed."""
        for each in (packet, PING):
            self.tcp.sendall(struct.pack(">I", len(each)) + each)
        with self.tcp.makefile("rb") as file:
            while file.read(*struct.unpack(">I", file.read(4))) != PONG:
                continue

    def over_the_web(self, message: bytes | str) -> None:
        """Send a message; whatever it is, the next one is obeyed."""
        self.web.send(message)
        self.web.send(PING)
        while self.web.recv(3) != PONG:
            continue


_SHARED: dict[str, Any] = {}


@pytest.fixture(autouse=True, scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    folder = tmp_path_factory.mktemp("house")
    query_port = free_tcp_port()
    with (
        House(folder, folder, query_port=query_port) as house,
        connect(f"ws://127.0.0.1:{query_port}/") as web,
    ):
        lines = _SHARED["lines"] = Lines(house, query_port, web)
        yield lines
        lines.tcp.close()


def untouched() -> bool:
    settings: Settings = _SHARED["lines"].house.hub.snapshot.settings
    return settings == Settings()


@pytest.mark.parametrize("packet", [*EVIL, DEEP], ids=range(len(EVIL) + 1))
def test_evil_packets_change_nothing_and_stop_nothing(lines: Lines, packet: bytes) -> None:
    lines.over_tcp(packet)
    lines.over_the_web(packet)
    assert untouched()


PACKETS = (
    st.binary(max_size=300)
    | st.binary(max_size=60).map(lambda b: b"#bundle\0" + b)
    | st.tuples(st.sampled_from(SETTERS), st.binary(max_size=40)).map(b"".join)
)


@effort(max_examples=60, deadline=None)
@given(PACKETS)
def test_random_packets_never_change_settings(packet: bytes) -> None:
    _SHARED["lines"].over_tcp(packet)
    _SHARED["lines"].over_the_web(packet)
    assert untouched()


@effort(max_examples=60, deadline=None)
@given(st.text(max_size=100) | st.text(max_size=20).map('{{"COMMAND":"{}"}}'.format))
def test_random_commands_never_change_settings(text: str) -> None:
    with contextlib.suppress(UnicodeEncodeError):
        _SHARED["lines"].over_the_web(text)
    assert untouched()


@effort(max_examples=40, deadline=None)
@given(
    st.binary(min_size=1, max_size=200)
    | st.lists(PACKETS, max_size=4).map(lambda packets: b"".join(map(slip.encode, packets)))
    | st.binary(max_size=200).map(slip.END.__add__),
    st.integers(1, 50),
)
def test_random_streams_end_only_themselves(stream: bytes, cut: int) -> None:
    lines: Lines = _SHARED["lines"]
    with lines.connected() as sock:
        with contextlib.suppress(OSError):
            for at in range(0, len(stream), cut):
                sock.sendall(stream[at : at + cut])
        lines.over_tcp(b"")
    assert untouched()


def test_a_message_too_long_ends_only_its_socket(lines: Lines) -> None:
    with connect(f"ws://127.0.0.1:{lines.query_port}/") as web:
        with contextlib.suppress(ConnectionClosed):
            web.send(b"\0" * 70_000)
            web.recv(3)
        assert web.close_code is not None
    lines.over_the_web(b"")
    assert untouched()
