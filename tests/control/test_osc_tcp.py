"""OSC over TCP: frames of any cut, other people's clients, and those who mean no good."""

from __future__ import annotations

import contextlib
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.tcp_client import SimpleTCPClient

from bridge.app.hub.hub import Hub
from bridge.control import framing, osc_tcp
from bridge.control.packets import write
from bridge.core.params import Settings

_client: Any = SimpleTCPClient  # it has no types
Heard = tuple[str, list[Any]]


def frame(packet: bytes) -> bytes:
    return struct.pack(">I", len(packet)) + packet


class Wire:
    """A connection of ours."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), 3)
        self._file = self.sock.makefile("rb")

    def send(self, address: str, *arguments: Any) -> None:
        self.sock.sendall(frame(write(address, arguments)))

    def hear(self) -> Heard:
        """Return the next message; EOFError where the connection has ended."""
        head = self._file.read(4)
        if len(head) < 4:
            raise EOFError
        message = OscMessage(self._file.read(*struct.unpack(">I", head)))
        return message.address, list(message.params)

    def settle(self) -> list[Heard]:
        self.send("/jam/ping", 7)
        heard = [self.hear()]
        while heard[-1] != ("/jam/pong", [7]):
            heard.append(self.hear())
        return heard[:-1]

    def ended(self) -> bool:
        """Tell whether the other end has closed."""
        try:
            while True:
                self.hear()
        except (EOFError, ConnectionError):
            return True

    def close(self) -> None:
        self._file.close()
        self.sock.close()


@pytest.fixture
def connect(house: Any) -> Iterator[Callable[[], Wire]]:
    wires: list[Wire] = []

    def connect() -> Wire:
        wires.append(Wire(house.port))
        return wires[-1]

    yield connect
    for wire in wires:
        wire.close()
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))


def test_a_value_is_set_and_comes_back_on_the_connection(house: Any, connect: Any) -> None:
    wire = connect()
    wire.send("/jam/temperature", 99.0)
    assert wire.hear() == ("/jam/temperature", [2.0])
    assert house.hub.snapshot.settings.temperature == 2.0
    wire.send("/jam/nothing")
    assert wire.hear()[0] == "/jam/error"


def test_packets_may_come_in_any_pieces(house: Any, connect: Any) -> None:
    wire = connect()
    packets = b"".join(frame(write("/jam/top_k", (step,))) for step in range(20))
    for at in range(0, len(packets), 7):
        wire.sock.sendall(packets[at : at + 7])
    assert [wire.hear() for _ in range(20)] == [("/jam/top_k", [step]) for step in range(20)]
    assert house.hub.snapshot.settings.top_k == 19


def test_a_subscriber_is_told_on_its_connection_until_it_goes(
    house: Any, connect: Any, surface: Any, wait_for: Any
) -> None:
    wire = connect()
    wire.send("/jam/subscribe", 9001)
    assert wire.settle()[0][0] == "/jam/hello"
    surface.ask("/jam/top_p", 0.5)
    assert wire.hear() == ("/jam/top_p", [0.5])
    wire.close()
    wait_for(lambda: len(house.exchange._subscribers) == 0)


def test_oscsend_over_tcp(house: Any, connect: Any) -> None:
    if shutil.which("oscsend") is None:
        pytest.skip("liblo's oscsend is not installed here")
    url = f"osc.tcp://127.0.0.1:{house.port}"
    subprocess.run(["oscsend", url, "/jam/top_k", "i", "12"], check=True)
    subprocess.run(["oscsend", url, "/jam/key", "ss", "Bb", "dorian"], check=True)
    connect().settle()
    settings = house.hub.snapshot.settings
    assert (settings.top_k, settings.key) == (12, "Bb dorian")


def test_python_osc_over_tcp(house: Any, connect: Any) -> None:
    del connect  # its fixture gives the house its first settings again
    client = _client("127.0.0.1", house.port, mode="1.0")
    with closing(client.socket):
        client.send_message("/jam/key", ["F#", "minor"])
        assert next(client.get_messages(3)).params == ["F# minor"]


def test_a_page_cannot_speak_osc(house: Any, connect: Any) -> None:
    body = frame(write("/jam/top_k", (9,)))
    for word in ("GET", "POST", "PUT", "OPTIONS"):
        wire = connect()
        head = f"{word} / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        wire.sock.sendall(head.encode() + body)
        assert wire.ended()
    assert house.hub.snapshot.settings == Settings()


def test_a_packet_too_long_ends_its_connection_only(connect: Any) -> None:
    bad, good = connect(), connect()
    bad.sock.sendall(struct.pack(">I", framing.LIMIT + 1))
    assert bad.ended()
    assert good.settle() == []


def test_half_a_packet_is_not_waited_for_for_ever(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_tcp, "PATIENCE", 0.1)
    half, drip, good = connect(), connect(), connect()
    good.settle()
    half.sock.sendall(struct.pack(">I", 40) + b"/jam")
    drip.sock.sendall(struct.pack(">I", 40))
    with contextlib.suppress(ConnectionError):
        while True:
            drip.sock.sendall(b"/")
            time.sleep(0.02)
    assert half.ended()
    assert good.settle() == []


def test_one_who_reads_nothing_holds_up_nobody(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_tcp, "PATIENCE", 0.2)
    deaf, good = connect(), connect()
    good.settle()
    dump = frame(write("/jam/dump", ()))
    deaf.sock.settimeout(0.5)
    with contextlib.suppress(OSError):  # until nobody takes it any more
        while True:
            deaf.sock.sendall(dump * 100)
    assert good.settle() == []


def test_connections_are_limited(
    house: Any, connect: Any, wait_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_tcp, "CROWD", 2)
    first, second = connect(), connect()
    for wire in (first, second):
        wire.send("/jam/subscribe")
        wire.settle()
    third = connect()
    assert third.hear() == ("/jam/error", [2, "there are 2 OSC connections over TCP already"])
    assert third.ended()
    assert first.settle() == second.settle() == []
    first.close()
    wait_for(lambda: len(house.tcp._callers) == 1)
    assert connect().settle() == []


def test_one_who_says_nothing_at_all_is_not_waited_for(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_tcp, "PATIENCE", 0.1)
    silent, good = connect(), connect()
    assert good.settle() == []
    assert silent.ended()
    assert good.settle() == []  # what has been said once has no deadline


def test_where_it_is_full_the_idlest_who_listens_to_nothing_goes(connect: Any) -> None:
    listening, quiet, *silent = (connect() for _ in range(osc_tcp.CROWD))
    listening.send("/jam/subscribe")
    listening.settle()
    assert quiet.settle() == []
    for _ in range(osc_tcp.CROWD - 2):
        assert connect().settle() == []
    assert all(wire.ended() for wire in silent)
    assert listening.settle() == quiet.settle() == []
    assert connect().settle() == []


def test_where_all_listen_the_one_silent_for_longest_goes(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a program that keeps all places and says nothing more, others get in."""
    monkeypatch.setattr(osc_tcp, "LULL", 0.2)
    hog, *others = (connect() for _ in range(osc_tcp.CROWD))
    for wire in (hog, *others):
        wire.send("/jam/subscribe")
        wire.settle()
    time.sleep(0.2)
    assert others[0].settle() == []
    assert connect().settle() == []
    assert hog.ended()
    assert others[0].settle() == []


def test_one_address_of_the_network_takes_few_of_the_places(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_tcp, "LOOP", "10.")  # as if we came from another machine
    monkeypatch.setattr(osc_tcp, "GUESTS", 2)
    listening, idle = connect(), connect()
    listening.send("/jam/subscribe")
    listening.settle()
    assert connect().settle() == []
    assert idle.ended()
    assert listening.settle() == []


def test_where_another_program_has_the_port_udp_is_enough(tmp_path: Any, house: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with house.__class__(tmp_path, tmp_path, port) as second:
            hub: Hub = second.hub
            assert "OSC over TCP is off" in hub.snapshot.fault
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout(3)
                sock.sendto(write("/jam/ping", (1,)), ("127.0.0.1", port))
                assert sock.recv(100) == write("/jam/pong", (1,))
