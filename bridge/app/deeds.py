"""What surfaces ask for by name: presets, learned knobs; and the names there are."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from bridge.app.places import take_names
from bridge.app.plan import Plan
from bridge.app.recall import Host, Recall


class Deeds:
    """Hands each deed to whoever does it."""

    def __init__(self, host: Host, plan: Plan) -> None:
        self._presets = Recall(host, plan.presets)
        self._takes = plan.takes

    def do(self, deed: str, name: str) -> Coroutine[Any, Any, str]:
        """Begin one of DEEDS; what is awaited is the address at which it shows."""
        match deed:
            case "preset/save":
                return _shown("preset", self._presets.save(name))
            case "preset/load":
                return _shown("preset", self._presets.load(name))
            case "preset/delete":
                return _shown("preset", self._presets.delete(name))
        raise AssertionError(deed)

    def names(self, of: str) -> Sequence[str]:
        """Return the names of presets or takes."""
        return self._presets.names() if of == "presets" else take_names(self._takes)


async def _shown(address: str, deed: Coroutine[Any, Any, None]) -> str:
    await deed
    return address
