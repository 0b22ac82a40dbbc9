"""What `antiphon run` was asked to do, and what of it the children are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bridge.app.ableton.live import LIVE_PORTS
from bridge.app.hub.children import COMMANDS
from bridge.app.places import TAKES, models_folder, presets_folder
from bridge.control.preset import Preset
from bridge.control.reach import HERE, Reach
from bridge.control.snapshot import Snapshot
from bridge.core.params import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The options of the command line, each checked."""

    settings: Settings = field(default_factory=Settings)
    osc_port: int = 9000  # 0 is off
    web_port: int = 0  # of the panel; 0 is off
    query_port: int = 0  # of OSCQuery; 0 is off
    reach: Reach = HERE  # from where these ports can be reached
    takes: Path = TAKES
    models: Path = field(default_factory=models_folder)
    presets: Path = field(default_factory=presets_folder)
    kept_ports: Path | None = None  # where chosen ports are remembered; None is nowhere
    preset: Preset | None = None  # that the settings begin with
    controller: str = ""  # whose map of knobs is obeyed (bridge.desk.controllers); none
    api: str = "auto"
    listen: str = ""  # part of the name of an input port; empty is our own port
    play: str = ""  # the same for the output
    feedback: str = ""  # the same for lamps and motors of controllers
    device: str = "auto"  # where the model is computed (bridge.respond.device)
    plain: bool = False
    live_ports: tuple[int, int] = LIVE_PORTS  # where AbletonOSC hears, where it answers
    seconds: float = 0.0  # end by itself after this time; 0 is never
    commands: Mapping[str, Sequence[str]] = field(default_factory=lambda: COMMANDS)


def for_player(plan: Plan, snapshot: Snapshot) -> dict[str, Any]:
    """Return what a player is told, besides its ports and what was before it."""
    return {
        "settings": asdict(snapshot.settings), "api": plan.api, "client": "Antiphon",
        "feedback": plan.feedback or None,
    }  # fmt: skip


def for_engine(plan: Plan, snapshot: Snapshot) -> dict[str, Any]:
    """Return what an engine is told; its first take follows those that the player may know."""
    return {
        "settings": asdict(snapshot.settings), "models": str(plan.models), "device": plan.device,
        "take": snapshot.status.take,
    }  # fmt: skip
