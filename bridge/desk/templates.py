"""Every file of `daw_templates/`, by its path there."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping

from bridge.desk import (
    ardour,
    cc_map,
    dawproject,
    fl_script,
    live,
    max_device,
    open_stage,
    reaper,
)
from bridge.desk.controllers import CONTROLLERS
from bridge.desk.fl_roll import NO_TAKE, piano_roll
from bridge.desk.table import NAME, Table
from bridge.desk.touchosc import touchosc

HEAD = """\
<!-- Made by `antiphon templates`. -->

# Templates

Written by `antiphon templates` from the tables of parameters, actions and ports; `antiphon setup`
puts them where the programs look for them. The steps for each program are in `docs/daw`.

| file | for | opened in the real program |
| --- | --- | --- |
"""
_TRIED = "yes: Ardour 7.3, by `tests/studio/test_ardour.py`"
_READ = "no; read by {} in a test"
_ABOUT: Mapping[str, tuple[str, str]] = {
    f"ableton/{NAME}.als": (
        "Ableton Live 11.3 and 12", "no; has the elements of a set that Live 11.3.13 saved",
    ),
    f"ableton/{NAME}.amxd": (
        "Max for Live, an experiment", "no; has the chunks and boxes of a device that Live saved",
    ),
    "ableton/midi-mapping.md": ("Ableton Live", "to be read"),
    f"ardour/{NAME}/{NAME}.template": ("Ardour 7 and newer", _TRIED),
    f"dawproject/{NAME}.dawproject": (
        "Bitwig Studio, Studio One, Cubase 14", "no; valid by the format's own schema",
    ),
    f"fl-studio/Hardware/{NAME}/device_{NAME}.py": (
        "FL Studio", _READ.format("fl-studio-api-stubs"),
    ),
    f"fl-studio/Piano roll scripts/{NAME}.pyscript": (
        "FL Studio 21.1 and newer", _READ.format("fl-studio-api-stubs"),
    ),
    f"reaper/{NAME}.RPP": ("REAPER", _READ.format("rpp")),
    f"reaper/{NAME}.ReaperOSC": ("REAPER", "no"),
    "surfaces/antiphon.json": ("Open Stage Control 1.x", "no"),
    "surfaces/antiphon-module.js": ("Open Stage Control 1.x", "no"),
    f"surfaces/{NAME}.tosc": ("TouchOSC (not Mk1)", _READ.format("tosclib")),
    "controllers/README.md": ("knobs and faders", "to be read"),
}  # fmt: skip


def templates(table: Table) -> dict[str, bytes]:
    """Return the bytes of every file by its path; the same table always gives the same bytes."""
    maps = {f"controllers/{c.file}.json": cc_map.cc_map(table, c) for c in CONTROLLERS}
    texts = {
        "ableton/midi-mapping.md": cc_map.live_sheet(table),
        f"fl-studio/Hardware/{NAME}/device_{NAME}.py": fl_script.controller_script(),
        f"fl-studio/Piano roll scripts/{NAME}.pyscript": piano_roll(NO_TAKE),
        f"reaper/{NAME}.RPP": reaper.project(),
        f"reaper/{NAME}.ReaperOSC": reaper.patterns(table),
        "surfaces/antiphon.json": open_stage.session(table),
        "surfaces/antiphon-module.js": open_stage.module(),
        "controllers/README.md": cc_map.page(table),
        **maps,
        "README.md": _readme(tuple(maps)),
    }
    files = {path: text.encode() for path, text in texts.items()}
    files[f"ableton/{NAME}.als"] = live.live_set()
    files[f"ableton/{NAME}.amxd"] = max_device.device(table)
    files[f"ardour/{NAME}/{NAME}.template"] = ardour.template()
    files[f"dawproject/{NAME}.dawproject"] = dawproject.dawproject()
    files[f"surfaces/{NAME}.tosc"] = touchosc(table)
    return dict(sorted(files.items()))


def unpacked(path: str, data: bytes) -> bytes | dict[str, bytes]:
    """Return what is inside a file: two builds of zlib may pack the same thing differently.

    Raises ValueError if it cannot be unpacked.
    """
    try:
        match path.rpartition(".")[2]:
            case "als":
                return gzip.decompress(data)
            case "tosc":
                return zlib.decompress(data)
            case "dawproject":
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    return {name: archive.read(name) for name in archive.namelist()}
            case _:
                return data
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} cannot be unpacked: {error}") from error


def _readme(maps: tuple[str, ...]) -> str:
    about = {
        **_ABOUT,
        **dict.fromkeys(maps, ("`--controller`, and programs that make OSC of MIDI", "no")),
    }
    return HEAD + "".join(
        f"| `{path}` | {what} | {tried} |\n" for path, (what, tried) in sorted(about.items())
    )
