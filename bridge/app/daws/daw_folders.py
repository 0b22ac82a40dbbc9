"""Where the DAWs of each system keep their templates, and which of our files belong there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bridge.core.errors import SettingError
from bridge.desk.table import NAME

#: Where each of our files goes, below the folder of its program.
FILES: Mapping[str, Mapping[str, str]] = {
    "ableton": {
        f"ableton/{NAME}.als": f"Templates/{NAME}.als",
        f"ableton/{NAME}.amxd": f"Presets/MIDI Effects/Max MIDI Effect/{NAME}.amxd",
    },
    "fl": {
        f"fl-studio/Hardware/{NAME}/device_{NAME}.py": f"Hardware/{NAME}/device_{NAME}.py",
        f"fl-studio/Piano roll scripts/{NAME}.pyscript": f"Piano roll scripts/{NAME}.pyscript",
    },
    "reaper": {
        f"reaper/{NAME}.RPP": f"ProjectTemplates/{NAME}.RPP",
        f"reaper/{NAME}.ReaperOSC": f"OSC/{NAME}.ReaperOSC",
    },
    "bitwig": {f"dawproject/{NAME}.dawproject": f"Projects/{NAME}.dawproject"},
    "ardour": {f"ardour/{NAME}/{NAME}.template": f"templates/{NAME}/{NAME}.template"},
    "touchosc": {f"surfaces/{NAME}.tosc": f"{NAME}/{NAME}.tosc"},
    "osc": {
        "surfaces/antiphon.json": f"{NAME}/antiphon.json",
        "surfaces/antiphon-module.js": f"{NAME}/antiphon-module.js",
    },
}
PROGRAMS: Mapping[str, str] = {
    "ableton": "Ableton Live", "fl": "FL Studio", "reaper": "REAPER", "bitwig": "Bitwig Studio",
    "ardour": "Ardour", "touchosc": "TouchOSC", "osc": "Open Stage Control",
}  # fmt: skip
#: The page below docs/daw with what is left to do in each.
PAGES: Mapping[str, str] = {
    "ableton": "ableton.md", "fl": "fl.md", "reaper": "reaper.md", "bitwig": "bitwig.md",
    "ardour": "ardour.md", "touchosc": "surfaces.md", "osc": "surfaces.md",
}  # fmt: skip
OLDEST_ARDOUR = 7


@dataclass(frozen=True, slots=True)
class Machine:
    """The system whose folders are meant; a test has one of its own."""

    platform: str = sys.platform
    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def variable(self, name: str, otherwise: Path) -> Path:
        """Return the folder an environment variable names, or another."""
        return Path(self.environment.get(name) or otherwise)

    @property
    def documents(self) -> Path:
        """The folder of documents; on Linux home, where there is none."""
        folder = self.home / "Documents"
        return folder if folder.is_dir() or self.platform != "linux" else self.home


def folder_of(target: str, machine: Machine) -> Path:
    """Return a program's folder, which need not exist; SettingError where it cannot be."""
    home, documents = machine.home, machine.documents
    support = home / "Library" / "Application Support"
    roaming = machine.variable("APPDATA", home / "AppData" / "Roaming")
    config = machine.variable("XDG_CONFIG_HOME", home / ".config")
    music = home / "Music"
    folders: dict[str, dict[str, Path]] = {
        "ableton": {
            "darwin": music / "Ableton" / "User Library",
            "win32": documents / "Ableton" / "User Library",
        },
        "fl": dict.fromkeys(
            ("darwin", "win32"), documents / "Image-Line" / "FL Studio" / "Settings"
        ),
        "reaper": {
            "darwin": support / "REAPER", "win32": roaming / "REAPER", "linux": config / "REAPER",
        },
        "bitwig": {
            **dict.fromkeys(("darwin", "win32"), documents / "Bitwig Studio"),
            "linux": home / "Bitwig Studio",
        },
        "ardour": _ardour(machine, config),
        **dict.fromkeys(
            ("touchosc", "osc"), dict.fromkeys(("darwin", "win32", "linux"), documents)
        ),
    }  # fmt: skip
    found = folders[target].get(machine.platform)
    if found is None:
        raise SettingError(
            f"{PROGRAMS[target]} does not run on this system; name its folder with --folder"
        )
    return found


def record_file(machine: Machine) -> Path:
    """Return where we remember what was set up."""
    match machine.platform:
        case "darwin":
            folder = machine.home / "Library" / "Application Support" / NAME
        case "win32":
            folder = machine.variable("APPDATA", machine.home / "AppData" / "Roaming") / NAME
        case _:
            state = machine.variable("XDG_STATE_HOME", machine.home / ".local" / "state")
            folder = state / NAME.lower()
    return folder / "setup.json"


def _ardour(machine: Machine, config: Path) -> dict[str, Path]:
    """Return the folder of the newest Ardour: `ardour8`, on macOS and Windows `Ardour8`."""
    home = machine.home
    parents = {
        "darwin": (home / "Library" / "Preferences", "Ardour"),
        "win32": (machine.variable("LOCALAPPDATA", home / "AppData" / "Local"), "Ardour"),
        "linux": (config, "ardour"),
    }
    if machine.platform not in parents:
        return {}
    parent, name = parents[machine.platform]
    numbers = [p.name.removeprefix(name) for p in parent.glob(f"{name}[0-9]*") if p.is_dir()]
    newest = max((int(n) for n in numbers if n.isdecimal()), default=OLDEST_ARDOUR)
    return {machine.platform: parent / f"{name}{max(newest, OLDEST_ARDOUR)}"}
