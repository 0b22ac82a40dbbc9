"""A child's end of its link, as its parent left it."""

from __future__ import annotations

import socket
import sys

from bridge.core.wire import Link


def adopt(where: str) -> Link:
    """Return the link on an inherited descriptor; on Windows its description waits in stdin."""
    if sys.platform == "win32":
        return Link(socket.fromshare(sys.stdin.buffer.read()))
    return Link(socket.socket(fileno=int(where)))
