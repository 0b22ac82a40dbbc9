"""liblo's own programs: oscsend turns knobs, oscdump hears of it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.control.surfaces import READINGS
from bridge.core.params import Settings
from tests.control.conftest import free_port

LACKING = [name for name in ("oscsend", "oscdump") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"liblo's {' and '.join(LACKING)} not here")


@pytest.fixture(autouse=True)
def as_new(house: Any) -> Iterator[None]:
    """Give the house its first settings and no subscribers."""
    yield
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(house.exchange._subscribers.clear)


def send(house: Any, *words: str) -> None:
    """Send with oscsend."""
    subprocess.run(["oscsend", "127.0.0.1", str(house.port), *words], check=True)


def test_oscsend_as_a_client(house: Any, surface: Any) -> None:
    for line in ("temperature f 1.25", "top_k i 12", "key ss Bb dorian", "call/silence d 2.0"):
        address, *rest = line.split()
        send(house, f"/jam/{address}", *rest)
    surface.settle()
    settings = house.hub.snapshot.settings
    assert (settings.temperature, settings.top_k) == (1.25, 12)
    assert (settings.key, settings.call_silence) == ("Bb dorian", 2.0)


def is_taken(port: str) -> bool:
    """Tell whether somebody listens on a UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(("127.0.0.1", int(port)))
        except OSError:
            return True
        return False


def test_oscdump_prints_what_others_turn(house: Any, wait_for: Any) -> None:
    """Given oscdump on a port that oscsend subscribes, it prints all there is, then each change."""
    port = str(free_port())
    command = ["oscdump", "-L", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dump:
        try:
            assert dump.stdout is not None
            wait_for(lambda: is_taken(port))
            lines = (line.split(maxsplit=1)[1] for line in dump.stdout)  # after its time
            send(house, "/jam/subscribe", "i", port)
            assert next(lines).startswith('/jam/hello ssf "Antiphon"')
            while next(lines).split()[0] != f"/jam/{READINGS[-1].address}":  # what is told first
                continue
            send(house, "/jam/{top_k,seed}", "i", "7")
            assert [next(lines), next(lines)] == ["/jam/top_k i 7\n", "/jam/seed i 7\n"]
        finally:
            dump.terminate()
