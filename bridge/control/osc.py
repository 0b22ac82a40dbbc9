"""OSC over UDP on this machine: obeys, echoes, and keeps subscribers informed.

Conventions: seconds are the event loop's (monotonic), except for time tags, which are wall time.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from bridge import __version__
from bridge.control.desk import Desk
from bridge.control.packets import Arguments, read, unroll, write
from bridge.control.surfaces import (
    ROOT,
    Do,
    Order,
    Ping,
    Press,
    Show,
    Subscribe,
    Turn,
    Unsubscribe,
    reading,
    readings,
    understand,
)
from bridge.core.errors import BridgeError, PortError, SettingError
from bridge.core.events import Fault, Message
from bridge.core.params import PARAMS

log = logging.getLogger(__name__)

HOST = "127.0.0.1"  # whoever can send here can play: this machine only
LEASE = 30.0  # seconds a subscription lasts
SUBSCRIBER_LIMIT = 32
WAITING_LIMIT = 256  # messages of future bundles
RECEIVE_BUFFER = 1 << 20  # bytes: a dump of a whole surface while the loop is busy
TEXT_LIMIT = 200  # characters of an error

Peer = tuple[str, int]


@dataclass(slots=True)
class Subscriber:
    """Somebody who wants to know, until the lease is over."""

    peer: Peer
    expires: float
    period: float  # seconds between updates
    told: dict[str, Arguments] = field(default_factory=dict)
    last: float = 0.0  # when it was told
    timer: asyncio.TimerHandle | None = None


class OscServer(asyncio.DatagramProtocol):
    """One UDP socket: messages in, echoes and feedback out."""

    def __init__(self, desk: Desk, wall: Callable[[], float] | None = None) -> None:
        self._desk = desk
        self._wall = wall or _wall_seconds
        self._loop = asyncio.get_running_loop()
        self._subscribers: dict[Peer, Subscriber] = {}
        self._waiting = 0
        self._doing: set[asyncio.Task[None]] = set()
        self._prompter: Peer | None = None  # who sent the prompt that is being read
        self._transport: asyncio.DatagramTransport
        self.port = 0

    async def open(self, port: int) -> None:
        """Begin to listen; PortError if the port is taken."""
        await self._loop.create_datagram_endpoint(lambda: self, sock=_socket(port))

    async def close(self) -> None:
        """Stop listening."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (called by asyncio)."""
        # A cast: until Python 3.12 asyncio's own class does not say what it is.
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def error_received(self, exc: Exception) -> None:
        """Note that a peer is gone; its lease will run out (called by asyncio)."""
        log.debug("osc: %s", exc)

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        """Obey a packet now or when it is due (called by asyncio)."""
        if addr == (HOST, self.port):
            return  # our own feedback: somebody subscribed this very port
        try:
            for delay, message in unroll(data, self._wall()):
                if delay <= 0:
                    self._obey(message, addr)
                else:
                    self._postpone(delay, message, addr)
        except SettingError as error:
            self._refuse(error, addr)

    def _postpone(self, delay: float, message: bytes, sender: Peer) -> None:
        if self._waiting >= WAITING_LIMIT:
            raise SettingError(f"{WAITING_LIMIT} messages are waiting for their time already")
        self._waiting += 1
        self._loop.call_later(delay, self._obey_late, message, sender)

    def _obey_late(self, message: bytes, sender: Peer) -> None:
        self._waiting -= 1
        self._obey(message, sender)

    def _obey(self, message: bytes, sender: Peer) -> None:
        try:
            order = understand(*read(message))
            if order is not None:
                self._perform(order, sender)
        except BridgeError as error:
            self._refuse(error, sender)

    def _perform(self, order: Order, sender: Peer) -> None:
        match order:
            case Turn(name, raw):
                applied = self._desk.turn(name, raw)
                if name == "prompt":
                    self._prompter = sender
                if sender not in {s.peer for s in self._present()}:  # who has been shown it
                    self._send(sender, PARAMS[name].knob.address, (applied,))
            case Press(action):
                self._desk.press(action)
            case Do(deed, name):
                self._begin(self._desk.do(deed, name), sender)
            case Show(addresses):
                for address in addresses:
                    self._show(address, sender)
            case Subscribe(port, hertz):
                self._subscribe((sender[0], port or sender[1]), hertz)
            case Unsubscribe(port):
                self._subscribers.pop((sender[0], port or sender[1]), None)
            case Ping(number):
                self._send(sender, "pong", (number,))

    def _begin(self, deed: Coroutine[Any, Any, str], sender: Peer) -> None:
        task = self._loop.create_task(self._finish(deed, sender))
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _finish(self, deed: Coroutine[Any, Any, str], sender: Peer) -> None:
        try:
            address = await deed
        except BridgeError as error:
            self._refuse(error, sender)
        else:
            self.show([address])
            if sender not in {s.peer for s in self._present()}:
                self._show(address, sender)

    def _send(self, peer: Peer, address: str, arguments: Arguments) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(write(ROOT + address, arguments), peer)

    def _show(self, address: str, peer: Peer) -> None:
        self._send(peer, address, self._read(address))

    def _read(self, address: str) -> Arguments:
        return reading(address, self._desk.snapshot, self._desk.names)

    def _refuse(self, error: BridgeError, peer: Peer) -> None:
        # A surface may send from one port and listen on another.
        self._echo("error", (error.exit_code, str(error)[:TEXT_LIMIT]), peer)

    def _echo(self, address: str, arguments: Arguments, sender: Peer) -> None:
        for peer in {sender, *(s.peer for s in self._present())}:
            self._send(peer, address, arguments)

    def _present(self) -> list[Subscriber]:
        now = self._loop.time()
        for peer in [p for p, s in self._subscribers.items() if s.expires <= now]:
            del self._subscribers[peer]
        return list(self._subscribers.values())

    def _subscribe(self, peer: Peer, hertz: float) -> None:
        if peer == (HOST, self.port):
            raise SettingError(
                f"port {self.port} is Antiphon's own; subscribe the port you hear on"
            )
        known = {s.peer: s for s in self._present()}.get(peer)
        if known is None and len(self._subscribers) >= SUBSCRIBER_LIMIT:
            raise SettingError(f"there are {SUBSCRIBER_LIMIT} subscribers already")
        expires = self._loop.time() + LEASE
        if known is not None:
            known.expires, known.period = expires, 1 / hertz
            return
        self._subscribers[peer] = newcomer = Subscriber(peer, expires, 1 / hertz)
        self._send(peer, "hello", ("Antiphon", __version__))
        for row in PARAMS.values():
            self._show(row.knob.address, peer)
        self._tell(newcomer)

    def show(self, addresses: Sequence[str]) -> None:
        """Send parameters and readings to all subscribers, a prompt's also to who sent it."""
        told = {address: self._read(address) for address in addresses}
        subscribers = self._present()
        for subscriber in subscribers:
            subscriber.told |= told
        peers = {s.peer for s in subscribers}
        if "prompt/understood" in told and self._prompter:
            peers.add(self._prompter)
            self._prompter = None
        for peer in peers:
            for address, arguments in told.items():
                self._send(peer, address, arguments)

    def publish(self) -> None:
        """Let subscribers know what has changed, each no more often than it asked for."""
        for subscriber in self._present():
            if subscriber.timer is None:
                due = subscriber.last + subscriber.period
                subscriber.timer = self._loop.call_at(due, self._tell, subscriber)

    def tell(self, message: Message) -> None:
        """Tell all subscribers of trouble; notes go by the MIDI ports."""
        if isinstance(message, Fault):
            for subscriber in self._present():
                self._send(subscriber.peer, "error", (message.code, message.text[:TEXT_LIMIT]))

    def _tell(self, subscriber: Subscriber) -> None:
        if self._subscribers.get(subscriber.peer) is not subscriber:
            return  # it left while this was due
        subscriber.timer = None
        subscriber.last = self._loop.time()
        for address, arguments in readings(self._desk.snapshot).items():
            if subscriber.told.get(address) != arguments:
                subscriber.told[address] = arguments
                self._send(subscriber.peer, address, arguments)


def _wall_seconds() -> float:
    return datetime.now(UTC).timestamp()


def _socket(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        sock.bind((HOST, port))
    except OSError as error:
        sock.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
        raise PortError(
            f"OSC port {port} {why}; choose another with --osc-port, 0 for none"
        ) from None
    return sock
