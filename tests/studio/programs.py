"""Programs of the studio, each a process with a log, and the musician among them."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RATE = 48_000  # frames a second
PATIENCE = 10.0  # seconds for a program to come up
POLL = 0.02  # seconds between two looks
SHOWN = 1500  # characters of either end of a log

Note = tuple[float, float, int, int]  # beat, length in beats, pitch, velocity


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
    def is_hush(self) -> bool:
        """Whether all notes of a channel end: all sound off, or all notes off."""
        return len(self.data) == 3 and self.data[0] & 0xF0 == 0xB0 and self.data[1] in (120, 123)

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
                argv, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=out, stderr=log,
                restore_signals=False,  # else a client's broken pipe kills jackd
            )  # fmt: skip

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
            elif event.is_hush:
                keys = {key for key in keys if key[0] != event.key[0]}
        return keys
