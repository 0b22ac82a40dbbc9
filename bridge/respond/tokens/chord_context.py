"""What a chord model has heard: notes gathered into onsets, the tokens of those that are over.

The last onset stays open, for more of its notes may come; its tokens are made when it is closed.
All that is known follows from the notes and from where a drawn event began, so that taking notes
back is exact: the onset that is then the last one is open again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bridge.core.voices import DRUMS
from bridge.respond.memory import PITCHES, Memory, Trust
from bridge.respond.steps import LONGEST_SHIFT
from bridge.respond.timeline import USUAL_BAR, Timeline
from bridge.respond.tokens.chords import CHORDS, Said, strings_of
from bridge.respond.tokens.graph import TokenGraph

LONGEST_ONSET = 8  # tokens: three events of two, and what is read ahead of the next one
MOST_NOTES = 8192  # drums make no tokens, but must not be kept for ever


class Row(NamedTuple):
    """A note of the context."""

    tick: int  # of the context
    voice: int
    pitch: int
    duration: int  # ticks; 0 is unknown
    velocity: int  # 1..127; 0 is unknown
    drawn: bool  # not played by the player


@dataclass(slots=True)
class Onset:
    """Notes that begin together, or those that were drawn as one event."""

    rows: list[Row]
    begin: int  # tokens before it
    last: int  # tick of the event before it
    voices: frozenset[int]  # pitched ones, heard before it

    def strings(self) -> list[Said]:
        """Return what is said of it; drums cannot be."""
        return strings_of({row.pitch for row in self.rows if row.voice != DRUMS})


class ChordContext:
    """The notes, their tokens, and the memory of the events."""

    def __init__(self, graph: TokenGraph, trust: Trust) -> None:
        graph.rewind(0)
        self._graph = graph
        self.timeline = Timeline()
        self.memory = Memory(trust)
        self.bar = USUAL_BAR  # ticks
        self.onsets: list[Onset] = []
        self.tokens: list[int] = []
        self.places: list[int] = []
        self.last = 0  # tick of the last event that has tokens
        self.count = 0  # notes heard
        self.dropped = 0  # of these, notes before the first onset that is kept
        self._gone = 0  # events before the first onset that is kept

    def open(self, onset: int, bar: int) -> None:
        """Begin at the bar line before a tick of the song, if nothing has been heard."""
        if bar != self.bar:  # a delay read ahead stands elsewhere now
            self._graph.rewind(min(self._graph.length, len(self.tokens)))
        self.bar = bar
        if not self.tokens:
            self.timeline.open(onset, bar)
            self._begin()

    def _begin(self) -> None:
        self.tokens, self.places, self.last = [CHORDS.start], [0], 0

    @property
    def latest(self) -> int:
        """The tick of the last note."""
        return self.onsets[-1].rows[-1].tick if self.onsets else 0

    @property
    def is_open(self) -> bool:
        """Tell whether notes may join the last onset."""
        return bool(self.onsets) and len(self.tokens) == self.onsets[-1].begin

    def tick(self, onset: int) -> int:
        """Return where an onset of the song stands."""
        return self.timeline.tick(onset, self.bar, self.latest)

    def add(self, row: Row) -> None:
        """Let a note join the open onset."""
        self.onsets[-1].rows.append(row)
        self.count += 1
        self.timeline.keep(self.count)

    def new_onset(self) -> Onset:
        """Begin an onset; the one before must be closed, and notes must follow at once."""
        voices: frozenset[int] = frozenset()
        if self.onsets:
            before = self.onsets[-1]
            voices = before.voices | {row.voice for row in before.rows if row.voice != DRUMS}
        self.onsets.append(Onset([], len(self.tokens), self.last, voices))
        return self.onsets[-1]

    def close(self) -> None:
        """Spell the open onset and learn it; make room for the next one."""
        if self.is_open:
            onset = self.onsets[-1]
            heard = not all(row.drawn for row in onset.rows)
            for said in onset.strings():
                self.take(self.delay(onset), said.string, onset.rows[0].tick, counted=heard)
        self._make_room()

    def delay(self, onset: Onset) -> int:
        """Return the delay of the next event of an onset."""
        return min(onset.rows[0].tick - self.last, LONGEST_SHIFT)

    def take(self, delay: int, string: int, tick: int, *, counted: bool) -> None:
        """Take an event in and learn it; see `Memory` for what is `counted`."""
        self.memory.learn(delay, *divmod(string, PITCHES), counted=counted)
        self._read(delay, string, tick)

    def _read(self, delay: int, string: int, tick: int) -> None:
        """Append the tokens of an event.

        Its delay stands where the event before is, its string where it lands.
        """
        self.tokens += (delay, CHORDS.string_token + string)
        self.places += (self.last % self.bar, tick % self.bar)
        self.last = tick

    def rewind(self, mark: int) -> None:
        """Forget all but the first `mark` notes, at least one of them kept; open the last onset."""
        while (excess := self.count - mark) > 0:
            rows = self.onsets[-1].rows
            taken = min(excess, len(rows))
            del rows[len(rows) - taken :]
            self.count -= taken
            if not rows:
                self.onsets.pop()
        if not self.onsets:
            return
        self.timeline.rewind(mark)
        onset = self.onsets[-1]
        del self.tokens[onset.begin :]
        del self.places[onset.begin :]
        self._graph.rewind(min(self._graph.length, onset.begin))
        self.last = onset.last
        self.memory.unlearn(self._gone + self._events())

    def latest_rows(self) -> Iterator[Row]:
        """Yield the pitched notes, the last one first."""
        for onset in reversed(self.onsets):
            yield from (row for row in reversed(onset.rows) if row.voice != DRUMS)

    def _events(self) -> int:
        """Return the number of events that the tokens spell."""
        return (len(self.tokens) - 1) // 2

    def _make_room(self) -> None:
        """Where the next onset may not fit, begin anew with the later half; all are closed."""
        notes = self.count - self.dropped
        if len(self.tokens) + LONGEST_ONSET <= self._graph.capacity and notes < MOST_NOTES:
            return
        events = self._events()
        kept = self.onsets[len(self.onsets) // 2 :]
        origin = kept[0].rows[0].tick // self.bar * self.bar
        self.timeline.drop(origin)
        self._graph.rewind(0)
        self._begin()
        for onset in kept:
            onset.rows = [row._replace(tick=row.tick - origin) for row in onset.rows]
            onset.begin, onset.last = len(self.tokens), self.last
            for said in onset.strings():
                self._read(self.delay(onset), said.string, onset.rows[0].tick)
        self.onsets = kept
        self.dropped = self.count - sum(len(onset.rows) for onset in kept)
        self._gone += events - self._events()
