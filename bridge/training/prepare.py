"""Data preparation: folders of MIDI files become one file of note arrays.

`python -m bridge.training.prepare PACK... --out FILE.npz`, where a PACK is a folder with a
`manifest.json` (files with path, split, on_grid) and either the MIDI files or `NAME.tar.xz`.

The file holds, for all notes of all pieces in one row after another: `onset` (ticks), `voice`,
`pitch`, `duration` (class), `velocity` (class), `track`, `position` and `bar` (ticks);
`starts` marks where each piece begins, `pack` and `split` say where it comes from, `style` is a row
of the style's choices (bridge.core.wishes) or -1, `qpm` the tempo or 0 where nobody knows.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from lzma import LZMAError
from pathlib import Path

import numpy as np
import symusic
from numpy.typing import NDArray

from bridge.core.errors import BridgeError, MusicError, SettingError
from bridge.core.music import FINE_GRID, PLAYED_GRID, TICKS_PER_BEAT, Meter
from bridge.core.voices import voice_of
from bridge.core.wishes import WISHES
from bridge.respond.steps import DRUM_DURATION, LONGEST_BAR, duration_class, velocity_class
from bridge.training.corpus import SPLITS
from bridge.training.styles import UNTIMED, style_of

STYLES = WISHES[0].choices
FREELY_PLAYED = 0.85  # below this share of onsets on the grid, a file was played without one
FEWEST = 8  # notes of a piece that is worth keeping
LISTED = 5  # skipped files that are named
COLUMNS = ("onset", "voice", "pitch", "duration", "velocity", "track", "position", "bar")

#: Roland TD-11 edges and rims to General MIDI (the Groove MIDI Dataset's own map).
ROLAND_TO_GM = {22: 42, 26: 46, 40: 38, 58: 43}
_DURATION_CLASS = np.array([duration_class(t) for t in range(1025)])


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


def manifest_of(pack: Path) -> list[Source]:
    """Return the files that a pack lists; raises SettingError where it is no pack."""
    try:
        rows = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))["files"]
        found = [
            Source(
                pack / r["path"], pack.name, r["split"], r["on_grid"],
                0.0 if pack.name in UNTIMED else float(r.get("qpm") or 0.0),
            )
            for r in rows
        ]  # fmt: skip
    except OSError as error:
        raise SettingError(f"pack {pack}: no manifest.json to be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SettingError(f"pack {pack}: manifest.json is broken ({error!r})") from None
    if wrong := {source.split for source in found} - set(SPLITS):
        raise SettingError(f"pack {pack}: manifest.json has a split {wrong.pop()!r}")
    return found


def sources(pack: Path, scratch: Path) -> list[Source]:
    """List the files of a pack, unpacking its archive into `scratch` where they are missing."""
    listed = manifest_of(pack)
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


def snap_all(ticks: NDArray[np.float64], grid: tuple[int, ...]) -> NDArray[np.int64]:
    """Move every tick to the nearest point of `grid`, in every beat."""
    edges = np.array([*grid, TICKS_PER_BEAT])
    beat = np.floor(ticks / TICKS_PER_BEAT)
    inside = ticks - beat * TICKS_PER_BEAT
    nearest = edges[np.abs(inside[:, None] - edges[None, :]).argmin(axis=1)]
    return (beat * TICKS_PER_BEAT + nearest).astype(np.int64)


def bar_places(
    onset: NDArray[np.int64], meters: list[tuple[int, Meter]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return position in the bar and bar length for each onset, under changing meters."""
    starts = np.array([tick for tick, _ in meters])
    bars = np.array([min(meter.bar_ticks, LONGEST_BAR) for _, meter in meters])
    row = np.maximum(np.searchsorted(starts, onset, side="right") - 1, 0)
    return (onset - starts[row]) % bars[row], bars[row]


def read_piece(source: Source) -> dict[str, NDArray[np.int64]] | None:
    """Read one file into columns sorted by onset, voice, pitch; None where nothing is left."""
    score = symusic.Score(str(source.path))
    scale = TICKS_PER_BEAT / score.ticks_per_quarter
    grid = FINE_GRID if source.on_grid >= FREELY_PLAYED else PLAYED_GRID
    parts = []
    for index, track in enumerate(score.tracks):
        if not len(track.notes) or (source.pack.startswith("pop909") and track.name == "CHORDS"):
            continue
        raw = track.notes.numpy()
        onset = snap_all(raw["time"] * scale, grid)
        release = snap_all((raw["time"] + raw["duration"]) * scale, FINE_GRID)
        length = np.clip(release - onset, 1, 1024)
        pitch = raw["pitch"].astype(np.int64)
        if track.is_drum:
            pitch = (
                np.array([ROLAND_TO_GM.get(p, p) for p in pitch]) if source.pack == "gmd" else pitch
            )
            length = np.full_like(length, DRUM_DURATION)
        voice = np.full_like(onset, voice_of(track.program, drums=track.is_drum))
        velocity = np.clip(raw["velocity"].astype(np.int64), 1, 127)
        parts.append(np.stack([onset, voice, pitch, -length, velocity, np.full_like(onset, index)]))
    if not parts:
        return None
    table = np.concatenate(parts, axis=1)
    table = table[:, np.lexsort((table[3], table[2], table[1], table[0]))]
    fresh = np.any(np.diff(table[:3], axis=1, prepend=-1), axis=0)  # of doubles keep the longest
    onset, voice, pitch, length, velocity, track_of = table[:, fresh]
    meters = [
        (round(t.time * scale), Meter(t.numerator, t.denominator)) for t in score.time_signatures
    ] or [(0, Meter())]
    position, bar = bar_places(onset, meters)
    return {
        "onset": onset,
        "voice": voice,
        "pitch": pitch,
        "duration": _DURATION_CLASS[-length],
        "velocity": velocity_class_all(velocity),
        "track": track_of,
        "position": position,
        "bar": bar,
    }


def velocity_class_all(velocity: NDArray[np.int64]) -> NDArray[np.int64]:
    """`velocity_class` over an array."""
    return np.array([velocity_class(v) for v in range(128)])[velocity]


def prepare(packs: Sequence[Path], out: Path, tell: Callable[[str], None]) -> None:
    """Turn packs into one file; broken files are skipped, and `tell` hears of each pack.

    Raises SettingError where a pack is none, MusicError where no pack has anything usable.
    """
    _check_place(out)
    columns: dict[str, list[NDArray[np.int64]]] = {name: [] for name in COLUMNS}
    used: list[Source] = []
    for pack in packs:
        before, skipped = len(used), []
        with tempfile.TemporaryDirectory() as scratch:
            for source in sources(pack, Path(scratch)):
                piece = _usable(source)
                if piece is None:
                    skipped.append(source.path.name)
                    continue
                used.append(source)
                for name in COLUMNS:
                    columns[name].append(piece[name])
        tell(f"{pack.name}: {len(used) - before:,} pieces{_left_out(skipped)}")
    if not used:
        raise MusicError(f"no music in {', '.join(map(str, packs))}: no file with {FEWEST} notes")
    names = [pack.name for pack in packs]
    lengths = [len(onset) for onset in columns["onset"]]
    small = {"onset": np.int32, "position": np.int16, "bar": np.int16}
    part = out.with_suffix(".part.npz")  # so that a break leaves the file that was there
    np.savez_compressed(
        part,
        starts=np.cumsum([0, *lengths]),
        pack=np.array([names.index(source.pack) for source in used], np.int8),
        split=np.array([SPLITS.index(source.split) for source in used], np.int8),
        pack_names=np.array(names),
        pack_licences=np.array([licence_of(pack) for pack in packs]),
        style=np.array([source.style for source in used], np.int8),
        qpm=np.array([source.qpm for source in used], np.float32),
        allow_pickle=False,
        **{n: np.concatenate(c).astype(small.get(n, np.uint8)) for n, c in columns.items()},
    )
    part.replace(out)
    tell(f"{sum(lengths):,} notes in {len(lengths):,} pieces")


def licence_of(pack: Path) -> str:
    """Return the licence that a pack's manifest names, or ""."""
    return str(json.loads((pack / "manifest.json").read_text(encoding="utf-8")).get("licence", ""))


def _check_place(out: Path) -> None:
    """Make the folder of a file to be written; raises SettingError where it cannot be."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        trial = out.with_suffix(".part.npz")
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise SettingError(f"--out {out}: cannot be written ({error.strerror})") from None


def _usable(source: Source) -> dict[str, NDArray[np.int64]] | None:
    """Read one file; None where it is broken or has hardly a note."""
    try:
        piece = read_piece(source)
    except Exception:  # noqa: BLE001 - symusic raises many kinds for a broken file
        return None
    return piece if piece is not None and len(piece["onset"]) >= FEWEST else None


def _left_out(names: list[str]) -> str:
    """Tell how many files were skipped, and the first of them."""
    if not names:
        return ""
    more = ", ..." if len(names) > LISTED else ""
    return f"; {len(names):,} skipped, broken or empty: {', '.join(names[:LISTED])}{more}"


def main() -> None:
    """Prepare the packs named on the command line."""
    parser = argparse.ArgumentParser(
        description="Turn folders of MIDI files into one training file."
    )
    parser.add_argument("packs", nargs="+", type=Path, help="folders with a manifest.json")
    parser.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    options = parser.parse_args()
    try:
        prepare(options.packs, options.out, partial(print, flush=True))
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
