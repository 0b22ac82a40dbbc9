"""The browser for all tests of the panel, and a jam for it to look at."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.control.stage import ROOT
from tests.studio.jam import Remote, free_udp_port
from tests.web.chromium import Driver, browsing, lacking
from tests.web.stage import free_tcp_port

PATIENCE = 60.0  # seconds until the model is loaded, on a busy machine
LONGEST = 180  # seconds after which a forgotten jam ends itself
QUICK = ("clock_bpm=200", "quant=beat", "call_silence=2", "call_min=0")


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Start Chromium; skip where it cannot be had."""
    if line := lacking():
        pytest.skip(line)
    with browsing() as started:
        yield started


@dataclass(frozen=True, slots=True)
class Jam:
    """A running `antiphon run`: its page, a controller beside it, its takes."""

    url: str
    remote: Remote
    takes: Path


@pytest.fixture(scope="module")
def jam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jam]:
    """Start Antiphon as it is on a machine without MIDI, with the model it comes with."""
    takes = tmp_path_factory.mktemp("jam") / "takes"
    web, remote = free_tcp_port(), Remote(free_udp_port())
    sets = [word for pair in QUICK for word in ("--set", pair)]
    command = [
        sys.executable, "-m", "bridge", "run", "--api", "loopback", "--plain",
        "--osc-port", str(remote.port), "--web-port", str(web), "--query-port", "0",
        "--takes", str(takes),
        "--seconds", str(LONGEST), *sets,
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + PATIENCE
            while remote.ask("state") in ([], ["starting"]):
                assert time.monotonic() < end, "the jam did not begin"
            yield Jam(f"http://127.0.0.1:{web}/", remote, takes)
        finally:
            process.terminate()
            process.wait()
            remote.close()
