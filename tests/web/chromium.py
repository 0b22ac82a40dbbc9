"""A browser that looks at the panel: Chromium, driven by playwright through tests/web/browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FOLDER = Path(__file__).with_name("browser")
NAMES = ("chromium", "chromium-browser", "google-chrome")
FAREWELL = 10.0  # seconds
LOOK = 0.02  # seconds


def chromium() -> str | None:
    """Return the path of the browser."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def lacking() -> str:
    """Return what is missing to look at a page, in one line; empty if nothing is."""
    if chromium() is None:
        return "the panel's tests lack Chromium (see tools/setup.sh)"
    if shutil.which("node") is None or not (FOLDER / "node_modules" / "playwright-core").is_dir():
        return f"the panel's tests lack node or playwright-core: npm ci in {FOLDER.name}"
    return ""


class Page:
    """One open page."""

    def __init__(self, driver: Driver, number: int) -> None:
        self._driver = driver
        self._number = number

    def do(self, method: str, *words: Any) -> Any:
        """Call one of playwright's methods of a page."""
        return self._driver.ask("page", self._number, method, *words)

    def read(self, expression: str) -> Any:
        """Return what an expression of JavaScript is, in the page."""
        return self.do("evaluate", expression)

    def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        self._driver.ask("until", self._number, expression)

    def click(self, selector: str) -> None:
        """Click on something."""
        self.do("click", selector)

    def click_until(self, selector: str, expression: str, most: int = 3) -> None:
        """Click on something, `most` times, until an expression is true."""
        while not self.read(expression):
            assert (most := most - 1) >= 0, f"clicked in vain: {selector}"
            self.click(selector)

    def key(self, method: str, *words: Any) -> None:
        """Call one of playwright's methods of a keyboard: down, up, press."""
        self._driver.ask("key", self._number, method, *words)

    def press_key(self, pitch: int) -> None:
        """Put the mouse down on a key of the keyboard on the screen."""
        self.do("hover", f'[data-pitch="{pitch}"]')
        self._driver.ask("mouse", self._number, "down")

    def lift(self) -> None:
        """Lift the mouse."""
        self._driver.ask("mouse", self._number, "up")

    def touch(self, how: str, *fingers: tuple[float, float]) -> None:
        """Let these fingers be on the page: touchStart, touchMove, touchEnd or touchCancel."""
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        self._driver.ask("touch", self._number, how, points)

    def download(self, selector: str, to: Path) -> str:
        """Click on a link, keep what comes and return the name it has."""
        name: str = self._driver.ask("download", self._number, selector, str(to))
        return name

    @property
    def asked(self) -> list[str]:
        """Every address it has asked for."""
        found: list[str] = self._driver.ask("asked", self._number)
        return found

    @property
    def complaints(self) -> list[str]:
        """Errors of its scripts and of its console."""
        found: list[str] = self._driver.ask("complaints", self._number)
        return found

    def close(self) -> None:
        """Close it."""
        self.do("close")


class Driver(ABC):
    """A browser's process."""

    @abstractmethod
    def ask(self, *words: Any) -> Any:
        """Have something done and return the result; AssertionError with what went wrong."""

    def open(self, url: str, **options: Any) -> Page:
        """Open a page of its own; options are those of playwright's newContext."""
        return Page(self, self.ask("open", url, options))


class Chromium(Driver):
    """The process of playwright's driver."""

    def __init__(self, into: IO[str], out: IO[str]) -> None:
        self._into = into
        self._out = out

    def ask(self, *words: Any) -> Any:
        """Have something done and return the result; AssertionError with what went wrong."""
        self._into.write(json.dumps(words) + "\n")
        self._into.flush()
        answer = self._out.readline()
        assert answer, "the browser is gone"
        good, result = json.loads(answer)
        assert good, f"{words}: {result}"
        return result


@contextmanager
def browsing() -> Iterator[Driver]:
    """Start the browser; it ends with the block."""
    command = ["node", "driver.mjs", str(chromium())]
    with subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Chromium(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(FAREWELL)
