"""The feel of a phrase: where in the beat its notes really fall, and how hard they are struck.

The answer takes it over. Models see onsets on the grid; what the player does between its lines, and
with the weight of the hand, is measured here and given to the notes that a model drew.
Conventions: ticks are 24 in a beat; a place is a tick in the beat, 0..23, a cell a sixteenth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean, pstdev

from bridge.core.music import TICKS_PER_BEAT, Note

CELL = TICKS_PER_BEAT // 4
FEWEST = 4  # notes: fewer have no feel
ENOUGH = 2  # notes of a place or cell that speak for it; else all speak for all
FARTHEST = 5.0  # ticks from the grid: a swung eighth by two thirds is 4 late
EVEN = 4.0  # the least spread of velocities: nobody's hand is as even as a rule

#: Where a second eighth may lie, from a little early to dotted; the grid has several lines there.
_SECOND_EIGHTH = (11.0, 17.5)
_SECOND_PLACES = (12, 15, 16)
#: Where the second note of a triplet lies: among such, the third one is no swung eighth.
_TRIPLET = (6.5, 9.5)
STRAIGHT = 0.75  # ticks: who is less late than this plays straight eighths
SCATTER = 1.2  # ticks: second eighths that differ more are not one swing


@dataclass(frozen=True, slots=True)
class Feel:
    """What to do to a note drawn on the grid; the default does nothing."""

    places: Mapping[int, float] = field(default_factory=dict)  # ticks a note is late there
    late: float = 0.0  # ticks, where a place is not known
    loudness: float = 0.0  # mean velocity; 0 is unknown
    accents: Mapping[int, float] = field(default_factory=dict)  # by cell, more than the mean
    spread: float = 0.0  # of velocities about what their cells have

    def given(
        self, note: Note, amount: float, before: Note | None, window: tuple[float, float]
    ) -> Note:
        """Return a note with `amount` (0..1) of this feel.

        `before` is the one given last; notes begin in the window (ticks), its end left out.
        """
        if amount == 0 and (before is None or not before.offset):
            return note  # after one that is off the grid it must still not come first
        if before is not None and before.onset == note.onset:
            offset = before.offset  # a chord stays together
        else:
            late = amount * self._late(note.onset)
            start, end = window
            last = start - 1 if before is None else before.onset + before.offset
            late = min(max(late, last + 1 - note.onset), end - 1 - note.onset)
            offset = max(late, last - note.onset, start - note.onset)
        # Its end moves as a note that began there would: a line stays a line.
        ends = amount * self._late(note.onset + note.duration)
        length = max(round(note.duration + ends - offset), 1)
        velocity = self._velocity(note, amount)
        return replace(note, duration=length, velocity=velocity, offset=offset)

    def _late(self, tick: int) -> float:
        return self.places.get(tick % TICKS_PER_BEAT, self.late)

    def _velocity(self, note: Note, amount: float) -> int:
        """Return how hard a note is struck: half the model's own contour about the player's."""
        if not self.loudness:
            return note.velocity
        usual = self.loudness + self.accents.get(note.onset % TICKS_PER_BEAT // CELL, 0.0)
        own = min(max((note.velocity - usual) / 2, -2 * self.spread), 2 * self.spread)
        return min(max(round(note.velocity + amount * (usual + own - note.velocity)), 1), 127)


def learn(notes: Sequence[Note]) -> Feel:
    """Return the feel of a phrase; of a few notes, one that does nothing."""
    if len(notes) < FEWEST:
        return Feel()
    places = {
        place: fmean(offsets)
        for place, offsets in _grouped((n.onset % TICKS_PER_BEAT, n.offset) for n in notes)
    }
    straight = [n.offset for n in notes]
    if (swung := _swing(notes)) is not None:
        places |= {place: TICKS_PER_BEAT / 2 + swung - place for place in _SECOND_PLACES}
        straight = [n.offset for n in notes if n.onset % TICKS_PER_BEAT not in _SECOND_PLACES]
    late = fmean(straight or [0.0])
    loudness = fmean(note.velocity for note in notes)
    accents = {
        cell: fmean(velocities) - loudness
        for cell, velocities in _grouped((_cell(n), float(n.velocity)) for n in notes)
    }
    rest = pstdev(n.velocity - loudness - accents.get(_cell(n), 0.0) for n in notes)
    limited = {p: min(max(ticks, -FARTHEST), FARTHEST) for p, ticks in places.items()}
    return Feel(limited, late, loudness, accents, max(rest, EVEN))


def _cell(note: Note) -> int:
    return note.onset % TICKS_PER_BEAT // CELL


def _grouped(pairs: Iterable[tuple[int, float]]) -> list[tuple[int, list[float]]]:
    """Return the values of each key that has enough of them."""
    groups: dict[int, list[float]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return [(key, values) for key, values in groups.items() if len(values) >= ENOUGH]


def _swing(notes: Sequence[Note]) -> float | None:
    """Return how many ticks late the second eighths are, None where none can be told.

    A swung eighth may lie nearer to the grid's next line than to its own, so its offset does not
    tell; its real place does. In triplets and in notes on both lines nothing is swung.
    """
    real = [(n.onset + n.offset) % TICKS_PER_BEAT for n in notes]
    low, high = _SECOND_EIGHTH
    second = [tick for tick in real if low <= tick < high]
    triplets = sum(_TRIPLET[0] <= tick < _TRIPLET[1] for tick in real)
    if len(second) < ENOUGH or 4 * triplets > len(second) or pstdev(second) > SCATTER:
        return None
    late = fmean(second) - TICKS_PER_BEAT / 2
    return late if late >= STRAIGHT else None
