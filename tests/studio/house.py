"""A studio without a sound card: JACK, a transport with a tempo, a MIDI clock, a synth, a recorder.

Every program is started by us, known by its process, and stopped newest first. A server name of its
own keeps a house apart from every other one on the machine.

Ports are found and cabled by one client that stays: jackd 1.9.21 can lose a client that comes while
another one goes (its cycles are never finished), so nothing here opens and closes clients in haste.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.studio.programs import RATE, Event, Peer, Program, wait_for

SOUNDS = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
PROGRAMS = ("jackd", "jack_transport", "jack_midi_clock", "jack_capture", "fluidsynth")
PERIOD = 256  # frames a cycle
SETTLES = 8  # cycles

_numbers = itertools.count(1)


def missing() -> list[str]:
    """Return what this machine lacks to put up a house."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if not SOUNDS.exists():
        absent.append(SOUNDS.name)
    if importlib.util.find_spec("jack") is None:
        absent.append("JACK-Client (Python)")
    return absent


class House:
    """The studio itself; a context manager."""

    def __init__(self, folder: Path, bpm: float = 120.0) -> None:
        self.folder = folder
        self.bpm = bpm
        self.wav = folder / "capture.wav"
        self.server = f"antiphon-test-{os.getpid()}-{next(_numbers)}"
        self.env = os.environ | {"JACK_DEFAULT_SERVER": self.server, "JACK_NO_START_SERVER": "1"}
        self.env["XDG_CONFIG_HOME"] = str(folder / "config")  # whatever was chosen on this machine
        self.programs: list[Program] = []
        self.jack = importlib.import_module("jack")  # needs libjack, which is not everywhere
        self.jack.set_error_function(lambda _: None)  # libjack is talkative where we are patient
        self.desk: Any = None  # a jack.Client

    def __enter__(self) -> Self:
        try:
            self._put_up()
        except BaseException as error:
            error.add_note(self.logs())
            self._take_down()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            error.add_note(self.logs())
        self._take_down()

    def start(self, name: str, *argv: str | Path) -> Program:
        """Start a program that knows this house's JACK server."""
        program = Program(name, argv, self.folder, self.env)
        self.programs.append(program)
        return program

    def logs(self) -> str:
        """Return what all programs wrote, oldest first."""
        return "\n".join(program.text() for program in self.programs)

    def ports(self) -> list[str]:
        """Return the names of all ports."""
        return [port.name for port in self.desk.get_ports()]

    def port(self, part: str) -> str:
        """Wait for the one port whose name contains `part` and return its name."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [name for name in self.ports() if part in name]
            return len(found) == 1

        wait_for(f"a port named {part!r}", there)
        return found[0]

    def connect(self, source: str, target: str) -> None:
        """Lay a cable, once the owners of both ports are running."""
        wait_for(f"{source} -> {target}", partial(self._connects, source, target))

    def play(self) -> None:
        """Start the transport, once a new cable carries: that takes some cycles."""
        begin = self.desk.frame_time
        wait_for("some cycles", lambda: self.desk.frame_time > begin + SETTLES * PERIOD)
        self.transport.tell("play")

    def halt(self) -> None:
        """Stop the transport where it is."""
        self.transport.tell("stop")

    def seconds(self, beats: float) -> float:
        """Return how long some beats last."""
        return beats * 60 / self.bpm

    def beat(self, event: Event) -> float:
        """Return the beat of the song at which an event fell."""
        assert event.song is not None, f"{event} fell while the transport stood"
        return event.song * self.bpm / 60 / RATE

    def peer(self) -> Peer:
        """Bring in the musician; its ports are `peer:in` and `peer:out`."""
        script = Path(__file__).with_name("peer.py")
        peer = Peer("peer", (sys.executable, script), self.folder, self.env)
        self.programs.append(peer)
        wait_for("the peer", lambda: bool(peer.events("ready")))
        return peer

    def _put_up(self) -> None:
        # The first is real-time where it is allowed to be. With -S a client that is late delays the
        # cycle, else what it sends would be lost or repeated; -p keeps the shared memory small.
        for how in (("-R", "-P", "40"), ("-r",)):
            argv = ("jackd", "-S", "-p", "256", *how, "-n", self.server)
            server = self.start("jackd", *argv, *f"-d dummy -r {RATE} -p {PERIOD}".split())
            wait_for("jackd", partial(self._sit_down, server))
            if server.alive:
                break
        self.transport = self.start("jack_transport", "jack_transport")
        for line in ("activate", "master", f"tempo {self.bpm}"):
            self.transport.tell(line)
        self.start("jack_midi_clock", "jack_midi_clock", "-d", "0.5")
        self.start(
            "fluidsynth", "fluidsynth", "-a", "jack", "-m", "jack", "-r", str(RATE), "-g", "0.8",
            "-o", "audio.jack.id=fluid", "-o", "midi.jack.id=fluid", SOUNDS,
        )  # fmt: skip
        self.clock = self.port("jack_midi_clock:")
        self.synth = self.port("fluid:midi")
        left, right = self.port("fluid:left"), self.port("fluid:right")
        self.start(
            "jack_capture", "jack_capture", "--no-stdin", "--disable-meter", "--hide-buffer-usage",
            "--bitdepth", "16", "--port", left, "--port", right, self.wav,
        )  # fmt: skip
        wait_for("jack_capture", lambda: any("jack_capture" in name for name in self.ports()))

    def _connects(self, source: str, target: str) -> bool:
        with contextlib.suppress(self.jack.JackErrorCode):
            self.desk.connect(source, target)
        with contextlib.suppress(self.jack.JackError):  # a port of which we have not heard yet
            return target in [port.name for port in self.desk.get_all_connections(source)]
        return False

    def _sit_down(self, server: Program) -> bool:
        """Open the desk; true when that is done or hopeless."""
        try:
            self.desk = self.jack.Client("desk", no_start_server=True, servername=self.server)
        except self.jack.JackOpenError:
            return not server.alive
        return True

    def _take_down(self) -> None:
        if self.desk is not None:
            self.desk.close()
        for program in reversed(self.programs):
            # jack_capture completes its file on SIGINT only.
            how = signal.SIGINT if program.name == "jack_capture" else signal.SIGTERM
            program.stop(how, 15.0 if program.name == "jackd" else 3.0)  # jackd must not be killed
        for left_over in Path("/dev/shm").glob(f"jack*{self.server}*"):  # noqa: S108 - JACK's place
            left_over.unlink(missing_ok=True)
