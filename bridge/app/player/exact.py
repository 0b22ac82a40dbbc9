"""Ports that hear and send to the sample: the player's end of its process on JACK (jack_cycle).

Conventions: seconds are monotonic. What is to leave is handed over `horizon` seconds ahead.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections import deque
from typing import Any

from bridge.core.errors import PortError
from bridge.core.parcels import CANCEL, MESSAGE, MISSED, RECALL, RELEASE, SIZE, Parcel, pack, unpack

COMMAND = (sys.executable, "-m", "bridge.app.player.jack_cycle")
BIRTH, FAREWELL = 10.0, 1.0  # seconds until it must have answered; to release all keys and end
GONE = "JACK is gone, or our process on it"


class JackProcess:
    """The process, and the socket to it; it releases all keys when the socket closes."""

    def __init__(self, client: str) -> None:
        """Start it; raises PortError where there is no JACK server."""
        self.heard: deque[tuple[float, bytes]] = deque()
        self.missed: list[float] = []  # seconds late
        ours, theirs = socket.socketpair()
        command = [*COMMAND, "--link", str(theirs.fileno()), "--client", client]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._sock = ours
        self._buffer = bytearray()
        words = self._greeting()
        if "error" in words:
            self.close()
            raise PortError(words["error"])
        ours.settimeout(0)
        self.input, self.output = str(words["input"]), str(words["output"])
        self.horizon = float(words["horizon"])

    def fileno(self) -> int:
        """Return the descriptor of the socket, which is not one to the server."""
        return self._sock.fileno()

    def put(self, parcel: Parcel) -> None:
        """Hand something over; raises PortError when nobody takes it."""
        try:
            taken = self._sock.send(pack(parcel))
        except BlockingIOError:
            taken = 0
        except OSError as error:
            raise PortError(GONE) from error
        if taken < SIZE:
            raise PortError("the process on JACK does not take messages")

    def read(self) -> None:
        """Sort what has come; raises PortError when nothing can come any more."""
        try:
            while chunk := self._sock.recv(65536):
                self._buffer += chunk
        except BlockingIOError:
            for parcel in unpack(self._buffer):
                if parcel.kind == MESSAGE:
                    self.heard.append((parcel.second, parcel.message))
                elif parcel.kind == MISSED:
                    self.missed.append(parcel.second)
            return
        except OSError as error:
            raise PortError(GONE) from error
        raise PortError(GONE)

    def close(self) -> None:
        """Let it release all keys and end; where its server hangs, end it."""
        self._sock.close()
        try:
            self._process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _greeting(self) -> dict[str, Any]:
        self._sock.settimeout(BIRTH)
        try:
            while b"\n" not in self._buffer:
                chunk = self._sock.recv(65536)
                if not chunk:
                    return {"error": "the process on JACK did not start"}
                self._buffer += chunk
        except TimeoutError:
            return {"error": f"the process on JACK did not answer within {BIRTH:g} s"}
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        words: dict[str, Any] = json.loads(line)
        return words


class ExactInput:
    """What the process hears, at the second of its frame."""

    def __init__(self, process: JackProcess) -> None:
        self.name = process.input
        self.fileno = process.fileno
        self._process = process

    def poll(self, now: float) -> list[tuple[float, bytes]]:
        """Return what has sounded by `now`; JACK knows some of it up to a period before."""
        self._process.read()
        heard = self._process.heard
        messages = []
        while heard and heard[0][0] <= now:
            messages.append(heard.popleft())
        return messages

    def check(self) -> None:
        """Do nothing: `poll` notices when the process is gone."""

    def close(self) -> None:
        """Do nothing: the process ends with the output."""


class ExactOutput:
    """Takes messages ahead of their time."""

    def __init__(self, process: JackProcess) -> None:
        self.name = process.output
        self.horizon = process.horizon
        self._process = process

    def send(self, message: bytes, second: float | None = None, take: int | None = None) -> None:
        """Hand a message over, to leave at `second` or at once; `take` is a note-on's answer."""
        at = time.monotonic() if second is None else second
        self._process.put(Parcel(MESSAGE, at, message, take or 0))

    def cancel(self, take: int, since: float) -> None:
        """Take back the note-ons of an answer that have not left, from a second on."""
        self._process.put(Parcel(CANCEL, since, take=take))

    def recall(self) -> None:
        """Take back all that has not left, and let go of all keys."""
        self._process.put(Parcel(RECALL))

    def release(self, note_off: bytes) -> None:
        """Let go of a key that a process before this one may have left down."""
        self._process.put(Parcel(RELEASE, 0.0, note_off))

    def take_missed(self) -> list[float]:
        """Return, once, how many seconds late note-ons left that missed their frame."""
        missed, self._process.missed = self._process.missed, []
        return missed

    def check(self) -> None:
        """Do nothing: the input notices when the process is gone."""

    def close(self) -> None:
        """End the process, which first releases all keys."""
        self._process.close()


def open_exact(client: str) -> tuple[ExactInput, ExactOutput]:
    """Return both ends of a new process on JACK; raises PortError where there is no server."""
    process = JackProcess(client)
    return ExactInput(process), ExactOutput(process)
