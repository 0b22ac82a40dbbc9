"""OSC over UDP: packets in, answers and feedback out, by one socket."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from dataclasses import dataclass, field, replace
from typing import Self

from bridge.control.exchange import Exchange
from bridge.control.reach import HERE, Door, Reach
from bridge.core.errors import PortError, SettingError

log = logging.getLogger(__name__)

RECEIVE_BUFFER = (
    1 << 22
)  # bytes, as far as the system gives them: a flood while we are kept waiting
PACKET_LIMIT = 1 << 16  # bytes
MOMENT = 0.002  # seconds for one socket's packets before others have their turn

Peer = tuple[str, int]


class UdpPort:
    """One UDP socket."""

    def __init__(self, exchange: Exchange, door: Door) -> None:
        self._exchange = exchange
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._sock: socket.socket | None = None
        self.port = 0

    async def open(self, port: int, reach: Reach = HERE) -> None:
        """Begin to listen; PortError if the port is taken."""
        self._sock = bound(socket.SOCK_DGRAM, port, reach.host)
        self.port = self._sock.getsockname()[1]
        self._loop.add_reader(self._sock, self._read, self._sock)

    async def close(self) -> None:
        """Stop listening."""
        if self._sock is not None:
            self._loop.remove_reader(self._sock)
            self._sock.close()
            self._sock = None

    def send(self, packet: bytes, peer: Peer) -> None:
        """Send a packet; like any other datagram it may be lost."""
        if self._sock is None:
            return
        try:
            self._sock.sendto(packet, peer)
        except OSError as error:
            log.debug("osc: %s", error)

    def is_own(self, peer: Peer) -> bool:
        """Tell whether an address is this very port."""
        return peer[1] == self.port and self._door.is_own(peer[0])

    def _read(self, sock: socket.socket) -> None:
        until = self._loop.time() + MOMENT
        while self._loop.time() < until:
            try:
                packet, peer = sock.recvfrom(PACKET_LIMIT)
            except BlockingIOError:
                return
            except OSError as error:  # what we sent to a port where nobody is, on Windows
                log.debug("osc: %s", error)
                continue
            # Our own feedback comes back where somebody subscribed this very port.
            if not self.is_own(peer) and self._door.lets_in(peer[0]):
                self._exchange.take(packet, UdpCaller(peer[0], peer[1], self))


@dataclass(frozen=True, slots=True)
class UdpCaller:
    """Who sends from a port of a machine."""

    host: str
    number: int  # of the port
    line: UdpPort = field(compare=False, repr=False)

    @property
    def ready(self) -> bool:
        """Always: what cannot be sent is lost, as is usual with UDP."""
        return True

    def send(self, packet: bytes) -> None:
        """Send a packet."""
        self.line.send(packet, (self.host, self.number))

    def at(self, port: int) -> Self:
        """Return who hears on another port, 0 being this one; SettingError if we do."""
        number = port or self.number
        if self.line.is_own((self.host, number)):
            raise SettingError(f"port {number} is Antiphon's own; subscribe the port you hear on")
        return replace(self, number=number)


def bound(kind: socket.SocketKind, port: int, host: str) -> socket.socket:
    """Return a socket at a port, UDP or TCP by its kind; PortError if that cannot be."""
    sock = socket.socket(socket.AF_INET, kind)
    try:
        sock.settimeout(0)
        if kind is socket.SOCK_DGRAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        elif hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two listen on one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
        raise PortError(
            f"OSC port {port} {why}; choose another with --osc-port, 0 for none"
        ) from None
    return sock
