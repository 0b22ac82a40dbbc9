"""Families of token models as continuers: notes are spelled, read, drawn and priced by tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.continuer import Bits
from bridge.respond.limits import Limits
from bridge.respond.memory import USUAL_TRUST, Memory, Trust
from bridge.respond.steps import (
    DURATIONS,
    LONGEST_BAR,
    LONGEST_SHIFT,
    UNKNOWN_DURATION,
    UNKNOWN_VELOCITY,
    duration_class,
    velocity_class,
    velocity_of,
)
from bridge.respond.timeline import USUAL_BAR, Timeline
from bridge.respond.tokens.graph import TokenGraph
from bridge.respond.tokens.paths import Floats, Path, Recalled, Tree
from bridge.respond.tokens.recall import recalled_shifts, recalled_sounds
from bridge.respond.tokens.spelling import (
    BANDS,
    PITCHES,
    SHIFTS,
    SOUNDS,
    TOUCHES,
    Part,
    Spelling,
    touch_of,
)

LONGEST_NOTE = 16  # tokens that one note may take


class Row(NamedTuple):
    """A note of the context."""

    tick: int  # of the context
    voice: int
    pitch: int
    duration: int  # class, or unknown
    velocity: int  # class, or unknown


class TokenContinuer:
    """A token model: as many runs of its graph as a note has tokens."""

    def __init__(
        self, name: str, graph: TokenGraph, spelling: Spelling, trust: Trust = USUAL_TRUST
    ) -> None:
        self.name, self.provider = name, graph.provider
        self._graph, self._spelling, self._trust = graph, spelling, trust
        self.forget()

    def forget(self) -> None:
        """Begin a new context."""
        self._graph.rewind(0)
        self._timeline = Timeline()
        self._bar = USUAL_BAR
        self._rows: list[Row] = []
        self._tokens: list[int] = []
        self._places: list[int] = []
        self._ends: list[int] = [0]  # tokens before the first note, after it, after the second, ...
        self._here = 0  # the place in the bar of the next token
        self._dropped = 0  # notes heard before the first row
        self.memory = Memory(self._trust)

    def mark(self) -> int:
        """Return the number of notes heard so far."""
        return self._dropped + len(self._rows)

    def rewind(self, mark: int) -> None:
        """Forget everything heard after a mark; a mark older than the context empties it."""
        kept = mark - self._dropped
        if kept <= 0:
            self.forget()
            return
        del self._rows[kept:]
        self._timeline.rewind(mark)
        del self._ends[kept + 1 :]
        self._cut(self._ends[-1])
        self._here = self._last % self._bar
        self.memory.unlearn(mark)

    def feed(self, notes: Sequence[Note], bar: int, *, counted: bool = True) -> None:
        """Hear notes in order; all but the last token are read at once."""
        voices = [note.voice for note in notes]
        for note in notes:
            row = self._row_of(note, bar, voices)
            self.memory.learn(self._shift(row), row.voice, row.pitch, counted=counted)
            self._append(row)
        if self._tokens:
            self._graph.wish[:] = 0
            self._graph.after(self._tokens[:-1] or self._tokens, self._places[:-1] or self._places)

    def catch_up(self) -> None:
        """Do nothing: all that can be read before a note is drawn is read when it is fed."""

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        """Draw one note and take it as heard."""
        if not self._rows and not self._tokens:
            self._open(limits.earliest or 0, USUAL_BAR, _voices(limits))
        self._make_room()
        last = self._last
        gap = 0
        if limits.earliest is not None:
            gap = self._timeline.tick(limits.earliest, self._bar, last) - last
        self._graph.wish[0] = limits.wish
        drawn: dict[Part, int] = {}
        for part in self._spelling.order:
            tree, favour, recalled = self._choice(part, limits, gap, drawn)
            drawn[part] = tree.draw(self._foresee, favour, recalled, limits, rng)
            shift = drawn["onset"]
            tick = last + (max(gap, shift) if shift == LONGEST_SHIFT else shift)
            self._read_on(part, tree.paths[drawn[part]], tick)
        voice, pitch = divmod(drawn["sound"], PITCHES)
        row = Row(tick, voice, pitch, *divmod(drawn["touch"], BANDS))
        self._close(row)
        self.memory.learn(shift, voice, pitch, counted=False)
        onset = tick + self._timeline.bias
        return Note(onset, voice, pitch, DURATIONS[row.duration], velocity_of(row.velocity))

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[Bits]:
        """Hear notes one by one; return what each cost, in the order of ATTRIBUTES."""
        self._graph.wish[:] = 0
        voices = [note.voice for note in notes]
        costs = []
        for note in notes:
            row = self._row_of(note, bar, voices)
            shift = self._shift(row)
            costs.append(self._price(row, memory))
            self.memory.learn(shift, row.voice, row.pitch)
        return costs

    # -- one note -------------------------------------------------------------------------------

    def _choice(
        self, part: Part, limits: Limits, gap: int, drawn: dict[Part, int]
    ) -> tuple[Tree, Floats, Recalled | None]:
        """Return all choices, how they are favoured, and what the memory says of them."""
        match part:
            case "onset":
                allowed = np.arange(SHIFTS) >= min(max(gap, int(limits.single)), LONGEST_SHIFT)
                if limits.exact and limits.earliest is not None:
                    allowed = np.arange(SHIFTS) == min(gap, LONGEST_SHIFT)
                favour = np.where(allowed, np.exp(limits.lean.shifts.astype(np.float64)), 0.0)
                return self._onsets(), favour, recalled_shifts(self.memory, limits.memory)
            case "sound":
                allowed = (limits.voices[:, None] + limits.pitches) == 0
                lean = (limits.lean.voices[:, None] + limits.lean.pitches).astype(np.float64)
                favour = np.where(allowed, np.exp(lean), 0.0)
                recalled = recalled_sounds(self.memory, drawn["onset"], SOUNDS, limits.memory)
                return self._spelling.sounds, favour.reshape(SOUNDS), recalled
            case _:
                return self._spelling.touches, np.ones(TOUCHES), None

    def _price(self, row: Row, memory: float) -> Bits:
        """Take a note in and return what it cost; its touch is booked as duration."""
        shift, touch = self._shift(row), touch_of(row.duration, row.velocity)
        paid = dict.fromkeys(("shift", "voice", "pitch", "touch"), 0.0)
        for part in self._spelling.order:
            if part == "onset":
                recalled = recalled_shifts(self.memory, memory)
                paid["shift"] = sum(self._onsets().cost(self._foresee, shift, recalled))
            elif part == "sound":
                recalled = recalled_sounds(self.memory, shift, SOUNDS, memory)
                choice = row.voice * PITCHES + row.pitch
                paid["voice"], paid["pitch"] = self._sound_cost(choice, recalled)
            elif touch is not None:
                paid["touch"] = sum(self._spelling.touches.cost(self._foresee, touch, None))
            self._read_on(part, self._path(part, row), row.tick)
        self._close(row)
        return paid["shift"], paid["voice"], paid["pitch"], paid["touch"], 0.0

    def _sound_cost(self, choice: int, recalled: Recalled | None) -> tuple[float, float]:
        """Return what voice and pitch cost: one after the other, or out of one token."""
        tree = self._spelling.sounds
        costs = tree.cost(self._foresee, choice, recalled)
        if len(costs) > 1:
            return sum(costs[:-1]), costs[-1]
        shares = tree.shares(self._foresee, recalled).reshape(-1, PITCHES)
        voice = -float(np.log2(max(shares[choice // PITCHES].sum(), 1e-12)))
        return voice, costs[0] - voice

    # -- the context ----------------------------------------------------------------------------

    @property
    def _last(self) -> int:
        """The context's tick of the last note."""
        return self._rows[-1].tick if self._rows else 0

    def _shift(self, row: Row) -> int:
        return min(row.tick - self._last, LONGEST_SHIFT)

    def _onsets(self) -> Tree:
        return self._spelling.onsets(self._last % self._bar, self._bar)

    def _foresee(self, more: Path) -> NDArray[np.float32]:
        """Return the logits after the context and some more tokens of the choice at hand."""
        places = [*self._places, *([self._here] * len(more))]
        return self._graph.after([*self._tokens, *more], places)

    def _path(self, part: Part, row: Row) -> Path:
        """Return how a part of a note is spelled that comes next."""
        if part == "onset":
            return self._onsets().paths[self._shift(row)]
        if part == "sound":
            return self._spelling.sounds.paths[row.voice * PITCHES + row.pitch]
        touch = touch_of(row.duration, row.velocity)
        return self._spelling.unknown if touch is None else self._spelling.touches.paths[touch]

    def _read_on(self, part: Part, path: Path, tick: int) -> None:
        """Take the tokens of a part into the context.

        Those of an onset stand where the note before is, all others at the note's own `tick`.
        """
        self._tokens += path
        self._places += [self._here] * len(path)
        if part == "onset":
            self._here = tick % self._bar

    def _close(self, row: Row) -> None:
        """End a note whose tokens have all been taken in."""
        self._rows.append(row)
        self._timeline.keep(self.mark())
        self._ends.append(len(self._tokens))
        self._here = row.tick % self._bar

    def _cut(self, length: int) -> None:
        del self._tokens[length:]
        del self._places[length:]
        self._graph.rewind(length)

    def _row_of(self, note: Note, bar: int, voices: list[int]) -> Row:
        """Return where and what a note is in the context, opening one where there is none."""
        self._bar = min(bar, LONGEST_BAR)
        if not self._tokens:
            self._open(note.onset, self._bar, voices)
        self._make_room()
        return Row(
            self._timeline.tick(note.onset, self._bar, self._last),
            note.voice,
            note.pitch,
            duration_class(note.duration) if note.duration else UNKNOWN_DURATION,
            velocity_class(note.velocity) if note.velocity else UNKNOWN_VELOCITY,
        )

    def _open(self, onset: int, bar: int, voices: list[int]) -> None:
        self._bar = bar
        self._timeline.open(onset, bar)
        self._begin(voices[0] if voices else 0, drums=DRUMS in voices)

    def _begin(self, lead: int, *, drums: bool) -> None:
        opening = self._spelling.opening(lead, drums=drums)
        self._tokens, self._places = list(opening), [0] * len(opening)
        self._rows, self._ends, self._here = [], [len(opening)], 0

    def _append(self, row: Row) -> None:
        """Spell a note at the end of the context."""
        for part in self._spelling.order:
            self._read_on(part, self._path(part, row), row.tick)
        self._close(row)

    def _make_room(self) -> None:
        """Where the next note may not fit, let the older half of the notes go."""
        if len(self._tokens) + LONGEST_NOTE <= self._graph.capacity:
            return
        half = len(self._rows) // 2
        gone = slice(self._ends[0], self._ends[half])
        self._graph.slide(gone)
        del self._tokens[gone], self._places[gone], self._rows[:half]
        self._ends = [end - gone.stop + gone.start for end in self._ends[half:]]
        self._dropped += half


def _voices(limits: Limits) -> list[int]:
    """Return the voices that an answer out of nothing may have."""
    return np.flatnonzero(limits.voices == 0).tolist()
