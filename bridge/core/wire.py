"""Messages as JSON lines, and a link that never blocks its owner."""

from __future__ import annotations

import json
import socket
from dataclasses import astuple
from typing import Any

from bridge.core.events import MESSAGES, Message

_BY_NAME = {kind.__name__: kind for kind in MESSAGES}
OUT_LIMIT = 1 << 20  # bytes waiting for a peer that does not read


def encode(message: Message) -> bytes:
    """Return one line: the message's name and its fields."""
    line = json.dumps([type(message).__name__, *astuple(message)], separators=(",", ":"))
    return line.encode() + b"\n"


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


def decode(line: bytes) -> Message:
    """Return the message of one line; raises ValueError for anything else."""
    name, *values = json.loads(line)
    kind = _BY_NAME.get(name)
    if kind is None:
        raise ValueError(f"unknown message {name!r}")
    return kind(*(_frozen(v) for v in values))


class Link:
    """One end of a stream socket between two of our processes."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(0)
        self.sock = sock
        self.closed = False
        self.lost = 0  # messages dropped because the peer did not read
        self._out = bytearray()
        self._in = bytearray()

    def fileno(self) -> int:
        """Return the descriptor, so that the link can be selected on."""
        return self.sock.fileno()

    @property
    def waiting(self) -> int:
        """The bytes the peer has not taken yet."""
        return len(self._out)

    def send(self, message: Message) -> None:
        """Queue a message and write what the peer will take; drops it beyond OUT_LIMIT."""
        if len(self._out) > OUT_LIMIT:
            self.lost += 1
            return
        self._out += encode(message)
        self.flush()

    def flush(self) -> None:
        """Write what the peer will take without waiting."""
        try:
            while self._out and not self.closed:
                del self._out[: self.sock.send(self._out)]
        except BlockingIOError:
            return
        except OSError:
            self.closed = True

    def receive(self) -> list[Message]:
        """Return all messages that have arrived; sets `closed` when the peer is gone."""
        try:
            while chunk := self.sock.recv(65536):
                self._in += chunk
            self.closed = True
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True
        *lines, rest = self._in.split(b"\n")
        self._in = bytearray(rest)
        return [decode(bytes(line)) for line in lines]
