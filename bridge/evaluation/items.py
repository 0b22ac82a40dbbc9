"""Test items: 32 beats of a piece to hear, and the 16 beats that really follow.

An item begins on a bar line and keeps one meter. Items are drawn without chance from outside: the
same file gives the same items, and fewer items are the first of more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bridge.core.errors import SettingError
from bridge.core.music import TICKS_PER_BEAT
from bridge.respond.steps import LONGEST_SHIFT, START, Steps

PRIME_BEATS, CONTINUATION_BEATS = 32, 16
FEWEST_PRIME = 16  # notes
CONTINUATION_NOTES = range(8, 401)
SPLITS = ("train", "valid", "test")
SEED = 20

Ints = NDArray[np.int64]
Groups = Sequence[tuple[str, ...]]  # packs that share one quota of items

_PRIME = PRIME_BEATS * TICKS_PER_BEAT
_WINDOW = _PRIME + CONTINUATION_BEATS * TICKS_PER_BEAT
_COLUMNS = ("onset", "voice", "pitch", "duration", "velocity", "position", "bar")


@dataclass(frozen=True, slots=True)
class Item:
    """One window of a piece; `begin` is the row of `steps` where the continuation begins."""

    piece: int  # number of the piece in the prepared file
    pack: str
    steps: Steps  # START first
    begin: int

    @property
    def count(self) -> int:
        """The number of notes to be continued with."""
        return len(self.steps) - self.begin


@dataclass(frozen=True, slots=True)
class Library:
    """A file made by `bridge.training.prepare`."""

    columns: dict[str, NDArray[np.generic]]
    starts: Ints  # row where each piece begins, and the end
    pack: tuple[str, ...]  # of each piece
    split: NDArray[np.int8]  # of each piece: row of SPLITS

    @classmethod
    def load(cls, path: Path) -> Library:
        """Read a prepared file; raises SettingError where there is none."""
        try:
            with np.load(path) as data:
                names = data["pack_names"]
                return cls(
                    columns={name: data[name] for name in _COLUMNS},
                    starts=data["starts"].astype(np.int64),
                    pack=tuple(str(names[p]) for p in data["pack"]),
                    split=data["split"],
                )
        except OSError as error:
            raise SettingError(f"data {path}: cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, EOFError, BadZipFile):
            raise SettingError(f"data {path}: not a prepared file") from None

    def members(self, split: str, packs: tuple[str, ...]) -> Ints:
        """Return the numbers of the pieces of some packs in a split."""
        chosen = (self.split == SPLITS.index(split)) & np.isin(self.pack, packs)
        return np.flatnonzero(chosen)

    def piece(self, number: int, rows: slice = slice(None)) -> dict[str, Ints]:
        """Return the columns of a piece, or of some of its rows."""
        first, end = self.starts[number], self.starts[number + 1]
        return {n: c[first:end][rows].astype(np.int64) for n, c in self.columns.items()}


def windows(piece: dict[str, Ints]) -> list[tuple[int, slice]]:
    """Return the bar lines (ticks) where an item may begin, and the rows of its notes."""
    onset, bar = piece["onset"], piece["bar"]
    line = onset - piece["position"]
    change = np.flatnonzero(np.diff(bar) | np.diff(line % bar)) + 1
    found = []
    for first, end in pairwise([0, *change.tolist(), len(onset)]):
        for origin in np.unique(line[first:end]).tolist():
            low, middle, high = np.searchsorted(onset, [origin, origin + _PRIME, origin + _WINDOW])
            if (
                first <= low
                and high <= end
                and middle - low >= FEWEST_PRIME
                and high - middle in CONTINUATION_NOTES
                and onset[-1] >= origin + _WINDOW - bar[first]  # the piece does not end before
            ):
                found.append((int(origin), slice(int(low), int(high))))
    return found


def cut(library: Library, number: int, origin: int, rows: slice) -> Item:
    """Make an item of some rows of a piece, from the bar line `origin` on."""
    piece = library.piece(number, rows)
    tick = piece["onset"] - origin
    shift = np.minimum(np.diff(tick, prepend=0), LONGEST_SHIFT)
    names = ("voice", "pitch", "duration", "velocity")
    notes = np.column_stack([shift, *(piece[name] for name in names)])
    steps = Steps(
        notes=np.concatenate([[START], notes]),
        position=np.concatenate([[0], piece["position"]]),
        bar=np.concatenate([piece["bar"][:1], piece["bar"]]),
        tick=np.concatenate([[0], tick]),
    )
    begin = 1 + int(np.searchsorted(tick, _PRIME))
    return Item(number, library.pack[number], steps, begin)


def draw_items(library: Library, split: str, groups: Groups, count: int) -> list[Item]:
    """Draw `count` items for each group of packs, or as many as there are."""
    items: list[Item] = []
    for row, packs in enumerate(groups):
        rng = np.random.default_rng([SEED, SPLITS.index(split), row])
        members = rng.permutation(library.members(split, packs)).tolist()
        decks = [_deck(library, number, rng) for number in members]
        for _, item in zip(range(count), _round_robin(decks), strict=False):
            items.append(item)
    return items


def _deck(library: Library, number: int, rng: np.random.Generator) -> Iterator[Item]:
    """Yield the items of a piece in mixed order; no two continuations overlap."""
    places = windows(library.piece(number))
    taken: list[int] = []
    for place in rng.permutation(len(places)).tolist():
        origin, rows = places[place]
        if all(abs(origin - other) >= _WINDOW - _PRIME for other in taken):
            taken.append(origin)
            yield cut(library, number, origin, rows)


def _round_robin(decks: list[Iterator[Item]]) -> Iterator[Item]:
    """Yield one item of each deck in turn until all are empty."""
    while decks:
        left = []
        for deck in decks:
            if (item := next(deck, None)) is not None:
                left.append(deck)
                yield item
        decks = left
