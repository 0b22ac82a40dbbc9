"""One child process and its link: started, heard, ended.

Conventions: seconds are monotonic. A child is known by its name, "player" or "engine".
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.core.events import Fault, Hello, Message
from bridge.core.wire import Link

WINDOWS = sys.platform == "win32"
SILENCE = 3.0  # seconds without a sign of life: a child hangs
BIRTH = 30.0  # the same before its Hello: a model may be loading from a slow disk
LAST_WORDS = 0.5  # seconds a child that let go of its link has to exit


@dataclass(slots=True)
class Child:
    """One life of a child process."""

    who: str
    process: subprocess.Popen[str]
    link: Link
    alive: float  # when it last gave a sign of life
    greeted: bool = False
    fault: Fault | None = None
    held: Fault | None = None  # perhaps its last words, which are not told twice
    verdict: str = ""  # why we ended it ourselves
    said: deque[str] = field(default_factory=lambda: deque(maxlen=50))  # its stderr
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    listener: threading.Thread | None = None

    @classmethod
    def spawn(cls, who: str, command: Sequence[str], config: Mapping[str, Any]) -> Child:
        """Start a process that holds the other end of a new link."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = _popen([*command, "--config", json.dumps(config)], theirs)
        child = cls(who, process, Link(ours), time.monotonic())
        child.listener = threading.Thread(target=child._listen, daemon=True)
        child.listener.start()
        return child

    def _listen(self) -> None:
        # A thread, because a pipe nobody reads stops its writer, and Windows cannot select one.
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip():
                self.said.append(line.strip())

    def receive(self) -> list[Message]:
        """Return what has arrived; a line that is no message ends the child."""
        try:
            messages = self.link.receive()
        except (ValueError, TypeError) as error:
            self.verdict = f"it sent a line that is no message: {error}"
            self.process.kill()
            messages = []
        for message in messages:
            self.alive = time.monotonic()
            self.greeted |= isinstance(message, Hello)
            self.fault = message if isinstance(message, Fault) else self.fault
        if self.link.closed:
            self.gone.set()
        return messages

    def hangs(self, now: float) -> bool:
        """Tell whether it has been silent for too long."""
        return now - self.alive > (SILENCE if self.greeted else BIRTH)

    def ask_to_end(self) -> None:
        """Let it release its notes and exit: by signal, on Windows by closing its link."""
        if WINDOWS:
            self.link.sock.shutdown(socket.SHUT_RDWR)
        else:
            self.process.terminate()

    def bury(self) -> None:
        """Make sure that it is dead, and free what belonged to it."""
        self.process.kill()
        self.process.wait()
        assert self.listener is not None
        assert self.process.stdout is not None
        self.listener.join(LAST_WORDS)
        if not self.listener.is_alive():  # else a grandchild holds the pipe
            self.process.stdout.close()
        self.link.sock.close()

    def story(self) -> str:
        """Say in one line what ended it."""
        if self.verdict:
            return self.verdict
        code = self.process.returncode
        if self.fault and (not self.greeted or code == self.fault.code):
            return self.fault.text
        if code < 0:  # what it said last has nothing to do with it
            return f"it was ended by {signal.Signals(-code).name}"
        return self.said[-1] if self.said else f"exit code {code}"


def _popen(command: list[str], theirs: socket.socket) -> subprocess.Popen[str]:
    """Start a process in a group of its own: Ctrl-C is ours to hear, and ours to pass on."""
    output: dict[str, Any] = {
        "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace",
    }  # fmt: skip
    if sys.platform == "win32":
        # A socket is no file there: its description is made for the child and goes through stdin.
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        command = [*command, "--link", "0"]
        process = subprocess.Popen(  # noqa: S603 - our own modules
            command, stdin=subprocess.PIPE, creationflags=flags, **output
        )
        process.stdin.buffer.write(theirs.share(process.pid))
        process.stdin.close()
        return process
    command = [*command, "--link", str(theirs.fileno())]
    return subprocess.Popen(  # noqa: S603 - our own modules
        command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0, **output
    )
