"""A flood of OSC and eight surfaces that watch it: `python -m bridge.app.bench.flood PORT SECONDS`.

One parameter is set RATE times a second. Each value is the number of its message, so that an echo
and what a surface is told say which message they answer. Prints one line of JSON.

A surface was told when the system took in its packet: how late this process reads it is no matter
of the jam. Where the system does not say when that was, it is when we read it.

Conventions: seconds are monotonic; the system's stamps are of the wall clock.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.control.packets import write

RATE = 10_000  # messages a second
SURFACES = 8
PARAMETER = "/jam/call/min"  # a number in 0..16, which changes nothing of an answer that sounds
NUMBERS, SCALE = 1 << 16, 1 << 12  # numbered so far, then from 0 again; a value is number / SCALE
HURRY = RATE // 500  # messages at once: what was kept waiting catches up at twice the rate
BATCH = 0.001  # seconds of messages that are sent together
SETTLE = 0.5  # seconds for what a new subscriber is told
FAREWELL = 1.0  # seconds in which the last echoes come
LEASE = 10.0  # seconds after which to subscribe again
BUFFER = 1 << 22  # bytes, as far as the system gives them
HEAD = write(PARAMETER, (0.0,))[:-4]
FLOAT = struct.Struct(">f")
STAMPS = 35 if sys.platform == "linux" else 0  # SO_TIMESTAMPNS, which Python's socket does not name
STAMP = struct.Struct("@ll")  # seconds, nanoseconds
ROOM = socket.CMSG_SPACE(STAMP.size) if STAMPS else 0


@dataclass(slots=True)
class Flood:
    """What was sent and what came back."""

    sent: int = 0
    echoes: int = 0
    strays: int = 0  # echoes of another number than was next
    lag: float = 0.0  # seconds the sender was behind its own rate at worst
    delays: list[float] = field(default_factory=list)  # seconds until a surface was told
    told: list[int] = field(default_factory=lambda: [0] * SURFACES)
    times: list[float] = field(default_factory=lambda: [0.0] * NUMBERS)  # by number

    def send(self, sock: socket.socket, count: int) -> None:
        """Send the next messages."""
        for _ in range(count):
            number = self.sent % NUMBERS
            self.times[number] = time.monotonic()
            sock.send(HEAD + FLOAT.pack(number / SCALE))
            self.sent += 1

    def echo(self, number: int) -> None:
        """Count an echo."""
        self.strays += number != self.echoes % NUMBERS
        self.echoes += 1

    def tell(self, surface: int, number: int, when: float) -> None:
        """Count what a surface was told."""
        self.told[surface] += 1
        self.delays.append(when - self.times[number])


def numbers(sock: socket.socket) -> list[tuple[int, float]]:
    """Return the numbers of all values that have come, and when each came."""
    found = []
    ahead = datetime.now(UTC).timestamp() - time.monotonic()
    try:
        while True:
            packet, when = _received(sock, ahead)
            if packet.startswith(HEAD):
                number = round(FLOAT.unpack_from(packet, len(HEAD))[0] * SCALE)
                found.append((number, when))
    except BlockingIOError:
        return found


def _received(sock: socket.socket, ahead: float) -> tuple[bytes, float]:
    """Return a packet and when it came; the wall clock is `ahead` of ours."""
    if not STAMPS:
        return sock.recv(4096), time.monotonic()
    packet, [(_, _, stamp)], _, _ = sock.recvmsg(4096, ROOM)
    second, nanosecond = STAMP.unpack(stamp)
    return packet, second - ahead + nanosecond / 1e9


def flood(port: int, seconds: float) -> Flood:
    """Send for some seconds and hear what comes back."""
    sender, *surfaces = (_connected(port) for _ in range(1 + SURFACES))
    done = Flood()
    _subscribe(surfaces)
    time.sleep(SETTLE)
    for surface in surfaces:
        numbers(surface)
    begun = time.monotonic()
    lease = begun + LEASE
    while (now := time.monotonic()) < begun + seconds + FAREWELL:
        if now >= lease:
            lease = now + LEASE
            _subscribe(surfaces)
        due = round(min(now - begun, seconds) * RATE) - done.sent
        done.lag = max(done.lag, due / RATE)
        done.send(sender, min(due, HURRY))
        time.sleep(BATCH)  # and not woken by each echo, which would keep control waiting for us
        for number, _ in numbers(sender):
            done.echo(number)
        for index, surface in enumerate(surfaces):
            for number, when in numbers(surface):
                done.tell(index, number, when)
    return done


def _subscribe(surfaces: Sequence[socket.socket]) -> None:
    for surface in surfaces:
        surface.send(write("/jam/subscribe", (0,)))


def _connected(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    if STAMPS:
        sock.setsockopt(socket.SOL_SOCKET, STAMPS, 1)
    sock.connect(("127.0.0.1", port))
    sock.settimeout(0)
    return sock


def main() -> None:
    """Flood and tell."""
    done = flood(int(sys.argv[1]), float(sys.argv[2]))
    found = {name: getattr(done, name) for name in ("sent", "echoes", "strays", "lag", "delays")}
    print(json.dumps(found | {"told": done.told}))


if __name__ == "__main__":
    main()
