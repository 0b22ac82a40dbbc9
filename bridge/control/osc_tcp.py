"""OSC over TCP, framed as OSC 1.0 or 1.1 have it, and how many may be connected.

A web page can make a browser connect here too. What it sends begins with a word of HTTP, which is
no length that could be: it is shut out before anything is obeyed.

Who says nothing gives up its place where another needs one; so does who listens, after LULL.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Collection
from typing import Self, cast

from bridge.control.exchange import Exchange
from bridge.control.framing import FrameError, Framing, Sized, framing
from bridge.control.osc import MOMENT, bound
from bridge.control.packets import write
from bridge.control.reach import HERE, LOOP, Door, Reach
from bridge.control.surfaces import ROOT
from bridge.core.errors import SettingError

log = logging.getLogger(__name__)

CROWD = 32  # connections at a time
GUESTS = 8  # of them from one address that is not this machine's
LULL = 10.0  # seconds without a word after which one who listens may have to go
PATIENCE = 10.0  # seconds for a first packet, for the rest of one, and until it reads what we send


class TcpPort:
    """A TCP port and its connections."""

    def __init__(self, exchange: Exchange, door: Door) -> None:
        self._exchange = exchange
        self._door = door
        self._callers: set[TcpCaller] = set()
        self._server: asyncio.Server | None = None

    async def open(self, port: int, reach: Reach = HERE) -> None:
        """Begin to listen; PortError if the port is taken."""
        sock = bound(socket.SOCK_STREAM, port, reach.host)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: TcpCaller(self._exchange, self), sock=sock)

    async def close(self) -> None:
        """End all connections and stop."""
        if self._server is not None:
            self._server.close()
        for caller in list(self._callers):
            caller.end()

    def lets_in(self, caller: TcpCaller) -> bool:
        """Tell whether it may come in and there is room, which is made where it can be."""
        if not self._door.lets_in(caller.host):
            return False
        theirs = [each for each in self._callers if each.host == caller.host]
        if not caller.host.startswith(LOOP) and len(theirs) >= GUESTS:
            leaving = self._idlest(theirs) or caller
            leaving.dismiss(f"there are {GUESTS} OSC connections from {caller.host} already")
        elif len(self._callers) >= CROWD:
            leaving = self._idlest(self._callers) or caller
            leaving.dismiss(f"there are {CROWD} OSC connections over TCP already")
        else:
            leaving = None
        self._callers.add(caller)
        if leaving is not None:
            self._callers.discard(leaving)  # it leaves as soon as it has been told why
        return True

    def _idlest(self, callers: Collection[TcpCaller]) -> TcpCaller | None:
        """Return who has to go: who has said nothing for longest, first of those who do not listen.

        None where all listen and have said something of late.
        """
        quiet = [each for each in callers if not self._exchange.is_subscribed(each)]
        if not quiet:
            lately = asyncio.get_running_loop().time() - LULL
            quiet = [each for each in callers if each.last <= lately]
        return min(quiet, key=lambda each: each.last, default=None)

    def leave(self, caller: TcpCaller) -> None:
        """Take note that one has gone."""
        self._callers.discard(caller)


class TcpCaller(asyncio.Protocol):
    """One connection."""

    def __init__(self, exchange: Exchange, line: TcpPort) -> None:
        self._exchange = exchange
        self._line = line
        self._transport: asyncio.Transport
        self._framing: Framing | None = None  # its first byte tells
        self._in = bytearray()
        self.host = ""
        self._deadline: asyncio.TimerHandle | None = None
        self.last = asyncio.get_running_loop().time()  # when it said something
        self.ready = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or close (called by asyncio)."""
        # A cast: until Python 3.12 asyncio's own class does not say what it is.
        self._transport = cast(asyncio.Transport, transport)
        self.host = transport.get_extra_info("peername")[0]
        if not self._line.lets_in(self):
            self._transport.abort()
            return
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # some never say good-bye
        self._await(PATIENCE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it (called by asyncio)."""
        log.debug("osc: a connection ended: %s", exc)
        self._in.clear()
        self._await(None)
        self._line.leave(self)
        self._exchange.forget(self)

    def data_received(self, data: bytes) -> None:
        """Take in what came (called by asyncio)."""
        if self._framing is None:
            self._framing = framing(data[0])
        self._in += data
        self.last = asyncio.get_running_loop().time()
        self._obey()

    def pause_writing(self) -> None:
        """Take no more orders from one who does not read our answers (called by asyncio)."""
        self.ready = False
        self._transport.pause_reading()
        self._await(PATIENCE)

    def resume_writing(self) -> None:
        """Go on (called by asyncio)."""
        self.ready = True
        self._await(None)
        self._transport.resume_reading()
        self._exchange.resume(self)
        asyncio.get_running_loop().call_soon(self._obey)

    def _obey(self) -> None:
        """Obey the packets that are whole, for a moment: others want their turn."""
        loop = asyncio.get_running_loop()
        until, at = loop.time() + MOMENT, 0
        while self.ready and not self._transport.is_closing():
            packet, after = self._cut(at)
            if packet is None:
                break
            if loop.time() > until:
                self._transport.pause_reading()
                loop.call_soon(self._go_on)
                break
            at = after
            if packet:
                self._exchange.take(packet, self)
        del self._in[:at]
        # One who sends a byte now and then gains no time by it.
        if self.ready and (at or not self._in or self._deadline is None):
            self._await(PATIENCE if self._in else None)

    def _go_on(self) -> None:
        if self.ready:
            self._transport.resume_reading()
        self._obey()

    def _cut(self, at: int) -> tuple[bytes | None, int]:
        try:
            return self._framing.cut(self._in, at) if self._framing else (None, at)
        except FrameError as error:
            log.debug("osc: %s", error)
            self._transport.abort()
            return None, at

    def send(self, packet: bytes) -> None:
        """Send a packet."""
        if not self._transport.is_closing():
            self._transport.write((self._framing or Sized()).framed(packet))

    def at(self, port: int) -> Self:
        """Return this connection: it hears what it asked for, whatever the port."""
        del port
        return self

    def dismiss(self, why: str) -> None:
        """Tell it why, and close."""
        self.send(write(ROOT + "error", (SettingError.exit_code, why)))
        self.end()

    def end(self) -> None:
        """Close; what was sent and not read by now is lost."""
        self._transport.close()
        if self._transport.get_write_buffer_size():
            self._transport.abort()

    def _await(self, seconds: float | None) -> None:
        """Close in so many seconds, or no longer."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(seconds, self._transport.abort)
