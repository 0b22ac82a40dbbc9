"""Foils: continuations that are nearly right. Who knows music prefers the truth.

One table, FOILS: each family makes an item with the same prime and another continuation, or None
where the music does not allow it. All are quantised as the truth is, and have as many notes as it
has, within a fifth, so that counting notes does not help.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bridge.core.music import TICKS_PER_BEAT
from bridge.core.voices import DRUMS
from bridge.evaluation.items import SPLITS, Groups, Ints, Item, Library, cut, windows
from bridge.evaluation.markov import walk
from bridge.evaluation.notes import END, SEAM, continued, prime_of, truth_of
from bridge.evaluation.tonality import overlap, pitch_classes
from bridge.respond.steps import PITCH, VOICE

MATCH = 0.2  # by which share the number of notes may differ from the truth
PIECES, PLACES, WALKS = 40, 4, 48  # how many are tried before there is no foil
TRANSPOSITIONS = sorted(range(-6, 6), key=abs)  # semitones, the smallest first
EIGHTH = TICKS_PER_BEAT // 2
SEED = 23


@dataclass(frozen=True, slots=True)
class Pool:
    """The music foils are taken from."""

    library: Library
    groups: Groups  # packs that are alike

    def others(self, item: Item) -> Ints:
        """Return the other pieces of an item's split and group."""
        split = SPLITS[int(self.library.split[item.piece])]
        packs = next(group for group in self.groups if item.pack in group)
        return np.setdiff1d(self.library.members(split, packs), item.piece)


Rng = np.random.Generator
Foil = Callable[[Item, Pool, Rng], Item | None]
Part = tuple[Ints, Ints]  # notes (N, 5) and onsets (N,) of a continuation


def part_of(item: Item) -> Part:
    """Return the continuation of an item."""
    return item.steps.notes[item.begin :], item.steps.tick[item.begin :]


def matched(item: Item, count: int) -> bool:
    """Tell whether a continuation of `count` notes is about as long as the truth."""
    return abs(count - item.count) <= MATCH * item.count


def other_piece(item: Item, pool: Pool, rng: Rng) -> Item | None:
    """F1: another piece of the group and meter from the same place in the bar, in the same key."""
    for number in rng.permutation(pool.others(item))[:PIECES].tolist():
        places = _places(item, pool.library, number, rng)
        for _, found in zip(range(PLACES), places, strict=False):
            if matched(item, found.count):
                return _in_key(item, found)
    return None


def elsewhere(item: Item, pool: Pool, rng: Rng) -> Item | None:
    """F2: the same piece from another place, which is not heard in the item itself."""
    home = _origin(item, pool.library)
    for found in _places(item, pool.library, item.piece, rng, away_from=home):
        foil = continued(item, *part_of(found))
        if matched(item, foil.count) and not _same(item, foil):
            return foil
    return None


def swapped_bars(item: Item, _pool: Pool, rng: Rng) -> Item | None:
    """F3: the truth with two of its bars in each other's place."""
    notes, tick = part_of(item)
    length = int(item.steps.bar[0])
    pairs = list(combinations(truth_of(item).whole_bars, 2))
    for first, second in rng.permutation(pairs).tolist():
        bar = tick // length
        ahead = (second - first) * length
        moved = tick + np.select([bar == first, bar == second], [ahead, -ahead], 0)
        foil = continued(item, notes, moved)
        if not _same(item, foil):
            return foil
    return None


def wrong_note(item: Item, _pool: Pool, rng: Rng) -> Item | None:
    """F4: the truth with one pitch a semitone too high or too low."""
    notes, tick = part_of(item)
    tuned = np.flatnonzero(notes[:, VOICE] != DRUMS).tolist()
    choices = [(row, step) for row in tuned for step in (-1, 1)]
    for row, step in rng.permutation(choices).tolist():
        bent = notes.copy()
        bent[row, PITCH] += step
        foil = continued(item, bent, tick)
        if 0 <= bent[row, PITCH] <= 127 and foil.count == item.count:  # it fell on no other note
            return foil
    return None


def shifted(item: Item, _pool: Pool, _rng: Rng) -> Item | None:
    """F5: the truth an eighth late; what leaves at the end comes in at the beginning."""
    notes, tick = part_of(item)
    foil = continued(item, notes, SEAM + (tick - SEAM + EIGHTH) % (END - SEAM))
    return None if _same(item, foil) else foil


def markov(item: Item, _pool: Pool, rng: Rng) -> Item | None:
    """F6: a walk over the places and chords of the prime.

    Walks tend to be thinner than the truth; of several, the one nearest to it in notes is taken.
    """
    walks = [continued(item, *walk(item, rng)) for _ in range(WALKS)]
    fitting = [foil for foil in walks if matched(item, foil.count) and not _same(item, foil)]
    return min(fitting, key=lambda foil: abs(foil.count - item.count), default=None)


FOILS: dict[str, Foil] = {
    "F1": other_piece,
    "F2": elsewhere,
    "F3": swapped_bars,
    "F4": wrong_note,
    "F5": shifted,
    "F6": markov,
}


def foils_of(item: Item, pool: Pool) -> dict[str, Item | None]:
    """Return the foil of each family; the same item in the same pool always has the same."""
    key = zlib.crc32(item.steps.notes.tobytes())
    return {
        name: make(item, pool, np.random.default_rng([SEED, row, key]))
        for row, (name, make) in enumerate(FOILS.items())
    }


def _places(
    item: Item, library: Library, number: int, rng: Rng, *, away_from: int | None = None
) -> Iterator[Item]:
    """Yield items of a piece in the item's meter, in mixed order.

    `away_from` is a bar line (ticks): no continuation overlaps with the item that begins there.
    """
    piece = library.piece(number)
    found = windows(piece)
    for place in rng.permutation(len(found)).tolist():
        origin, rows = found[place]
        if piece["bar"][rows.start] != item.steps.bar[0]:
            continue
        clear = away_from is None or origin + END <= away_from or away_from + END <= origin + SEAM
        if clear:
            yield cut(library, number, origin, rows)


def _origin(item: Item, library: Library) -> int | None:
    """Return the bar line (ticks) of its piece at which an item begins; None if it is elsewhere."""
    piece = library.piece(item.piece)
    for origin, rows in windows(piece):
        onset, pitch = piece["onset"][rows] - origin, piece["pitch"][rows]
        if np.array_equal(onset, item.steps.tick[1:]) and np.array_equal(
            pitch, item.steps.notes[1:, PITCH]
        ):
            return origin
    return None


def _in_key(item: Item, other: Item) -> Item:
    """Return the other's continuation at the transposition whose pitch classes fit the prime."""
    notes, tick = part_of(other)
    tuned = notes[:, VOICE] != DRUMS
    heard, played = pitch_classes(prime_of(item)), pitch_classes(truth_of(other))
    steps = [
        step
        for step in TRANSPOSITIONS
        if ((0 <= notes[tuned, PITCH] + step) & (notes[tuned, PITCH] + step <= 127)).all()
    ]
    step = max(steps, key=lambda step: overlap(heard, np.roll(played, step)))
    moved = notes.copy()
    moved[tuned, PITCH] += step
    return continued(item, moved, tick)


def _same(item: Item, foil: Item) -> bool:
    """Tell whether two items have the same onsets, voices and pitches."""
    sounds = slice(VOICE, PITCH + 1)
    return np.array_equal(item.steps.tick, foil.steps.tick) and np.array_equal(
        item.steps.notes[:, sounds], foil.steps.notes[:, sounds]
    )
