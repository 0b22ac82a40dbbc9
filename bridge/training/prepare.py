"""Data preparation: folders of MIDI files become one file of note arrays.

`python -m bridge.training.prepare PACK... --out FILE.npz`, where a PACK is a folder with a
`manifest.json` (bridge/training/manifest.py) and either the MIDI files or `NAME.tar.xz`.

The file holds, for all notes of all pieces in one row after another: `onset` (ticks), `voice`,
`pitch`, `duration` (class), `velocity` (class), `track`, `position` and `bar` (ticks);
`starts` marks where each piece begins, `pack` and `split` say where it comes from, `style` is a row
of the style's choices (bridge.core.wishes) or -1, `qpm` the tempo or 0 where nobody knows.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import symusic
from numpy.typing import NDArray

from bridge.core.errors import BridgeError, MusicError, SettingError
from bridge.core.music import FINE_GRID, PLAYED_GRID, TICKS_PER_BEAT, Meter
from bridge.core.voices import voice_of
from bridge.respond.steps import DRUM_DURATION, LONGEST_BAR, duration_class, velocity_class
from bridge.training.corpus import SPLITS
from bridge.training.manifest import Source, manifest_of, sources
from bridge.training.room import check_room

FREELY_PLAYED = 0.85  # below this share of onsets on the grid, a file was played without one
FEWEST = 8  # notes of a piece that is worth keeping
LISTED = 5  # skipped files that are named
ROOM = 80_000_000  # bytes: twice what a prepared file may weigh, the old one and the new
COLUMNS = ("onset", "voice", "pitch", "duration", "velocity", "track", "position", "bar")

#: Roland TD-11 edges and rims to General MIDI (the Groove MIDI Dataset's own map).
ROLAND_TO_GM = {22: 42, 26: 46, 40: 38, 58: 43}
_DURATION_CLASS = np.array([duration_class(t) for t in range(1025)])


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
    check_room(out, out.with_suffix(".part.npz"), ROOM, "{} may be needed")
    manifests = [manifest_of(pack) for pack in packs]  # all flaws of packs are told before the work
    columns: dict[str, list[NDArray[np.int64]]] = {name: [] for name in COLUMNS}
    used: list[Source] = []
    for pack in packs:
        before, skipped = len(used), []
        with _scratch() as scratch:
            for source in sources(pack, scratch):
                piece = _usable(source)
                if isinstance(piece, str):
                    skipped.append(f"{source.path.name} ({piece})")
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
    arrays: dict[str, NDArray[Any]] = {
        "starts": np.cumsum([0, *lengths]),
        "pack": np.array([names.index(source.pack) for source in used], np.int8),
        "split": np.array([SPLITS.index(source.split) for source in used], np.int8),
        "pack_names": np.array(names),
        "pack_licences": np.array([manifest.licence for manifest in manifests]),
        "style": np.array([source.style for source in used], np.int8),
        "qpm": np.array([source.qpm for source in used], np.float32),
        **{n: np.concatenate(c).astype(small.get(n, np.uint8)) for n, c in columns.items()},
    }
    _write(out, arrays)
    tell(f"{sum(lengths):,} notes in {len(lengths):,} pieces")


def _write(out: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a file whole or not at all."""
    part = out.with_suffix(".part.npz")  # so that a break leaves the file that was there
    try:
        np.savez_compressed(part, allow_pickle=False, **arrays)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SettingError(f"--out {out}: cannot be written ({error.strerror})") from None


@contextmanager
def _scratch() -> Iterator[Path]:
    """Lend a folder for what is unpacked."""
    try:
        place = tempfile.TemporaryDirectory()
    except OSError as error:
        raise SettingError(f"no folder to unpack in ({error.strerror}); set TMPDIR") from None
    with place as name:
        yield Path(name)


def _usable(source: Source) -> dict[str, NDArray[np.int64]] | str:
    """Read one file, or return why it cannot be used."""
    if not source.path.exists():
        return "missing"
    try:
        piece = read_piece(source)
    except Exception:  # noqa: BLE001 - symusic raises many kinds for a broken file
        return "broken"
    count = 0 if piece is None else len(piece["onset"])
    return piece if piece is not None and count >= FEWEST else f"{count} notes"


def _left_out(names: list[str]) -> str:
    """Tell how many files were skipped, and the first of them."""
    if not names:
        return ""
    more = ", ..." if len(names) > LISTED else ""
    return f"; {len(names):,} skipped: {', '.join(names[:LISTED])}{more}"


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
