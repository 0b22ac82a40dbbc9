"""Another machine that tries our doors: `neighbour.py ADDRESS [TOKEN]`; prints JSON."""

from __future__ import annotations

import http.client
import json
import socket
import sys
from contextlib import closing

from zeroconf import IPVersion, Zeroconf

from bridge.control.packets import write

PATIENCE = 1.0  # seconds
OURS = "10.77.0.2"
KIND = "_oscjson._tcp.local."


def page(address: str, port: int, path: str) -> str:
    """Return the status of a GET, or why there is none."""
    try:
        with closing(http.client.HTTPConnection(address, port, timeout=PATIENCE)) as wire:
            wire.request("GET", path)
            return str(wire.getresponse().status)
    except OSError as error:
        return type(error).__name__


def udp(address: str, port: int, packet: bytes) -> str:
    """Return what answers a packet: its address, or why nothing does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect((address, port))
        try:
            for _ in range(2):
                sock.send(packet)
            return sock.recv(4096).partition(b"\0")[0].decode(errors="replace")
        except OSError as error:
            return type(error).__name__


def tcp(address: str, port: int) -> str:
    """Return what comes of a connection."""
    try:
        with socket.create_connection((address, port), PATIENCE) as sock:
            packet = write("/jam/ping", (1,))
            sock.sendall(len(packet).to_bytes(4, "big") + packet)
            return "answered" if sock.recv(100) else "closed"
    except OSError as error:
        return type(error).__name__


def found_by_itself() -> str:
    """Return the address of an Antiphon that announces itself on our network."""
    with closing(Zeroconf(interfaces=[OURS], ip_version=IPVersion.V4Only)) as ear:
        found = ear.get_service_info(KIND, f"Antiphon.{KIND}", int(1000 * PATIENCE))
    return f"{found.parsed_addresses()}:{found.port}" if found else ""


def main() -> None:
    """Try all doors."""
    address, token = sys.argv[1], (*sys.argv[2:], "no")[0]
    found = {
        "panel": page(address, 9080, "/"),
        "panel with the token": page(address, 9080, f"/?token={token}"),
        "query": page(address, 9081, "/jam/top_k"),
        "udp": udp(address, 9000, write("/jam/top_k", (9,))),
        "tcp": tcp(address, 9000),
        "mdns": udp(address, 5353, b""),
        "found": found_by_itself(),
    }
    print(json.dumps(found))


main()
