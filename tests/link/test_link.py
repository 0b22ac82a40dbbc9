"""Ableton Link with a second program on it, in a network of its own.

A network namespace keeps the session apart from every other one on the machine; only root may make
one. Everything here runs in it as a process of its own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPACE = f"antiphon-{os.getpid()}"
BPM = 97.5
NEAR = 0.01  # beats: Link itself agrees far better
OLDER = 1.0  # seconds: of two sessions the older is joined, within half a second either
LOOKS = 10  # of which the nearest counts: a busy machine looks late


def network() -> str:
    """Return why there can be no network of our own; empty when there can."""
    for name in ("aalink", "link"):
        if importlib.util.find_spec(name) is None:
            return f"Ableton Link is not installed here (no module {name})"
    if shutil.which("ip") is None:
        return "there is no `ip` here to make a network with"
    made = subprocess.run(
        ["ip", "netns", "add", SPACE], capture_output=True, text=True, check=False
    )
    return f"no network of our own: {made.stderr.strip()}" if made.returncode else ""


@pytest.fixture(scope="module")
def inside() -> Iterator[list[str]]:
    """Make the network; give the words that run a command in it."""
    if why := network():
        pytest.skip(why)
    words = ["ip", "netns", "exec", SPACE]
    subprocess.run([*words, "ip", "link", "set", "lo", "up"], check=True)
    yield words
    subprocess.run(["ip", "netns", "del", SPACE], check=True)


class Peer:
    """The other program (peer.py)."""

    def __init__(self, inside: list[str], bpm: float = BPM) -> None:
        script = str(Path(__file__).with_name("peer.py"))
        self.process = subprocess.Popen(
            [*inside, sys.executable, script, str(bpm)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.tell("look")
        time.sleep(OLDER)

    def tell(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(5)
        self.process.stdout.close()


class Seat:
    """Antiphon's own seat in the session (seat.py), as control has it."""

    def __init__(self, inside: list[str], folder: Path, **settings: str) -> None:
        self.out = folder / "seat.out"
        script = str(Path(__file__).with_name("seat.py"))
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [*inside, sys.executable, script, json.dumps(settings)],
                stdin=subprocess.PIPE, stdout=out, text=True, env=env,
            )  # fmt: skip

    def pulses(self) -> list[dict[str, Any]]:
        complete = self.out.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in complete.splitlines()]

    def order(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait(self, what: str, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the newest report for which `true` holds, once there is one."""
        until = time.monotonic() + 12
        while time.monotonic() < until:
            if self.pulses() and true(self.pulses()[-1]):
                return self.pulses()[-1]
            time.sleep(0.02)
        raise AssertionError(f"waited in vain for {what}; last was {self.pulses()[-3:]}")

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(5)
        if self.process.stdin is not None:
            self.process.stdin.close()


@pytest.fixture
def peer(inside: list[str]) -> Iterator[Peer]:
    peer = Peer(inside)
    yield peer
    peer.close()


@pytest.fixture
def sit(inside: list[str], tmp_path: Path) -> Iterator[Callable[..., Seat]]:
    seats: list[Seat] = []

    def down(**settings: str) -> Seat:
        seats.append(Seat(inside, tmp_path, **settings))
        return seats[-1]

    yield down
    for seat in seats:
        seat.close()


def joined(pulse: dict[str, Any]) -> bool:
    """Tell whether we are in the session; its tempo comes a moment after the others are seen."""
    return bool(pulse["source"] == "link" and abs(pulse["bpm"] - BPM) < 0.01)


def apart(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """Return by how many beats of the bar two looks differ."""
    beat = ours["beat"] + (theirs["second"] - ours["second"]) * ours["bpm"] / 60
    off = (beat - theirs["phase"]) % 4
    return float(min(off, 4 - off))


def test_we_join_in_the_tempo_and_phase_of_the_session(
    peer: Peer, sit: Callable[..., Seat]
) -> None:
    seat = sit(clock_bpm="140")
    ours = seat.wait("the session", joined)
    assert ours["reason"] == "Link session joined, 1 peer"
    theirs = peer.tell("look")
    assert theirs["tempo"] == pytest.approx(BPM, abs=0.01)  # we have not changed it
    assert ours["bpm"] == pytest.approx(BPM, abs=0.01)
    late = seat.wait("some time", lambda p: p["second"] > ours["second"] + 1)
    assert min(apart(late, peer.tell("look")) for _ in range(LOOKS)) < NEAR


def test_tempo_start_and_stop_of_the_others_are_ours(peer: Peer, sit: Callable[..., Seat]) -> None:
    seat = sit()
    seat.wait("the session", lambda p: joined(p) and p["playing"])
    peer.tell("tempo 133")
    seat.wait("the tempo", lambda p: abs(p["bpm"] - 133) < 0.01)
    peer.tell("play")
    time.sleep(0.3)
    peer.tell("stop")
    seat.wait("the stop", lambda p: not p["playing"])
    peer.tell("play")
    seat.wait("the start", lambda p: p["playing"] and p["beat"] < 8)
    late = seat.pulses()[-1]
    assert min(apart(late, peer.tell("look")) for _ in range(LOOKS)) < NEAR


def test_we_can_start_a_session_that_stands(peer: Peer, sit: Callable[..., Seat]) -> None:
    seat = sit()
    seat.wait("the session", joined)
    peer.tell("play")
    time.sleep(0.3)
    peer.tell("stop")
    seat.wait("the stop", lambda p: not p["playing"])
    seat.order("start")
    seat.wait("the start", lambda p: p["playing"])
    assert peer.tell("look")["playing"]


def test_leaving_is_clean(peer: Peer, sit: Callable[..., Seat]) -> None:
    seat = sit()
    seat.wait("the session", joined)
    before = peer.tell("look")
    seat.order("clock_source internal")
    left = seat.wait("leaving", lambda p: p["source"] == "internal")
    assert (left["playing"], left["reason"]) == (True, "asked for")
    time.sleep(0.5)
    after = peer.tell("look")
    assert after["peers"] == 0
    assert after["tempo"] == before["tempo"]
    phase = (before["phase"] + (after["second"] - before["second"]) * BPM / 60) % 4
    assert min(abs(after["phase"] - phase), 4 - abs(after["phase"] - phase)) < NEAR
    seat.close()
    assert seat.process.returncode == 0


def test_others_who_leave_leave_us_rolling(inside: list[str], sit: Callable[..., Seat]) -> None:
    peer = Peer(inside)
    seat = sit()
    seat.wait("the session", joined)
    peer.close()
    alone = seat.wait("our own clock", lambda p: p["source"] == "internal")
    assert alone["reason"] == "all others left the Link session"
    assert (alone["playing"], alone["bpm"]) == (True, pytest.approx(BPM, abs=0.01))
    assert not any(p["jump"] for p in seat.pulses()[-3:])


def test_a_network_that_goes_stops_nothing(
    inside: list[str], peer: Peer, sit: Callable[..., Seat]
) -> None:
    seat = sit()
    seat.wait("the session", joined)
    subprocess.run([*inside, "ip", "link", "set", "lo", "down"], check=True)
    try:
        alone = seat.wait("our own clock", lambda p: p["source"] == "internal")
        assert (alone["playing"], alone["jump"]) == (True, False)
        assert alone["bpm"] == pytest.approx(BPM, abs=0.01)
    finally:
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
    assert peer.process.poll() is None
