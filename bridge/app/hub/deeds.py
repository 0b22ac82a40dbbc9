"""What surfaces ask for by name: presets, learned knobs, ports; and the names there are."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from bridge.app.hub import learning, port_choice, recall
from bridge.app.hub.learned import controller_of
from bridge.app.hub.learning import Learner
from bridge.app.hub.mirror import Mirror
from bridge.app.hub.plan import Plan
from bridge.app.hub.port_choice import PortChoice
from bridge.app.hub.recall import Recall
from bridge.app.places import take_names


class Host(learning.Host, recall.Host, port_choice.Host, Protocol):
    """What they need of the hub."""


class Deeds:
    """Hands each deed to whoever does it."""

    def __init__(self, host: Host, plan: Plan) -> None:
        self.mirror = Mirror(
            host, lambda shown: host.crew.send("player", shown), controller_of(plan.controller)
        )
        self.learner = Learner(host, plan.presets, plan.controller, self.mirror)
        self.ports = PortChoice(host, plan)
        self._presets = Recall(host, plan.presets)
        self._takes = plan.takes

    def open(self) -> None:
        """Take up what was taught and chosen before."""
        self.learner.open()
        self.ports.open()

    def begun(self, who: str) -> None:
        """Take note that a child plays."""
        if who == "player":
            self.ports.begun()

    def do(self, deed: str, name: str) -> Coroutine[Any, Any, str]:
        """Begin one of DEEDS or LOOKED; what is awaited is the address at which it shows."""
        match deed:
            case "preset/save":
                return _shown("preset", self._presets.save(name))
            case "preset/load":
                return _shown("preset", self._presets.load(name))
            case "preset/delete":
                return _shown("preset", self._presets.delete(name))
            case "learn":
                return _shown("learning", self.learner.learn(name))
            case "forget":
                return _shown("list/learned", self.learner.forget(name))
            case "ports/input":
                return _shown("ports/chosen", self.ports.choose("input", name))
            case "ports/output":
                return _shown("ports/chosen", self.ports.choose("output", name))
            case "list/inputs" | "list/outputs":
                return _shown(deed, self.ports.look())
            case "restore":
                return _shown("list/learned", self.learner.restore(name))
        raise AssertionError(deed)

    def names(self, of: str) -> Sequence[str]:
        """Return the names of presets, bound controls, ports or takes."""
        match of:
            case "presets":
                return self._presets.names()
            case "learned":
                return self.learner.names()
            case "inputs" | "outputs":
                return self.ports.names(of)
        return take_names(self._takes)


async def _shown(address: str, deed: Coroutine[Any, Any, None]) -> str:
    await deed
    return address
