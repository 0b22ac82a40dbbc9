"""WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): calls over a socket, and what is told."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from typing import Any

from websockets.sync.client import ClientConnection

PATIENCE = 20.0  # seconds
KEYS = {
    "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Control": "\ue009", "Escape": "\ue00c",
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
}  # fmt: skip


class Bidi:
    """One socket to a browser."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._numbers = itertools.count(1)
        self.told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)  # page: events

    def call(self, method: str, **words: Any) -> Any:
        """Call a method and return its result; AssertionError where it fails."""
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": words}))
        while (line := self._next()).get("id") != number:
            pass
        assert line["type"] == "success", f"{method}: {line.get('message')}"
        return line["result"]

    def await_event(self, page: str, method: str) -> dict[str, Any]:
        """Return the next event of a page with this name that was not waited for before."""
        while not any(told["method"] == method for told in self.told[page]):
            self._next()
        found = next(told for told in self.told[page] if told["method"] == method)
        self.told[page].remove(found)
        words: dict[str, Any] = found["params"]
        return words

    def _next(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self._wire.recv(PATIENCE))
        if line["type"] == "event":
            words = line["params"]
            page = words.get("context") or words.get("source", {}).get("context") or ""
            self.told[page].append(line)
        return line

    def read(self, page: str, expression: str) -> Any:
        """Return what an expression of JavaScript is in a page, a promise once it is kept."""
        answer = self.call(
            "script.evaluate", expression=expression, target={"context": page}, awaitPromise=True,
            serializationOptions={"maxObjectDepth": 4},
        )  # fmt: skip
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return plain(answer["result"])

    def press(self, page: str, *, kind: str, **action: Any) -> None:
        """Do one deed of the page's one keyboard (`kind` key) or mouse (`kind` pointer)."""
        source = {"type": kind, "id": kind, "actions": [action]}
        self.call("input.performActions", context=page, actions=[source])


def plain(told: dict[str, Any]) -> Any:
    """Return a value of the page as one of Python; an element, which has no like, is None."""
    value = told.get("value")
    match told["type"]:
        case "array":
            return [plain(item) for item in value or []]
        case "object":
            return {name: plain(item) for name, item in value or []}
        case "string" | "number" | "boolean":
            return value
        case _:
            return None
