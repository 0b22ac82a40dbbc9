"""What `antiphon run` was asked to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bridge.app.ableton.live import LIVE_PORTS
from bridge.app.hub.children import COMMANDS
from bridge.app.places import TAKES, models_folder, presets_folder
from bridge.control.preset import Preset
from bridge.control.reach import HERE, Reach
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
    preset: Preset | None = None  # that the settings begin with
    controller: str = ""  # whose map of knobs is obeyed (bridge.desk.controllers); none
    api: str = "auto"
    listen: str = ""  # part of the name of an input port; empty is our own port
    play: str = ""  # the same for the output
    device: str = "auto"  # where the model is computed (bridge.respond.device)
    plain: bool = False
    live_ports: tuple[int, int] = LIVE_PORTS  # where AbletonOSC hears, where it answers
    seconds: float = 0.0  # end by itself after this time; 0 is never
    commands: Mapping[str, Sequence[str]] = field(default_factory=lambda: COMMANDS)
