"""Antiphon in the house: started as a player starts it, cabled, and told what to do over OSC."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import build_msg

from tests.studio.house import House
from tests.studio.programs import ROOT, Note, Peer, Program, wait_for

COMMAND = Path(sys.executable).with_name("antiphon")
MODELS = (ROOT / "models" / "onnx", ROOT / "tests" / "data")
HEARS, PLAYS = "Antiphon:from DAW", "Antiphon out:to DAW"
LOCALHOST = "127.0.0.1"
START = 60.0  # seconds until the model is loaded, on a busy machine
LONGEST_RUN = 120  # seconds after which a forgotten jam ends itself


def free_udp_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((LOCALHOST, 0))
        return int(sock.getsockname()[1])


class Remote:
    """An OSC controller that can ask and be answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOCALHOST, 0))
        self.socket.settimeout(0.25)

    def send(self, address: str, *values: float | str) -> None:
        """Send one message."""
        message = build_msg(f"/jam/{address}", list(values))
        self.socket.sendto(message.dgram, (LOCALHOST, self.port))

    def ask(self, address: str) -> list[object]:
        """Return the values of a parameter or reading; empty when nobody answers."""
        self.send(f"get/{address}")
        try:
            while True:
                reply = OscMessage(self.socket.recv(65536))
                if reply.address == f"/jam/{address}":
                    return list(reply.params)
        except OSError:
            return []

    def close(self) -> None:
        """Let the port go."""
        self.socket.close()


MODULES = {
    "player": "bridge.app.player.process",
    "engine": "bridge.app.engine.process",
    "jack_cycle": "bridge.app.player.jack_cycle",
}


@dataclass(slots=True)
class Jam:
    """A house in which Antiphon and the musician are cabled up and ready."""

    house: House
    peer: Peer
    app: Program
    remote: Remote
    takes: Path

    def child(self, name: str) -> int:
        """Return the number of the `player`, `engine` or `jack_cycle` process; 0 for none."""
        module = MODULES[name]
        own = children(self.app.process.pid)
        running = [*own, *(pid for child in own for pid in children(child))]
        return next((pid for pid in running if module in command_line(pid)), 0)

    def kill(self, who: str, how: signal.Signals) -> None:
        """Send a signal to `control`, or to what `child` knows."""
        pid = self.app.process.pid if who == "control" else self.child(who)
        assert pid > 0, f"there is no {who}"
        os.kill(pid, how)

    def cables(self) -> set[tuple[str, str]]:
        """Return the cables that end at Antiphon's ports, as (ours, theirs)."""
        desk = self.house.desk
        ours = [port.name for port in desk.get_ports() if port.name in (HEARS, PLAYS)]
        return {(port, other.name) for port in ours for other in desk.get_all_connections(port)}

    def call(self, notes: Sequence[Note]) -> None:
        """Let the musician play a phrase on the song's timeline, and the song begin."""
        self.peer.play(notes, self.house.bpm)
        self.house.play()

    def wait_for_answer(self, beat: float) -> None:
        """Return when a note of the answer sounds; it must do so soon after `beat` of the song."""
        patience = self.house.seconds(beat) + 5.0
        wait_for("a note of the answer", lambda: bool(self.peer.sounding()), patience)

    def wait_for_silence(self, seconds: float) -> None:
        """Return when all notes the musician heard have ended."""
        wait_for("all notes to end", lambda: not self.peer.sounding(), seconds)


@contextmanager
def jam(
    folder: Path, bpm: float = 120.0, *, api: str = "jack", controller: str = "", **settings: str
) -> Iterator[Jam]:
    """Put up a house, start Antiphon with some settings and wait until it listens."""
    with House(folder, bpm) as house:
        port, takes = free_udp_port(), folder / "takes"
        flags = [flag for name, value in settings.items() for flag in ("--set", f"{name}={value}")]
        app = house.start(
            "antiphon", COMMAND, "run", "--api", api, "--plain", "--osc-port", str(port),
            "--web-port", "0", "--query-port", "0", "--takes", takes, "--models", models(),
            "--presets", folder / "presets", "--controller", controller,
            "--seconds", str(LONGEST_RUN), *flags,
        )  # fmt: skip
        peer = house.peer()
        hears, plays = house.port(HEARS), house.port(PLAYS)
        for source, target in (
            (house.clock, hears), ("peer:out", hears), (plays, "peer:in"), (plays, house.synth),
            (house.clock, "peer:clock"),
        ):  # fmt: skip
            house.connect(source, target)
        remote = Remote(port)
        try:
            wait_for(
                "antiphon to listen",
                lambda: remote.ask("state") == ["armed"] or not app.alive,
                START,
            )
            assert app.alive, "antiphon ended at once"
            yield Jam(house, peer, app, remote, takes)
        finally:
            remote.close()


def models() -> Path:
    """Return the first folder that holds a model, else the place where one would be."""
    return next((folder for folder in MODELS if any(folder.glob("*.onnx"))), MODELS[0])


def children(pid: int) -> list[int]:
    """Return the child processes of a process."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in lists for child in path.read_text().split()]


def command_line(pid: int) -> str:
    """Return how a process was started; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
