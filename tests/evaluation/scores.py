"""Small music for the tests of the harness: pieces as rows of notes, items, prepared files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge.evaluation.items import PRIME_BEATS, SPLITS, Item, Library, draw_items
from bridge.respond.steps import LONGEST_SHIFT, START, Steps

Row = tuple[int, int, int]  # onset (ticks), voice, pitch
BEATS = 48  # of an item


@dataclass(frozen=True)
class Piece:
    rows: Sequence[Row]
    bars: Sequence[tuple[int, int]] = ((0, 96),)  # from which tick on, how long
    pack: str = "gmd"
    split: str = "valid"


def motif(pitches: Sequence[int], beats: int = BEATS, step: int = 12) -> list[Row]:
    """One voice that repeats some pitches, a note every `step` ticks."""
    return [(n * step, 0, pitches[n % len(pitches)]) for n in range(beats * 24 // step)]


def noise(rng: np.random.Generator, beats: int = BEATS) -> list[Row]:
    """Onsets, voices and pitches without rhyme or reason."""
    onset = np.cumsum(rng.integers(1, 48, beats))
    return [
        (int(t), int(rng.integers(13)), int(rng.integers(128))) for t in onset if t < beats * 24
    ]


def item_of(rows: Sequence[Row], bar: int = 96) -> Item:
    """An item of rows that begin at tick 0."""
    tick = np.array([r[0] for r in rows])
    shift = np.minimum(np.diff(tick, prepend=0), LONGEST_SHIFT)
    notes = [(s, voice, pitch, 9, 8) for s, (_, voice, pitch) in zip(shift, rows, strict=True)]
    steps = Steps(
        notes=np.array([START, *notes], np.int64),
        position=np.concatenate([[0], tick % bar]),
        bar=np.full(len(rows) + 1, bar),
        tick=np.concatenate([[0], tick]),
    )
    return Item(0, "gmd", steps, 1 + int(np.searchsorted(tick, PRIME_BEATS * 24)))


def write_prepared(path: Path, pieces: Sequence[Piece]) -> Path:
    """Write a file as `bridge.training.prepare` does."""
    names = sorted({p.pack for p in pieces})
    rows = np.array([r for p in pieces for r in p.rows])
    place = np.array([_place(onset, p.bars) for p in pieces for onset, _, _ in p.rows])
    np.savez_compressed(
        path,
        starts=np.cumsum([0, *(len(p.rows) for p in pieces)]),
        pack=np.array([names.index(p.pack) for p in pieces], np.int8),
        split=np.array([SPLITS.index(p.split) for p in pieces], np.int8),
        pack_names=np.array(names),
        style=np.full(len(pieces), -1, np.int8),
        qpm=np.zeros(len(pieces), np.float32),
        track=np.zeros(len(rows), np.uint8),
        onset=rows[:, 0].astype(np.int32),
        voice=rows[:, 1].astype(np.uint8),
        pitch=rows[:, 2].astype(np.uint8),
        duration=np.full(len(rows), 9, np.uint8),
        velocity=np.full(len(rows), 8, np.uint8),
        position=place[:, 0].astype(np.int16),
        bar=place[:, 1].astype(np.int16),
    )
    return path


def _place(onset: int, bars: Sequence[tuple[int, int]]) -> tuple[int, int]:
    start, bar = max(b for b in bars if b[0] <= onset)
    return (onset - start) % bar, bar


def drawn(path: Path, pieces: Sequence[Piece], count: int = 48) -> list[Item]:
    """The valid items of the pack `gmd` in a file of some pieces."""
    return draw_items(Library.load(write_prepared(path, pieces)), "valid", [("gmd",)], count)
