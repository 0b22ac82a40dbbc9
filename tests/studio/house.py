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
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
SOUNDS = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
PROGRAMS = ("jackd", "jack_transport", "jack_midi_clock", "jack_capture", "fluidsynth")
RATE, PERIOD = 48_000, 256  # frames a second, frames a cycle
PATIENCE = 10.0  # seconds for a program to come up
POLL = 0.02  # seconds between two looks
SETTLES = 8  # cycles
SHOWN = 1500  # characters of either end of a log

Note = tuple[float, float, int, int]  # beat, length in beats, pitch, velocity
_numbers = itertools.count(1)


def missing() -> list[str]:
    """Return what this machine lacks to put up a house."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if not SOUNDS.exists():
        absent.append(SOUNDS.name)
    if importlib.util.find_spec("jack") is None:
        absent.append("JACK-Client (Python)")
    return absent


def wait_for(what: str, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return when `true` is; AssertionError naming what was waited for when time is up."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        time.sleep(POLL)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the peer's record (see there)."""

    what: str  # ready, heard, clock, sent, rolling, stopped, xrun, pace
    frame: int
    song: int | None
    data: tuple[int, ...]

    @property
    def is_on(self) -> bool:
        """Whether a note begins (velocity 0 ends one)."""
        return len(self.data) == 3 and self.data[0] & 0xF0 == 0x90 and self.data[2] > 0

    @property
    def is_off(self) -> bool:
        """Whether a note ends."""
        return len(self.data) == 3 and (
            self.data[0] & 0xF0 == 0x80 or (self.data[0] & 0xF0 == 0x90 and self.data[2] == 0)
        )

    @property
    def key(self) -> tuple[int, int]:
        """Channel and pitch."""
        return self.data[0] & 0x0F, self.data[1]


class Program:
    """A process with a log; stdin stays open as long as it lives."""

    def __init__(self, name: str, argv: Sequence[str | Path], folder: Path, env: dict[str, str]):
        self.name = name
        self.log = folder / f"{name}.log"
        self.out = folder / f"{name}.out"
        with self.log.open("wb") as log, self.out.open("wb") as out:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=out, stderr=log
            )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def tell(self, line: str) -> None:
        """Write a line to its stdin."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 3.0) -> int:
        """End it, by force when it does not obey; return its exit code."""
        if self.alive:
            self.process.send_signal(how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self.process.wait()

    def text(self) -> str:
        """Return how what it wrote begins and ends, under its name."""
        said = "".join(path.read_text(errors="replace") for path in (self.log, self.out)).strip()
        if len(said) > 2 * SHOWN:
            said = f"{said[:SHOWN]}\n[...]\n{said[-SHOWN:]}"
        return f"--- {self.name} (exit code {self.process.poll()})\n{said}"


class Peer(Program):
    """The musician with the recorder (peer.py), seen from the test."""

    def play(self, notes: Sequence[Note], bpm: float, *, now: bool = False) -> None:
        """Play notes on the song's timeline, or from this moment on."""
        order = {"at": "now" if now else "song", "bpm": bpm, "notes": notes}
        self._order(order)

    def mark(self) -> int:
        """Return the frame of this moment."""
        return self._order({"at": "mark"})

    def _order(self, order: dict[str, Any]) -> int:
        """Give an order; return the frame at which it was understood."""
        before = len(self.events("ready"))
        self.tell(json.dumps(order))
        wait_for("the peer to obey", lambda: len(self.events("ready")) > before)
        return self.events("ready")[-1].frame

    def events(self, what: str | None = None) -> list[Event]:
        """Return all events so far, or those of one kind."""
        complete = self.out.read_text().rpartition("\n")[0]
        lines = [json.loads(line) for line in complete.splitlines()]
        events = [Event(e["what"], e["frame"], e["song"], tuple(e["data"])) for e in lines]
        return [event for event in events if what in (None, event.what)]

    def slip(self) -> float:
        """Return by how many seconds JACK's frames slipped against the wall clock in the song."""
        begin = min((event.frame for event in self.events("rolling")), default=0)
        paces = [event for event in self.events("pace") if event.frame >= begin]
        leads = [event.song for event in paces if event.song is not None]
        return (max(leads) - min(leads)) / RATE if leads else 0.0

    def uneven(self) -> list[tuple[int, float]]:
        """Return (song frame, usual gaps since the last) of clock ticks that came out of place."""
        ticks = [e for e in self.events("clock") if e.data == (0xF8,) and e.song is not None]
        songs = [tick.song or 0 for tick in ticks]
        gaps = [later - earlier for earlier, later in itertools.pairwise(songs)]
        usual = sorted(gaps)[len(gaps) // 2] if gaps else 0
        return [(s, g / usual) for s, g in zip(songs[1:], gaps, strict=True) if abs(g - usual) > 2]

    def sounding(self) -> set[tuple[int, int]]:
        """Return (channel, pitch) of the notes it heard begin and not end."""
        keys: set[tuple[int, int]] = set()
        for event in self.events("heard"):
            if event.is_on:
                keys.add(event.key)
            elif event.is_off:
                keys.discard(event.key)
        return keys


class House:
    """The studio itself; a context manager."""

    def __init__(self, folder: Path, bpm: float = 120.0) -> None:
        self.folder = folder
        self.bpm = bpm
        self.wav = folder / "capture.wav"
        self.server = f"antiphon-test-{os.getpid()}-{next(_numbers)}"
        self.env = os.environ | {"JACK_DEFAULT_SERVER": self.server, "JACK_NO_START_SERVER": "1"}
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
        return target in [port.name for port in self.desk.get_all_connections(source)]

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
            program.stop(signal.SIGINT if program.name == "jack_capture" else signal.SIGTERM)
        for left_over in Path("/dev/shm").glob(f"jack*{self.server}*"):  # noqa: S108 - JACK's place
            left_over.unlink(missing_ok=True)
