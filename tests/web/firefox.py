"""Firefox that looks at the panel: the stock browser, driven by WebDriver BiDi and nothing else."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.web.bidi import KEYS, PATIENCE, Bidi
from tests.web.chromium import FAREWELL, LOOK, Driver

NAMES = ("firefox-esr", "firefox")
TOLD = "WebDriverBiDiServer.json"  # the file in its profile with the port it listens on
LARGEST = 1 << 26  # bytes of an answer
EVENTS = ("log.entryAdded", "network.beforeRequestSent", "browsingContext.downloadEnd")
# The sound card and the MIDI keyboards that Firefox makes believe for its own tests: without a card
# no audio graph runs. Who may use the keyboards is asked nobody, as no hand could answer.
PREFERENCES = {
    "media.cubeb.force_mock_context": True, "midi.testing": True,
    "dom.webmidi.gated": False, "dom.sitepermsaddon-provider.enabled": False,
    "media.navigator.permission.disabled": True, "midi.prompt.testing": True,
    "media.prompt.testing.allow": True, "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False,
}  # fmt: skip
CENTRE = """(() => {{ const place = document.querySelector({0});
  place.scrollIntoView({{ block: 'nearest' }});
  const box = place.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round) }})()"""
CHOOSE = """(() => {{ const list = document.querySelector({0}); list.value = {1};
  list.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"""


def firefox() -> str | None:
    """Return the path of the browser."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def lacking() -> str:
    """Return what is missing to look at a page, in one line; empty if nothing is."""
    return "" if firefox() else "the panel's tests lack Firefox (see tools/setup.sh)"


class Firefox(Driver):
    """The browser's process: it does what Chromium's driver does, in the same words."""

    def __init__(self, bidi: Bidi) -> None:
        self._bidi = bidi
        self._pages: list[str] = []

    def ask(self, *words: Any) -> Any:
        """Have something done and return the result; AssertionError with what went wrong."""
        what, *rest = words
        if what == "open":
            return self._open(*rest)
        number, *rest = rest
        page = self._pages[number]
        match what, rest:
            case "asked", []:
                told = self._told(page, "network.beforeRequestSent")
                return [line["request"]["url"] for line in told]
            case "complaints", []:
                told = self._told(page, "log.entryAdded")
                return [line["text"] for line in told if line["level"] == "error"]
            case "until", [expression]:
                return self._until(page, expression)
            case "key", [method, key]:
                return self._key(page, method, key)
            case "mouse", [method]:
                kind = "pointerDown" if method == "down" else "pointerUp"
                return self._bidi.press(page, kind="pointer", type=kind, button=0)
            case "download", [selector, to]:
                return self._download(page, selector, Path(to))
            case "page", [method, *rest]:
                return self._do(page, method, *rest)
            case _:
                raise AssertionError(f"Firefox is not told how to: {words}")

    def _open(self, url: str, options: dict[str, Any]) -> int:
        call = self._bidi.call
        user = call("browser.createUserContext")["userContext"]
        page: str = call("browsingContext.create", type="tab", userContext=user)["context"]
        if size := options.get("viewport"):
            call("browsingContext.setViewport", context=page, viewport=size)
        if locale := options.get("locale"):
            call("emulation.setLocaleOverride", locale=locale, contexts=[page])
        call("browsingContext.navigate", context=page, url=url, wait="complete")
        self._pages.append(page)
        return len(self._pages) - 1

    def _told(self, page: str, event: str) -> list[dict[str, Any]]:
        self._bidi.read(page, "0")  # what was told before the answer is known then
        return [told["params"] for told in self._bidi.told[page] if told["method"] == event]

    def _until(self, page: str, expression: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self._bidi.read(page, f"Boolean({expression})"):
            assert time.monotonic() < end, f"waited in vain: {expression}"
            time.sleep(LOOK)

    def _key(self, page: str, method: str, key: str) -> None:
        for kind in {"down": ["keyDown"], "up": ["keyUp"], "press": ["keyDown", "keyUp"]}[method]:
            self._bidi.press(page, kind="key", type=kind, value=KEYS.get(key, key))

    def _do(self, page: str, method: str, *words: Any) -> Any:
        place = f"document.querySelector({json.dumps(words[0] if words else '')})"
        match method, words:
            case "evaluate", [expression]:
                return self._bidi.read(page, expression)
            case "hover" | "click", [selector]:
                x, y = self._bidi.read(page, CENTRE.format(json.dumps(selector)))
                self._bidi.press(page, kind="pointer", type="pointerMove", x=x, y=y)
                for kind in ["pointerDown", "pointerUp"] if method == "click" else []:
                    self._bidi.press(page, kind="pointer", type=kind, button=0)
            case "focus", [_]:
                self._bidi.read(page, f"{place}.focus()")
            case "fill", [_, text]:
                self._bidi.read(page, f"({place}.focus(), {place}.select())")
                for letter in text:
                    self._key(page, "press", letter)
            case "selectOption", [selector, choice]:
                self._bidi.read(page, CHOOSE.format(json.dumps(selector), json.dumps(choice)))
            case "waitForTimeout", [ms]:
                time.sleep(ms / 1000)
            case "reload", []:
                self._bidi.call("browsingContext.reload", context=page, wait="complete")
            case "close", []:
                self._bidi.call("browsingContext.close", context=page)
            case _:
                raise AssertionError(f"Firefox is not told how to: {method} {words}")
        return None

    def _download(self, page: str, selector: str, to: Path) -> str:
        self._do(page, "click", selector)
        done = self._bidi.await_event(page, "browsingContext.downloadEnd")
        assert done["status"] == "complete", done
        came = Path(done["filepath"])
        to.write_bytes(came.read_bytes())
        return came.name


@contextmanager
def browsing(**other: bool | str) -> Iterator[Driver]:
    """Start the browser, in a profile of its own and as `other` prefers; it ends with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        rows = (
            f"user_pref({json.dumps(key)}, {json.dumps(to)});"
            for key, to in (PREFERENCES | other).items()
        )
        (profile / "user.js").write_text("\n".join(rows))
        command = [str(firefox()), "--headless", "--no-remote", "--remote-debugging-port=0"]
        with subprocess.Popen(
            [*command, "--profile", folder], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                with connect(_address(profile / TOLD), max_size=LARGEST, proxy=None) as wire:
                    yield _begin(Bidi(wire), profile)
            finally:
                process.terminate()
                process.wait(FAREWELL)


def _begin(bidi: Bidi, downloads: Path) -> Firefox:
    bidi.call("session.new", capabilities={})
    bidi.call("session.subscribe", events=list(EVENTS))
    kept = {"type": "allowed", "destinationFolder": str(downloads)}
    bidi.call("browser.setDownloadBehavior", downloadBehavior=kept)
    return Firefox(bidi)


def _address(told: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError, KeyError):
            where = json.loads(told.read_text())
            return f"ws://{where['ws_host']}:{where['ws_port']}/session"
        time.sleep(LOOK)
    raise AssertionError("Firefox did not begin")
