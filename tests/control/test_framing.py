"""Packets in streams: OSC 1.0's length before each, OSC 1.1's SLIP, told apart by a byte."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc import slip
from pythonosc.osc_message import OscMessage
from pythonosc.tcp_client import SimpleTCPClient

from bridge.control.framing import LIMIT, FrameError, Framing, Sized, Slip, framing
from bridge.control.packets import write
from bridge.core.params import Settings

_client: Any = SimpleTCPClient  # it has no types
Connect = Callable[[], socket.socket]


@pytest.fixture
def connect(house: Any) -> Iterator[Connect]:
    socks: list[socket.socket] = []

    def connect() -> socket.socket:
        socks.append(socket.create_connection(("127.0.0.1", house.port), 3))
        return socks[-1]

    yield connect
    for sock in socks:
        sock.close()
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))


def hear(sock: socket.socket) -> bytes:
    """Return the next packet between two ENDs."""
    data = b""
    while data.count(slip.END) < 2:
        data += sock.recv(1)
    return bytes(slip.decode(data))


def cut_all(way: Framing, stream: bytes, step: int) -> list[bytes]:
    """Return the packets of a stream that comes in pieces."""
    found, buffer = [], bytearray()
    for at in range(0, len(stream), step):
        buffer += stream[at : at + step]
        packet, end = way.cut(buffer, 0)
        while packet is not None:
            found += [packet] if packet else []
            del buffer[:end]
            packet, end = way.cut(buffer, 0)
    assert not buffer
    return found


@pytest.mark.parametrize("way", [Sized(), Slip()])
@given(st.lists(st.binary(min_size=1, max_size=60), max_size=6), st.integers(1, 50))
def test_packets_come_out_as_they_went_in(way: Framing, packets: list[bytes], step: int) -> None:
    """Given packets of any bytes, cut anywhere on their way, the same packets are heard."""
    stream = b"".join(map(way.framed, packets))
    assert cut_all(way, stream, step) == packets


def test_the_first_byte_tells() -> None:
    assert isinstance(framing(slip.END[0]), Slip)
    assert isinstance(framing(0), Sized)


@pytest.mark.parametrize(
    ("way", "stream"),
    [
        (Sized(), (LIMIT + 1).to_bytes(4, "big")),
        (Slip(), b"\xc0" + bytes(2 * LIMIT + 1)),
        (Slip(), b"/jam\xdb\x00\xc0"),
    ],
)
def test_what_cannot_be_a_packet_is_refused(way: Framing, stream: bytes) -> None:
    buffer = bytearray(stream)
    with pytest.raises(FrameError):
        way.cut(buffer, way.cut(buffer, 0)[1])


def test_python_osc_over_slip(house: Any, connect: Connect) -> None:
    del connect  # its fixture gives the house its first settings again
    client = _client("127.0.0.1", house.port, mode="1.1")
    with closing(client.socket):
        client.send_message("/jam/key", ["F#", "minor"])
        assert next(client.get_messages(3)).params == ["F# minor"]
        client.send_message("/jam/seed", [0xC0DBDC])  # whose bytes are escaped, both ways
        assert next(client.get_messages(3)).params == [0xC0DBDC]
    assert house.hub.snapshot.settings.seed == 0xC0DBDC


def test_slip_may_come_in_any_pieces(connect: Connect) -> None:
    sock = connect()
    stream = b"".join(slip.encode(write("/jam/top_k", (step,))) for step in range(8))
    for at in range(0, len(stream), 7):
        sock.sendall(stream[at : at + 7])
    for step in range(8):
        assert OscMessage(hear(sock)).params == [step]


def test_a_broken_escape_ends_its_connection_only(connect: Connect) -> None:
    bad, good = connect(), connect()
    bad.sendall(b"\xc0/jam\xdb\xdb\xc0")
    with pytest.raises(ConnectionError):  # noqa: PT012 - whichever of the two hears of it
        while bad.recv(100):
            continue
        raise ConnectionError
    good.sendall(slip.encode(write("/jam/ping", (7,))))
    assert hear(good) == write("/jam/pong", (7,))
