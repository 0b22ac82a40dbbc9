"""What a check found, and what the checks are told; both frozen, both JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from bridge.app.ableton.live import LIVE_PORTS
from bridge.app.places import models_folder
from bridge.core.params import Settings

Mark = Literal["ok", "note", "wrong"]  # fine; worth knowing; one cannot play like this


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `do` is the one thing to do, empty where all is well."""

    check: str
    mark: Mark
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to look at: as `antiphon run` would be started."""

    api: str = "auto"
    listen: str = ""  # part of the name of an input port; empty is our own port
    play: str = ""  # the same for the output
    osc_port: int = 9000  # 0 is off
    web_port: int = 9080  # of the panel; 0 is off
    query_port: int = 9081  # of OSCQuery; 0 is off
    models: Path = field(default_factory=models_folder)
    model: str = Settings().model
    device: str = "auto"
    live_ports: tuple[int, int] = LIVE_PORTS


def could_play(findings: Sequence[Finding]) -> bool:
    """Tell whether one could play: nothing is wrong."""
    return all(finding.mark != "wrong" for finding in findings)


def to_json(order: Order) -> dict[str, Any]:
    """Return an order as what JSON can hold."""
    return asdict(order) | {"models": str(order.models)}


def from_json(raw: dict[str, Any]) -> Order:
    """Return the order that `to_json` has made."""
    ports = raw["live_ports"]
    told = {"models": Path(raw["models"]), "live_ports": (ports[0], ports[1])}
    return Order(**raw | told)


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the report as what JSON can hold."""
    return {"ready": could_play(findings), "findings": [asdict(f) for f in findings]}


def as_text(findings: Sequence[Finding]) -> str:
    """Return the report as lines: mark, check, what was found, and below it what to do."""
    wide = max((len(finding.check) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{finding.mark:<5}  {finding.check:<{wide}}  {finding.says}")
        if finding.do:
            lines.append(f"{'':<5}  {'':<{wide}}  -> {finding.do}")
    wrong = sum(finding.mark == "wrong" for finding in findings)
    things = "1 thing is" if wrong == 1 else f"{wrong} things are"
    lines.append(f"not ready: {things} wrong" if wrong else "ready to play")
    return "\n".join(lines)
