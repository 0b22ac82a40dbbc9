"""Chromium without a window, told what to do over its DevTools protocol; needs no other program."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bridge.core.errors import BridgeError

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
    "--no-first-run", "--autoplay-policy=no-user-gesture-required", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
    "about:blank",
)  # fmt: skip
TOLD = "DevToolsActivePort"  # the file with its port and path
LARGEST = 1 << 26  # bytes of an answer: a picture of the page
PATIENCE = 30.0  # seconds
FAREWELL = 5.0  # seconds
LOOK = 0.02  # seconds


def find_chromium() -> str | None:
    """Return the path of the browser, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """A page of the browser; methods and events are those of the DevTools protocol."""

    def __init__(self, wire: ClientConnection, session: str, numbers: Iterator[int]) -> None:
        self._wire = wire
        self._session = session
        self._numbers = numbers

    def call(self, method: str, **words: Any) -> Any:
        """Call a method and return its result; BridgeError where it fails."""
        return _call(self._wire, self._numbers, method, words, self._session)

    def size(self, width: int, height: int, *, phone: bool = False, dark: bool = True) -> None:
        """Make it so many CSS pixels large, a desk's or a phone's, with a light or a dark theme."""
        told = {"deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, **told)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, url: str) -> None:
        """Go to an address."""
        self.call("Page.navigate", url=url)

    def read(self, expression: str) -> Any:
        """Return what an expression of JavaScript is, a promise once it is kept."""
        told = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in told:
            raise BridgeError(f"the page: {told['exceptionDetails']}"[:300])
        return told["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true; BridgeError after PATIENCE."""
        end = time.monotonic() + PATIENCE
        while not self.read(f"Boolean({expression})"):
            if time.monotonic() > end:
                raise BridgeError(f"the page: waited {PATIENCE:g} s in vain for {expression}")
            time.sleep(LOOK)

    def picture(self) -> bytes:
        """Return what it shows as a PNG file."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextlib.contextmanager
def browser_tab() -> Iterator[Tab]:
    """Start the browser with one empty tab; BridgeError where there is no browser."""
    path = find_chromium()
    if path is None:
        raise BridgeError(f"there is no Chromium here ({', '.join(NAMES)})")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(  # noqa: S603 - a browser found on the path
            [path, f"--user-data-dir={profile}", *FLAGS], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with connect(_address(Path(profile, TOLD)), max_size=LARGEST, proxy=None) as wire:
                yield _tab(wire)
        finally:
            process.terminate()
            process.wait(FAREWELL)


def _address(told: Path) -> str:
    """Return where it can be told what to do, which it writes down once it can."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            port, path = told.read_text().split()
            return f"ws://127.0.0.1:{port}{path}"
        time.sleep(LOOK)
    raise BridgeError("Chromium did not begin")


def _tab(wire: ClientConnection) -> Tab:
    numbers = itertools.count(1)
    target = _call(wire, numbers, "Target.createTarget", {"url": "about:blank"})["targetId"]
    told = {"targetId": target, "flatten": True}
    session = _call(wire, numbers, "Target.attachToTarget", told)["sessionId"]
    return Tab(wire, session, numbers)


def _call(
    wire: ClientConnection, numbers: Iterator[int], method: str, words: dict[str, Any],
    session: str = "",
) -> Any:  # fmt: skip
    number = next(numbers)
    line = {"id": number, "method": method, "params": words}
    try:
        wire.send(json.dumps(line | ({"sessionId": session} if session else {})))
        while True:
            told = json.loads(wire.recv(PATIENCE))
            if told.get("id") == number:
                break
    except (TimeoutError, WebSocketException) as error:
        raise BridgeError(f"Chromium does not answer {method}: {error}") from None
    if "error" in told:
        raise BridgeError(f"Chromium: {method}: {told['error']['message']}")
    return told["result"]
