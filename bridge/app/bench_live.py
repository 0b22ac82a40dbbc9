"""How punctual a jam is and what it costs: real processes, measured from outside."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from pythonosc.osc_message import OscMessage, ParseError
from pythonosc.udp_client import SimpleUDPClient

from bridge.app.bench import Row
from bridge.app.timing import measure

BPM = 180.0
SETTLE = 4.0  # seconds a jam has to come up before it is measured
PUNCTUAL_MS, REST_SHARE, RESIDENT_MB = 2.0, 3.0, 400.0


def timing(seconds: float, models: Path) -> list[Row]:
    """Measure the player alone: sixteenths and chords against the beat grid, internal clock."""
    del models
    found = {str(row["name"]): float(row["value"]) for row in measure(seconds, BPM)}
    p50, p95, p99 = (found[f"lateness {p}"] for p in ("p50", "p95", "p99"))
    what = f"player lateness, {BPM:g} BPM"
    note = f"{found['notes']:.0f} notes, worst {found['lateness max']:.2f} ms"
    return [
        Row(what, p99, "ms", p50, p95, p99, "p99 <= 2 ms", p99 <= PUNCTUAL_MS, note),
        Row("player late notes (over 20 ms)", found["late"], "notes", goal="0",
            holds=not found["late"], note=f"dropped {found['dropped']:.0f}"),
    ]  # fmt: skip


def live(seconds: float, models: Path) -> list[Row]:
    """Measure a whole jam at 180 BPM: the built-in musician plays, the model goes on and on."""
    arguments = ("--set", f"clock_bpm={BPM:g}", "--set", "mode=infinite")
    with _jam(models, *arguments) as (process, osc):
        osc.send("/jam/subscribe")
        share, resident = _usage(process, seconds, lambda: osc.send("/jam/subscribe"))
        osc.send("/jam/dump")
        counts = osc.newest("/jam/late/count")
    late = float(counts[0]) if counts else float("nan")
    dropped = float(counts[1]) if counts else float("nan")
    holds = not late and not dropped if counts else None
    note = f"{seconds:g} s, dropped {dropped:g}"
    return [
        Row(f"jam late notes, {BPM:g} BPM", late, "notes", goal="0", holds=holds, note=note),
        Row(f"jam CPU, {BPM:g} BPM, answering", share, "% of a core"),
        Row("jam resident memory", resident, "MB", goal="<= 400 MB", holds=resident <= RESIDENT_MB),
    ]


def rest(seconds: float, models: Path) -> list[Row]:
    """Measure a companion beside a stopped DAW: armed, waiting for the clock."""
    with _jam(models, "--set", "clock_source=midi") as (process, _):
        share, resident = _usage(process, seconds)
    return [
        Row("CPU at rest", share, "% of a core", goal="<= 3 %", holds=share <= REST_SHARE),
        Row("resident memory at rest", resident, "MB", goal="<= 400 MB",
            holds=resident <= RESIDENT_MB),
    ]  # fmt: skip


class Osc:
    """A control surface: sends, and remembers the newest value of each address."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.3)
        self._client = SimpleUDPClient("127.0.0.1", port)
        self._client._sock.close()  # noqa: SLF001 - it must send from where we listen
        self._client._sock = self.socket  # noqa: SLF001

    def send(self, address: str) -> None:
        """Send a message without arguments."""
        self._client.send_message(address, [])

    def newest(self, address: str) -> list[int] | None:
        """Read what has come; return the last arguments of an address."""
        found: list[int] | None = None
        with contextlib.suppress(TimeoutError):
            while True:
                with contextlib.suppress(ParseError):
                    message = OscMessage(self.socket.recv(65536))
                    found = list(message.params) if message.address == address else found
        return found


@contextlib.contextmanager
def _jam(models: Path, *arguments: str) -> Iterator[tuple[psutil.Process, Osc]]:
    """A jam with the built-in musician in processes of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as takes:
        command = [
            sys.executable, "-m", "bridge", "run", "--plain", "--api", "loopback", "--takes", takes,
            "--models", str(models), "--osc-port", str(port), *arguments,
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        try:
            time.sleep(SETTLE)
            yield psutil.Process(process.pid), Osc(port)
        finally:
            process.terminate()
            process.wait(10)


def _usage(
    process: psutil.Process, seconds: float, every_second: object = None
) -> tuple[float, float]:
    """Return percent of one core and resident MB of a process and its children."""
    family = [process, *process.children(recursive=True)]
    before = sum(sum(p.cpu_times()[:2]) for p in family)
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        time.sleep(min(seconds, 10))
        if callable(every_second):
            every_second()
    spent = sum(sum(p.cpu_times()[:2]) for p in family) - before
    resident = sum(p.memory_info().rss for p in family) / 1e6
    return 100 * spent / (time.monotonic() - begun), resident
