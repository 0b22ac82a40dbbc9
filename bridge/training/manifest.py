"""Packs of MIDI files: a folder whose `manifest.json` lists the files and how each is used.

`python -m bridge.training.manifest FOLDER` writes one for a folder of MIDI files: all of them, a
tenth each for valid and test by the hash of the name, and whether they were played to a grid.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from lzma import LZMAError
from pathlib import Path
from typing import Literal

import numpy as np
import symusic
from pydantic import BaseModel, Field, ValidationError

from bridge.core.errors import BridgeError, SettingError
from bridge.core.music import TICKS_PER_BEAT
from bridge.core.wishes import WISHES
from bridge.training.corpus import SPLITS
from bridge.training.styles import UNTIMED, style_of

STYLES = WISHES[0].choices
NAME = "manifest.json"
MIDI = (".mid", ".midi")
GRID = (0, 6, 8, 12, 16, 18, 24)  # ticks of a beat: sixteenths and triplets of eighths
NEAR = 0.5  # ticks: an onset no farther from the grid lies on it


class Row(BaseModel):
    """A file of a pack; more may be said of it."""

    path: str
    split: Literal["train", "valid", "test"]
    on_grid: float = Field(ge=0, le=1)  # share of onsets that lie near GRID
    qpm: float | None = None  # its first tempo


class Manifest(BaseModel):
    """What `manifest.json` says; more may be said."""

    files: list[Row]
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One MIDI file of a pack."""

    path: Path
    pack: str
    split: str
    on_grid: float
    qpm: float = 0.0  # its first tempo; 0 where it is not known

    @property
    def style(self) -> int:
        """A row of the style's choices, or -1."""
        found = style_of(self.pack, str(self.path))
        return STYLES.index(found) if found else -1


def manifest_of(pack: Path) -> Manifest:
    """Return what a pack says of itself; raises SettingError where it is no pack."""
    if not pack.is_dir():
        raise SettingError(f"pack {pack}: there is no such folder")
    try:
        return Manifest.model_validate_json((pack / NAME).read_bytes())
    except FileNotFoundError:
        raise SettingError(
            f"pack {pack}: has no {NAME}; `python -m bridge.training.manifest {pack}` writes one"
        ) from None
    except OSError as error:
        raise SettingError(f"pack {pack}: {NAME} cannot be read ({error.strerror})") from None
    except ValidationError as error:
        flaw = error.errors()[0]
        where = ".".join(map(str, flaw["loc"]))
        what = f"{where}: {flaw['msg']}" if where else flaw["msg"]
        raise SettingError(
            f"pack {pack}: {NAME} is broken ({what}); mend it, or delete it and"
            f" `python -m bridge.training.manifest {pack}` writes another"
        ) from None


def sources(pack: Path, scratch: Path) -> list[Source]:
    """List the files of a pack, unpacking its archive into `scratch` where they are missing."""
    listed = [
        Source(
            pack / row.path, pack.name, row.split, row.on_grid,
            0.0 if pack.name in UNTIMED else row.qpm or 0.0,
        )
        for row in manifest_of(pack).files
    ]  # fmt: skip
    archive = pack / f"{pack.name}.tar.xz"
    if not listed or listed[0].path.exists() or not archive.exists():
        return listed
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
    except (OSError, tarfile.TarError, LZMAError) as error:
        raise SettingError(f"pack {pack}: {archive.name} cannot be unpacked ({error})") from None
    root = scratch / pack.name
    return [replace(source, path=root / source.path.relative_to(pack)) for source in listed]


def listing(folder: Path) -> list[Mapping[str, object]]:
    """Return the rows of a manifest for the MIDI files in a folder; those broken are on no grid."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MIDI)
    rows: list[Mapping[str, object]] = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        digit = int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16) % 10
        split = {8: SPLITS[1], 9: SPLITS[2]}.get(digit, SPLITS[0])
        rows.append({"path": name, "split": split, "on_grid": round(on_grid(path), 3)})
    return rows


def on_grid(path: Path) -> float:
    """Return the share of a file's onsets that lie near GRID; 0 where it cannot be read."""
    try:
        score = symusic.Score(str(path))
        scale = TICKS_PER_BEAT / score.ticks_per_quarter
        onsets = [track.notes.numpy()["time"] for track in score.tracks if len(track.notes)]
    except Exception:  # noqa: BLE001 - symusic raises many kinds for a broken file
        return 0.0
    if not onsets:
        return 0.0
    ticks = np.concatenate(onsets) * scale % TICKS_PER_BEAT
    return float((np.abs(ticks[:, None] - np.array(GRID)).min(axis=1) <= NEAR).mean())


def write(folder: Path) -> int:
    """Write a folder's manifest and return how many files it lists; raises SettingError."""
    if not folder.is_dir():
        raise SettingError(f"{folder}: there is no such folder")
    if (folder / NAME).exists():
        raise SettingError(f"{folder}: has a {NAME}; delete it first")
    if not (rows := listing(folder)):
        raise SettingError(f"{folder}: no MIDI files in it, nor in its folders")
    try:
        (folder / NAME).write_text(json.dumps({"licence": "", "files": rows}, indent=1) + "\n")
    except OSError as error:
        raise SettingError(f"{folder}: {NAME} cannot be written ({error.strerror})") from None
    return len(rows)


def main() -> None:
    """Write manifests as the command line says."""
    parser = argparse.ArgumentParser(description="Write the manifest of a folder of MIDI files.")
    parser.add_argument("folders", nargs="+", type=Path, help="folders of MIDI files")
    options = parser.parse_args()
    try:
        for folder in options.folders:
            print(f"{folder / NAME}: {write(folder):,} files; fill in their licence", flush=True)
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
