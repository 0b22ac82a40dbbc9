"""Noticing that the JACK server died.

rtmidi says nothing: its ports stay "open", hear nothing, and block for ever once enough was sent.
But the sockets libjack opened to the server are hung up when the server goes. Linux only; where
there is no /proc nothing is watched.
"""

from __future__ import annotations

import os
import select
from pathlib import Path

from bridge.core.errors import PortError

_OPEN_FILES = Path("/proc/self/fd")


def sockets() -> set[int]:
    """Return the descriptors of all sockets this process has open."""
    found = set()
    for entry in _OPEN_FILES.iterdir() if _OPEN_FILES.is_dir() else ():
        try:
            if os.readlink(entry).startswith("socket:"):  # noqa: PTH115 - it names no file
                found.add(int(entry.name))
        except OSError:  # closed since it was listed
            continue
    return found


class Lifeline:
    """Watches sockets that were opened since `before` was taken."""

    def __init__(self, before: set[int]) -> None:
        opened = sockets() - before
        self._poll = select.poll() if opened else None
        if self._poll is not None:
            for descriptor in opened:
                self._poll.register(descriptor, 0)  # a hang-up is always reported
            for descriptor, _ in self._poll.poll(0):
                self._poll.unregister(descriptor)  # never was connected

    def check(self) -> None:
        """Raise PortError when the other end of a socket is gone."""
        if self._poll is not None and self._poll.poll(0):
            raise PortError("the JACK server is gone")
