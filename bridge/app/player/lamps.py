"""The port to controllers: their lamps, rings and motor faders, which show what they turn.

Nothing here may cost a note its time, and no trouble with it ends the music: a port that is not
there, or goes, is told once and done without.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from bridge.core.devices import EXACT, choose
from bridge.core.errors import PortError
from bridge.intake.loopback import LoopbackOutput
from bridge.send.port import open_output

SOME = 8  # messages sent together: on a cable of 31,250 baud they take 8 ms


class Port(Protocol):
    """Where messages go."""

    def send(self, message: bytes) -> None: ...
    def check(self) -> None: ...
    def close(self) -> None: ...


class Lamps:
    """What waits for controllers, the newest of each control, and what is lit."""

    def __init__(
        self, port: Port | None = None, complain: Callable[[str], None] = lambda _: None
    ) -> None:
        """Without a `port` all is swallowed."""
        self._port = port
        self._complain = complain
        self._waiting: dict[tuple[int, int], int] = {}  # status, data 1: data 2
        self._off: dict[tuple[int, int], int] = {}  # of what is lit, the same that puts it out

    @property
    def waiting(self) -> bool:
        """Whether something is to be sent."""
        return bool(self._waiting)

    def show(self, rows: Sequence[tuple[int, int, int, int]]) -> None:
        """Have controls show something (bridge.core.events.Mirrored), when there is time."""
        if self._port is None:
            return
        for status, number, data, off in rows:
            self._waiting[status, number] = data
            if off >= 0 and data != off:
                self._off[status, number] = off
            else:
                self._off.pop((status, number), None)

    def send(self, most: int = SOME) -> None:
        """Send some of what waits, the oldest first."""
        with self._losing():
            for key in list(self._waiting)[:most]:
                self._send(*key, self._waiting.pop(key))

    def check(self) -> None:
        """Do without the port if it is gone."""
        with self._losing():
            if self._port is not None:
                self._port.check()

    def leave(self) -> None:
        """Put out what is lit, and close."""
        with self._losing():
            for (status, number), off in self._off.items():
                self._send(status, number, off)
            if self._port is not None:
                self._port.close()

    def _send(self, status: int, number: int, data: int) -> None:
        if self._port is not None:
            self._port.send(bytes((status, number, data)))

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except PortError as error:
            self._port = None
            self._waiting.clear()
            self._complain(f"{error}; controllers show nothing until the next start")


def open_lamps(api: str, client: str, wanted: str | None, complain: Callable[[str], None]) -> Lamps:
    """Open our own port, or the one whose name contains `wanted`; with `loopback` a file.

    On Windows, where nobody can make a port, there is none unless it is `wanted`.
    """
    try:
        if api == "loopback":
            return Lamps(LoopbackOutput(wanted) if wanted else None, complain)
        system = choose(api)
        if system == "windows" and wanted is None:
            return Lamps()
        system = "jack" if system == EXACT else system
        return Lamps(open_output(system, client, wanted, "feedback"), complain)
    except PortError as error:
        complain(f"{error}; controllers show nothing")
        return Lamps()
