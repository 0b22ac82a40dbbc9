"""A split of a prepared file, and excerpts drawn from it: pieces sampled by pack, cut and varied.

Variation (train only): transposition, tracks dropped, velocity shifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bridge.core.errors import SettingError
from bridge.core.voices import DRUMS
from bridge.training.packs import shares_with

SPLITS = ("train", "valid", "test")
TRANSPOSE = (-5, 6)  # semitones
DROP_TRACKS = 0.35  # chance that some tracks are left out
FROM_THE_START = 0.1  # chance that an excerpt begins where its piece does
HIDE = 0.15  # chance that a row does not show how long and loud its notes are
FEWEST = 64  # notes between the beginning of an excerpt and the end of its piece, if it has them

Columns = dict[str, NDArray[np.int64]]
Batch = dict[str, NDArray[Any]]  # every array begins with the axis of rows


@dataclass(frozen=True, slots=True)
class Corpus:
    """One split of a prepared file, with the chance of drawing each piece."""

    columns: dict[str, NDArray[np.int64]]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    chance: NDArray[np.float64]
    style: NDArray[np.int64]  # of each piece: a row of the style's choices, or -1
    qpm: NDArray[np.float64]  # of each piece, 0 where it is not known

    @classmethod
    def load(cls, path: Path, split: int) -> Corpus:
        """Read split 0 (train), 1 (valid) or 2 (test); raises SettingError."""
        try:
            return cls._read(path, split)
        except OSError as error:
            raise SettingError(f"--data {path}: cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, BadZipFile):
            raise SettingError(f"--data {path}: not a file made by prepare") from None

    @classmethod
    def _read(cls, path: Path, split: int) -> Corpus:
        with np.load(path, allow_pickle=False) as data:
            chosen = data["split"] == split
            starts = data["starts"][:-1][chosen]
            ends = data["starts"][1:][chosen]
            names = data["pack_names"][data["pack"][chosen]]
            style, qpm = data["style"][chosen].astype(np.int64), data["qpm"][chosen]
            columns = {
                name: data[name]
                for name in (
                    "onset", "voice", "pitch", "duration", "velocity", "track", "position", "bar",
                )
            }  # fmt: skip
        if not len(starts):
            raise SettingError(f"--data {path}: has no music in its {SPLITS[split]} split")
        chance = np.zeros(len(starts))
        for share, packs in shares_with(names):
            member = np.isin(names, packs)
            notes = (ends - starts) * member
            if notes.sum():
                chance += share * notes / notes.sum()
        return cls(columns, starts, ends, chance / chance.sum(), style, qpm.astype(np.float64))


def excerpt(
    corpus: Corpus, room: int, rng: np.random.Generator, *, vary: bool
) -> tuple[int, Columns]:
    """Draw a piece and cut at most `room` notes from it.

    Returns the piece's row and columns (n,) as `prepare` names them.
    """
    piece = int(rng.choice(len(corpus.chance), p=corpus.chance))
    first, end = int(corpus.starts[piece]), int(corpus.ends[piece])
    latest = max(end - FEWEST, first)
    begin = first if rng.random() < FROM_THE_START else int(rng.integers(first, latest + 1))
    rows = np.arange(begin, min(end, begin + (4 * room if vary else room)))
    column = {name: values[rows].astype(np.int64) for name, values in corpus.columns.items()}
    if vary and rng.random() < DROP_TRACKS:
        column = _fewer_tracks(column, rng)
    column = {name: values[:room] for name, values in column.items()}
    if vary:
        column["pitch"] = _transposed(column, rng)
        column["velocity"] = np.clip(column["velocity"] + int(rng.integers(-2, 3)), 0, 15)
    return piece, column


def _fewer_tracks(column: Columns, rng: np.random.Generator) -> Columns:
    tracks = np.unique(column["track"])
    if len(tracks) == 1:
        return column
    kept = tracks[rng.random(len(tracks)) < 0.5]
    kept = kept if len(kept) else rng.choice(tracks, 1)
    keep = np.isin(column["track"], kept)
    return {name: values[keep] for name, values in column.items()}


def _transposed(column: Columns, rng: np.random.Generator) -> NDArray[np.int64]:
    pitch, tuned = column["pitch"], column["voice"] != DRUMS
    low, high = TRANSPOSE
    step = int(rng.integers(low, high + 1))
    if tuned.any() and 0 <= pitch[tuned].min() + step and pitch[tuned].max() + step <= 127:
        return pitch + step * tuned
    return pitch
