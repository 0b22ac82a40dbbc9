"""The real player process on a real JACK server, with a DAW that counts frames."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.app.player.exact import GONE
from bridge.core.events import Fault, Hello, Message, Met, Play, Pulse
from bridge.core.wire import Link

pytestmark = [
    pytest.mark.studio,
    pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed"),
]

RATE, BPM = 48000, 120.0
FROM_DAW, TO_DAW = "Antiphon:from DAW", "Antiphon out:to DAW"


class Studio:
    """A JACK server of our own, and what plays on it."""

    def __init__(self) -> None:
        self.name = f"antiphon-player-{os.getpid()}"
        self.env = os.environ | {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}
        # A small port table: the usual one is larger than /dev/shm in a container.
        # Without -R a busy machine loses ticks; where -R is not allowed, JACK says so and goes on.
        command = ["jackd", "-p", "256", "-R", "-P", "40", "-n", self.name, "-d", "dummy"]
        self.server = subprocess.Popen(
            [*command, "-r", str(RATE), "-p", "256"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            restore_signals=False,  # else a client's broken pipe kills it
        )
        until = time.monotonic() + 10
        while not self.ports():
            assert self.server.poll() is None, "jackd did not start"
            assert time.monotonic() < until, "jackd does not answer"
            time.sleep(0.1)

    def ports(self) -> list[str]:
        """Return the names of all ports."""
        listing = subprocess.run(
            ["jack_lsp"], env=self.env, capture_output=True, text=True, check=False
        )
        return listing.stdout.splitlines() if listing.returncode == 0 else []

    @contextmanager
    def player(self, api: str = "jack") -> Iterator[tuple[subprocess.Popen[bytes], Link]]:
        """Run a player; it has greeted when the body begins."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [
                sys.executable,
                "-m",
                "bridge.app.player.process",
                "--link",
                str(theirs.fileno()),
            ]
            process = subprocess.Popen(
                [*command, "--config", json.dumps({"api": api})],
                env=self.env,
                pass_fds=(theirs.fileno(),),
            )
        link = Link(ours)
        try:
            told_until(link, lambda m: isinstance(m, Hello))
            yield process, link
        finally:
            process.terminate()
            process.wait(5)
            ours.close()

    @contextmanager
    def daw(self) -> Iterator[subprocess.Popen[str]]:
        """Run a DAW that rolls; its first line has been read when the body begins."""
        script = str(Path(__file__).with_name("daw.py"))
        command = [sys.executable, script, str(BPM), TO_DAW, FROM_DAW]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=self.env, stdin=pipe, stdout=pipe, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def says(self, message: bytes) -> Iterator[None]:
        """Let a client say a message to the player, over and over."""
        script = str(Path(__file__).with_name("says.py"))
        command = [sys.executable, script, message.hex(), FROM_DAW]
        with subprocess.Popen(command, env=self.env, stdin=subprocess.PIPE) as process:
            try:
                yield
            finally:
                process.kill()

    def close(self) -> None:
        self.server.terminate()
        self.server.wait(10)
        for left in Path("/dev/shm").glob(f"jack*{self.name}*"):  # noqa: S108 - JACK's own place
            left.unlink()


@pytest.fixture
def studio() -> Iterator[Studio]:
    running = Studio()
    yield running
    running.close()


def told_until(link: Link, wanted: Callable[[Message], bool], seconds: float = 15.0) -> Message:
    until, told = time.monotonic() + seconds, list[Message]()
    while time.monotonic() < until and not link.closed:
        fresh = link.receive()
        told += fresh
        for message in fresh:
            if wanted(message):
                return message
        time.sleep(0.01)
    raise AssertionError(f"not told; the last words were {told[-5:]}")


def beats_heard(first: str, rest: str) -> list[tuple[float, str]]:
    """Return what the DAW heard, by the DAW's own beats."""
    begin = int(first.split(maxsplit=1)[0])
    rows = [line.split() for line in rest.splitlines()]
    return [((int(frame) - begin) / RATE * BPM / 60, message) for frame, message in rows]


def test_notes_reach_the_daw_on_its_own_beats(studio: Studio) -> None:
    with studio.player() as (_, link), studio.daw() as daw:
        assert {FROM_DAW, TO_DAW} <= set(studio.ports())
        assert daw.stdin is not None
        assert daw.stdout is not None
        first = daw.stdout.readline()
        told_until(link, lambda m: isinstance(m, Pulse) and m.jump and m.source == "midi")
        locked = told_until(link, lambda m: isinstance(m, Pulse) and m.beat > 5)
        assert isinstance(locked, Pulse)
        assert locked.status == "locked"
        assert locked.bpm == pytest.approx(BPM, rel=0.02)
        for step in range(16):
            link.send(Play(1, 8 + step / 4, 0.2, 0, 60 + step, 80))
        link.send(Play(1, 8.0, 500.0, 1, 40, 80))  # the DAW's Stop ends this one
        told_until(link, lambda m: isinstance(m, Pulse) and m.beat > 12.5)
        daw.stdin.close()
        told_until(link, lambda m: isinstance(m, Pulse) and m.status == "stopped")
        heard = beats_heard(first, daw.stdout.read())
    begun = [(beat, message) for beat, message in heard if message.startswith("90")]
    errors = [abs(beat - 8 - step / 4) * 500 for step, (beat, _) in enumerate(begun)]
    print(f"tempo {locked.bpm:.2f}, off the DAW's beats by at most {max(errors):.1f} ms")
    assert [message for _, message in begun] == [f"90{60 + step:02x}50" for step in range(16)]
    assert sorted(errors)[8] < 30  # a tick at 120 BPM is 21 ms
    offs = [message for _, message in heard if message.startswith("8")]
    assert sorted(offs) == sorted([*(f"80{60 + step:02x}00" for step in range(16)), "812800"])


def test_sysex_of_fls_script_comes_through_the_port(studio: Studio) -> None:
    with studio.player() as (_, link), studio.says(b"\xf0\x7d\x41\x03\x00\x25\xf7"):
        met = told_until(link, lambda m: isinstance(m, Met))
    assert met == Met("FL Studio's script is there, API version 37")


def test_when_control_dies_the_last_note_is_released(studio: Studio) -> None:
    with studio.player() as (process, link), studio.daw() as daw:
        assert daw.stdout is not None
        daw.stdout.readline()
        told_until(link, lambda m: isinstance(m, Pulse) and m.source == "midi")
        link.send(Play(1, 1.0, 500.0, 0, 60, 80))
        told_until(link, lambda m: isinstance(m, Pulse) and m.beat > 2)
        link.sock.close()
        assert process.wait(5) == 0
        assert daw.stdin is not None
        daw.stdin.close()
        heard = [line.split()[1] for line in daw.stdout.read().splitlines()]
    assert heard == ["903c50", "803c00"]


@pytest.mark.parametrize("api", ["jack", "jack-exact"])
def test_a_server_that_dies_is_told_and_ends_the_player(studio: Studio, api: str) -> None:
    with studio.player(api) as (process, link):
        studio.server.terminate()  # killed, it would never give back its place among JACK's eight
        fault = told_until(link, lambda m: isinstance(m, Fault))
        assert isinstance(fault, Fault)
        assert fault.code == 3
        assert fault.text in {"the JACK server is gone", GONE}  # whichever is noticed first
        assert process.wait(5) == 3
