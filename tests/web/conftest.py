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
from tests.web import chromium, firefox
from tests.web.chromium import Driver
from tests.web.stage import free_tcp_port

PATIENCE = 60.0  # seconds until the model is loaded, on a busy machine
LONGEST = 180  # seconds after which a forgotten jam ends itself
QUICK = ("clock_bpm=200", "quant=beat", "call_silence=2", "call_min=0")


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Start Chromium; skip where it cannot be had."""
    if line := chromium.lacking():
        pytest.skip(line)
    with chromium.browsing() as started:
        yield started


@pytest.fixture(scope="session")
def fox() -> Iterator[Driver]:
    """Start Firefox; skip where it cannot be had."""
    if line := firefox.lacking():
        pytest.skip(line)
    with firefox.browsing() as started:
        yield started


@pytest.fixture(scope="session", params=["driver", "fox"], ids=["chromium", "firefox"])
def either(request: pytest.FixtureRequest) -> Driver:
    """Return Chromium, then Firefox."""
    browser: Driver = request.getfixturevalue(request.param)
    return browser


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
