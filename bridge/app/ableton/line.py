"""A line to one OSC program on this machine, for commands that ask and wait, but never for long.

Conventions: seconds are monotonic.
"""

from __future__ import annotations

import socket
import time
from types import TracebackType
from typing import Self

from bridge.control.packets import Arguments, read, write
from bridge.control.reach import LOOPBACK
from bridge.core.errors import PortError, SettingError
from bridge.core.params import Value

Heard = tuple[str, Arguments]
LONGEST = 1 << 16  # bytes of a packet
LIST_LIMIT = 4096  # arguments of an answer: a big set has many names


class OscLine:
    """Sends to `port`, hears at `own` (0 is any that is free)."""

    def __init__(self, port: int, own: int = 0) -> None:
        """Raise PortError if `own` is taken."""
        self._port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((LOOPBACK, own))
        except OSError as error:
            self._socket.close()
            raise PortError(f"OSC port {own} is taken ({error.strerror})") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the port go."""
        self._socket.close()

    def send(self, address: str, *arguments: Value) -> None:
        """Send a message; nobody need be there."""
        self._socket.sendto(write(address, arguments), (LOOPBACK, self._port))

    def hear(self, until: float) -> Heard | None:
        """Return the next message, None if there is none until a second; skips what is no OSC."""
        while (patience := until - time.monotonic()) > 0:
            self._socket.settimeout(patience)
            try:
                data, sender = self._socket.recvfrom(LONGEST)
                if sender[0] == LOOPBACK:
                    return read(data, LIST_LIMIT)
            except TimeoutError:
                return None
            except (SettingError, ConnectionError):  # Windows tells so that nobody listens there
                continue
        return None
