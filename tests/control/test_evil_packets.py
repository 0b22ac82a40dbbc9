import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from bridge.control.packets import write
from bridge.core.params import PARAMS, Settings

EVIL = [
    b"",
    b"/",
    b"\0" * 64,
    b"#bundle\0",
    b"#bundle\0" + struct.pack(">Qi", 1, -4),
    b"#bundle\0" + struct.pack(">Qi", 1, 2**31 - 1),
    b"/jam/temperature\0\0\0\0,f\0\0",
    b"/jam/temperature\0\0\0\0,f\0\0\x7f\xc0\0\0",
    b"/jam/temperature\0\0\0\0,f\0\0\x7f\x80\0\0",
    b"/jam/temperature\0\0\0\0,zzz\0\0\0\0",
    b"/jam/temperature\0\0\0\0,ff\0" + struct.pack(">ff", 1, 1),
    b"/jam/temperature\0\0\0\0,b\0\0" + struct.pack(">i", 2**31 - 1),
    b"/jam/model\0\0,s\0\0\xff\xfe\xfd\0",
    b"/jam/\xff\0\0,\0\0\0",
    b"/jam/seed\0\0\0," + b"i" * 30_000,
    b"/" + b"x" * 60_000 + b"\0" * 7,
    b"/jam/model\0\0,s\0\0" + b"m" * 60_000 + b"\0" * 4,
]
DEEP = b""
for _ in range(3000):
    DEEP = b"#bundle\0" + struct.pack(">Qi", 1, len(DEEP)) + DEEP
    if len(DEEP) > 60_000:
        break


@pytest.mark.parametrize("packet", [*EVIL, DEEP], ids=range(len(EVIL) + 1))
def test_evil_packets_change_nothing_and_stop_nothing(
    house: Any, surface: Any, packet: bytes
) -> None:
    surface.throw(packet)
    assert {address for address, _ in surface.settle()} <= {"/jam/error"}
    assert house.hub.snapshot.settings == Settings()


SETTERS = [f"/jam/{row.knob.address}".encode() for row in PARAMS.values()]


@effort(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.binary(max_size=60).map(lambda b: b"#bundle\0" + b)
    | st.tuples(st.sampled_from(SETTERS), st.binary(max_size=40)).map(b"".join)
)
def test_random_bytes_never_change_settings(packet: bytes) -> None:
    surface = _SHARED["surface"]
    surface.throw(packet)
    surface.settle()
    assert _SHARED["house"].hub.snapshot.settings == Settings()


_SHARED: dict[str, Any] = {}


@pytest.fixture(autouse=True, scope="module")
def _shared(house: Any) -> Iterator[None]:
    """Hypothesis cannot take fixtures that are made anew for each test."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        surface = _Surface(sock, house.port)
        _SHARED.update(house=house, surface=surface)
        yield


class _Surface:
    """As much of a surface as the random test needs."""

    def __init__(self, sock: socket.socket, port: int) -> None:
        self.sock, self.server, self.pings = sock, ("127.0.0.1", port), 0
        sock.settimeout(3)

    def throw(self, packet: bytes) -> None:
        self.sock.sendto(packet, self.server)

    def settle(self) -> None:
        self.pings += 1
        self.throw(write("/jam/ping", (self.pings,)))
        while self.sock.recv(65536) != write("/jam/pong", (self.pings,)):
            continue
