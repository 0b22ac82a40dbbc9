"""Whether the TCP ports of the panel and of OSCQuery are free, and who holds them where not."""

from __future__ import annotations

import errno
import http.client
import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from bridge.app.doctor.finding import Finding, Mark, Order
from bridge.app.doctor.neighbours import Known
from bridge.control.reach import LOOPBACK

PATIENCE = 1.0  # seconds for an answer on this machine
FIRST = 1 << 14  # bytes of an answer that are looked at


@dataclass(frozen=True, slots=True)
class Doorway:
    """A port we serve HTTP on."""

    check: str
    flag: str
    path: str  # what is asked there
    is_ours: Callable[[bytes], bool]  # of the answer
    taken: Mark  # how bad it is that another program has it
    without: str


def _is_panel(answer: bytes) -> bool:
    return b"<title>Antiphon</title>" in answer


def _is_query(answer: bytes) -> bool:
    try:
        return bool(json.loads(answer)["NAME"] == "Antiphon")
    except (ValueError, TypeError, KeyError):
        return False


PANEL = Doorway("panel", "--web-port", "/", _is_panel, "wrong", "run would not begin")
QUERY = Doorway(
    "OSCQuery", "--query-port", "/?HOST_INFO", _is_query, "note", "the jam does without OSCQuery"
)


def examine_web(order: Order) -> list[Finding]:
    """Tell whether both ports are free; no Antiphon answers at our OSC port."""
    return [_alone(door, port) for door, port in _doors(order)]


def web_of(order: Order, _known: Known) -> list[Finding]:
    """Tell whether the Antiphon that plays serves these ports."""
    return [_beside(door, port) for door, port in _doors(order)]


def _doors(order: Order) -> list[tuple[Doorway, int]]:
    return [(PANEL, order.web_port), (QUERY, order.query_port)]


def _alone(door: Doorway, port: int) -> Finding:
    if not port:
        return Finding(door.check, "ok", "off, as asked for")
    if not (why := refusal(port)):
        return Finding(door.check, "ok", f"port {port} is free")
    choose = f"choose another with {door.flag}, 0 for none"
    if why != TAKEN:
        says = f"port {port} cannot be used ({why}); {door.without}"
        return Finding(door.check, door.taken, says, choose)
    whose = "an Antiphon with another OSC port" if serves(door, port) else holder(port)
    says = f"port {port} is taken by {whose}; {door.without}"
    return Finding(door.check, door.taken, says, f"end that program, or {choose}")


def _beside(door: Doorway, port: int) -> Finding:
    if not port:
        return Finding(door.check, "ok", "off, as asked for")
    if serves(door, port):
        return Finding(door.check, "ok", f"that Antiphon serves http://{LOOPBACK}:{port}/")
    if refusal(port) == TAKEN:
        says = f"port {port} is taken by {holder(port)}, not by that Antiphon"
        return Finding(door.check, "note", says, f"name its own with {door.flag}")
    says = f"nobody serves port {port}: that Antiphon has another, or none"
    return Finding(door.check, "note", says, f"name its own with {door.flag}, or begin it anew")


TAKEN = "it is taken"


def refusal(port: int) -> str:
    """Return why we could not listen on a port: TAKEN, or as the system says; empty if we could."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        # As the server itself binds: a port that a server has just left is free.
        if sys.platform != "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((LOOPBACK, port))
            sock.listen()
        except OSError as error:
            return TAKEN if error.errno == errno.EADDRINUSE else error.strerror or str(error)
    return ""


def serves(door: Doorway, port: int) -> bool:
    """Tell whether an Antiphon answers at a port as it does at this door."""
    asked = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        asked.request("GET", door.path)
        return door.is_ours(asked.getresponse().read(FIRST))
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def holder(port: int) -> str:
    """Return the program that listens on a port, as far as the system tells."""
    try:
        listening = [
            each.pid
            for each in psutil.net_connections("tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port
        ]
        for pid in filter(None, listening):
            return f"{psutil.Process(pid).name()} (process {pid})"
    except (psutil.Error, OSError):
        pass  # macOS tells the administrator only
    return "another program"
