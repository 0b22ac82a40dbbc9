"""A whole jam in processes of its own, seen from outside: over OSC, and by what it uses."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pythonosc.osc_message import OscMessage, ParseError
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.core.errors import BridgeError

PATIENCE = 60.0  # seconds until a jam must be where it is awaited
LOOK = 0.1  # seconds
FAREWELL = 10.0  # seconds
LEASE = 10  # seconds between two subscriptions, which last longer


class Osc:
    """A control surface: one UDP socket."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(LOOK)

    def send(self, address: str) -> None:
        """Send a message without arguments."""
        self._socket.sendto(OscMessageBuilder(address).build().dgram, self._server)

    def ask(self, reading: str) -> list[Any] | None:
        """Return what is read at an address below /jam/; None where nobody answers."""
        self.send(f"/jam/get/{reading}")
        until = time.monotonic() + 1
        while time.monotonic() < until:
            with contextlib.suppress(TimeoutError, ConnectionError, ParseError):
                message = OscMessage(self._socket.recv(65536))
                if message.address == f"/jam/{reading}":
                    return list(message.params)
        return None

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Jam:
    """A running `antiphon run`, and a surface that subscribes to it."""

    process: psutil.Process
    osc: Osc

    def family(self) -> list[psutil.Process]:
        """Return its processes."""
        return [self.process, *self.process.children(recursive=True)]

    def await_state(self, state: str) -> None:
        """Wait until it is in a state; raises BridgeError after PATIENCE."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.status() != psutil.STATUS_ZOMBIE:
            if self.osc.ask("state") == [state]:
                return
            time.sleep(LOOK)
        raise BridgeError(f"the jam ended, or was not {state} within {PATIENCE:g} s")

    def shares(self, seconds: float) -> list[float]:
        """Return the % of a core that all its processes took, about a second at a time."""
        family, found = self.family(), list[float]()
        count = max(round(seconds), 1)
        for number in range(count):
            if number % LEASE == 0:
                self.osc.send("/jam/subscribe")
            begun, spent = time.monotonic(), _cpu(family)
            time.sleep(seconds / count)
            found.append(100 * (_cpu(family) - spent) / (time.monotonic() - begun))
        return found

    def resident(self) -> float:
        """Return the MB of all processes, shared pages counted in each."""
        return sum(p.memory_info().rss for p in self.family()) / 1e6

    def proportional(self) -> float | None:
        """Return the MB of all processes, shared pages counted once; None where nobody says.

        Reading it stops each process for some milliseconds.
        """
        found = [_pss(p.pid) for p in self.family()]
        return None if None in found else sum(x for x in found if x is not None) / 1e6


@contextlib.contextmanager
def jam(models: Path, *arguments: str) -> Iterator[Jam]:
    """A jam with the built-in musician; it ends with the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as takes, contextlib.closing(Osc(port)) as osc:
        command = [
            sys.executable, "-m", "bridge", "run", "--plain", "--api", "loopback", "--takes", takes,
            "--presets", takes,
            "--models", str(models), "--osc-port", str(port), "--web-port", free_tcp_port(),
            "--query-port", free_tcp_port(), *arguments,
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        try:
            yield Jam(psutil.Process(process.pid), osc)
        finally:
            process.terminate()
            process.wait(FAREWELL)


def _cpu(family: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in family)


def _pss(pid: int) -> int | None:
    """Return the proportional set size in bytes (proc(5), smaps_rollup; Linux)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((1024 * int(x.split()[1]) for x in lines if x.startswith("Pss:")), None)


def free_tcp_port() -> str:
    """Return a port that nobody has at this moment: the web is part of what is measured."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
