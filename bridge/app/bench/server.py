"""A JACK server of the benchmark's own, without a sound card, and what runs on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bridge.core.errors import PortError

RATE, PERIOD = 48000, 256  # frames a second, frames a cycle
COMES_UP = 10.0  # seconds
FAREWELL = 1.0  # seconds in which it sees off clients that died, else it may die with them
ASK = ("jack_lsp",)  # answers when a server runs
Program = subprocess.Popen[bytes]


@contextlib.contextmanager
def jack_server() -> Iterator[Callable[..., Program]]:
    """Run a server that all we start will use; start programs that end before it does.

    Raises PortError where there is no JACK or it does not start.
    """
    if shutil.which("jackd") is None:
        raise PortError("there is no jackd")
    name = f"antiphon-bench-{os.getpid()}"
    with contextlib.ExitStack() as undo:
        undo.callback(_restore, dict(os.environ))
        os.environ |= {"JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1"}
        undo.callback(_sweep, name)
        # -p before the driver: a small table of ports
        command = f"jackd -S -p 256 -R -P 40 -n {name} -d dummy -r {RATE} -p {PERIOD}"
        server = undo.enter_context(_running(*command.split()))
        undo.callback(time.sleep, FAREWELL)
        _await(server)
        yield lambda *command: undo.enter_context(_running(*command))


@contextlib.contextmanager
def _running(*command: str) -> Iterator[Program]:
    quiet = subprocess.DEVNULL
    # It inherits that broken pipes are ignored: a jackd that a dying client's pipe kills keeps its
    # place among the eight servers there may be.
    process = subprocess.Popen(  # noqa: S603 - our own list
        command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, restore_signals=False
    )
    assert process.stdin is not None
    with process.stdin:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(COMES_UP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(server: Program) -> None:
    until = time.monotonic() + COMES_UP
    while subprocess.run(ASK, capture_output=True, check=False).returncode:  # noqa: S603 - as it is
        if server.poll() is not None or time.monotonic() > until:
            raise PortError("jackd does not start")
        time.sleep(0.1)


def _restore(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _sweep(name: str) -> None:
    for left in Path("/dev/shm").glob(f"jack*{name}*"):  # noqa: S108 - JACK's own place
        left.unlink(missing_ok=True)
