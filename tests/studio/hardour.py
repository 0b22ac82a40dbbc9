"""Ardour without a face, remote-controlled over OSC as from a tablet."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from xml.etree import ElementTree as ET

from pythonosc.osc_message_builder import build_msg

from bridge.desk.ardour import template
from bridge.desk.table import NAME
from tests.studio.house import House
from tests.studio.jam import LOCALHOST
from tests.studio.programs import wait_for

FOLDERS = [Path(f"/usr/lib/ardour{version}") for version in (9, 8, 7)]
COMES_UP = 40.0  # seconds
PORTS = range(3819, 3840)
SURFACE = "Open Sound Control (OSC)"


def command() -> Path | None:
    """Return Ardour without a face, None where it is not installed."""
    return next((path for folder in FOLDERS for path in folder.glob("hardour-*")), None)


def missing() -> str:
    """Return why it cannot be used; empty when it can."""
    return "" if command() else "Ardour without a face (hardour) is not installed here"


def listens(pid: int) -> list[int]:
    """Return the UDP ports at which a process listens."""
    ports = []
    with contextlib.suppress(OSError):
        files = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
        for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
            fields = line.split()  # see proc_net(5): the second is the address, the tenth the inode
            if f"socket:[{fields[9]}]" in files:
                ports.append(int(fields[1].rpartition(":")[2], 16))
    return ports


class Hardour:
    """Our session template at another tempo, opened, with its OSC surface and MIDI clock on."""

    def __init__(self, house: House, bpm: float) -> None:
        program = command()
        assert program is not None
        home, session = house.folder / "hardour", house.folder / "hardour" / "session"
        config = home / ".config" / program.parent.name
        for folder in (session, config):
            folder.mkdir(parents=True)
        (session / f"{NAME}.ardour").write_bytes(_prepared(bpm))
        (config / "config").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Ardour><Config>'
            '<Option name="send-midi-clock" value="1"/></Config></Ardour>\n'
        )
        lib = str(program.parent)
        share = lib.replace("/lib/", "/share/")
        env = {
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "LD_LIBRARY_PATH": lib,
            "ARDOUR_DATA_PATH": share, "ARDOUR_DLL_PATH": lib,
            "ARDOUR_CONFIG_PATH": f"/etc/{program.parent.name}",
        }  # fmt: skip
        # On one core: see test_ardour.opened.
        core = str(min(os.sched_getaffinity(0)))
        argv = ("taskset", "-c", core, "env", *(f"{name}={value}" for name, value in env.items()))
        self.program = house.start("hardour", *argv, program, session, NAME)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._port = 0  # the first that is free from 3819 on
        wait_for("hardour's OSC", self._is_up, COMES_UP)
        assert self.program.alive, "hardour ended at once"

    def _is_up(self) -> bool:
        self._port = next((p for p in listens(self.program.process.pid) if p in PORTS), 0)
        return bool(self._port) or not self.program.alive

    def tell(self, address: str, *values: float) -> None:
        """Send one OSC message."""
        self._socket.sendto(build_msg(address, list(values)).dgram, (LOCALHOST, self._port))

    def close(self) -> None:
        """Let it go before JACK does."""
        self._socket.close()
        self.program.stop(seconds=5.0)


def _prepared(bpm: float) -> bytes:
    """Return the template as a user would have changed it in Ardour's windows."""
    session = ET.fromstring(template())  # noqa: S314 - our own
    for tempo in session.iter("Tempo"):
        tempo.set("npm", str(bpm))
        tempo.set("enpm", str(bpm))
    for surfaces in session.iter("ControlProtocols"):
        ET.SubElement(surfaces, "Protocol", name=SURFACE, active="1")
    prepared: bytes = ET.tostring(session, encoding="utf-8", xml_declaration=True)
    return prepared
