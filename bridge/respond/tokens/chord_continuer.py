"""Families of chord strings as continuers: an event is drawn whole and handed out note by note.

What the strings cannot say is filled in. A note has the voice heard last where that may play, else
the first pitched one that may; where only drums may play it keeps the voice heard last, for it can
strike none. It lasts as long and is as loud as the notes heard lately, and a set's notes lie close
to those that sounded before. Drums are heard by nobody but the count of notes.

Bits are those of one way to say the notes. The octaves of a set cost OCTAVE each, so that the
chances of all its voicings sum to one; drums, and a pitch that sounds already, cost ESCAPE. They
are exact where all notes of an onset are priced in one call; a note priced later is an event of
its own after a delay of 0, which is dear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from math import log2

import numpy as np
from numpy.typing import NDArray

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.continuer import Bits
from bridge.respond.limits import Limits
from bridge.respond.memory import PITCHES, USUAL_TRUST, Memory, Trust
from bridge.respond.steps import LONGEST_BAR, LONGEST_SHIFT
from bridge.respond.timeline import USUAL_BAR
from bridge.respond.tokens.chord_context import ChordContext, Onset, Row
from bridge.respond.tokens.chords import (
    CHORDS,
    LARGEST,
    SETS,
    STRINGS,
    Pitches,
    leaning,
    playable,
    voiced,
)
from bridge.respond.tokens.graph import TokenGraph
from bridge.respond.tokens.paths import Foresee, Path
from bridge.respond.tokens.recall import recalled_shifts, recalled_sounds
from bridge.respond.tokens.spelling import SHIFTS, SOUNDS

RECENT = 16  # notes that tell register, length and loudness
USUAL = (60, 12, 80)  # pitch, duration and velocity where nothing has been heard

#: Bits of a note of a set: each of a class's 11 octaves sounds with odds x; (1 + x)^11 - 1 = 1.
OCTAVE = -log2(2 ** (1 / 11) - 1)
ESCAPE = log2(SOUNDS)  # bits of a note that no string can say
NEW_VOICE = log2(DRUMS)  # bits of a pitched voice not heard before: any of the twelve


class ChordContinuer:
    """A chord model: two runs of its graph an event."""

    def __init__(self, name: str, graph: TokenGraph, trust: Trust = USUAL_TRUST) -> None:
        self.name, self.provider = name, graph.provider
        self._graph, self._trust = graph, trust
        self.forget()

    @property
    def memory(self) -> Memory:
        """What is remembered of the events; a string stands for voice and pitch there."""
        return self._context.memory

    def forget(self) -> None:
        """Begin a new context."""
        self._context = ChordContext(self._graph, self._trust)
        self._waiting: list[Row] = []  # drawn with the event at hand, not handed out yet

    def mark(self) -> int:
        """Return the number of notes heard so far."""
        return self._context.count

    def rewind(self, mark: int) -> None:
        """Forget everything heard after a mark; a mark older than the context empties it.

        Of a chord that was drawn, the notes before the mark stay.
        """
        self._waiting = []
        if mark <= self._context.dropped:
            self.forget()
        else:
            self._context.rewind(mark)

    def feed(self, notes: Sequence[Note], bar: int, *, counted: bool = True) -> None:
        """Hear notes in order; all events but the last are read at once."""
        context = self._context
        for onset, together in groupby(notes, key=lambda note: note.onset):
            self._waiting = []
            context.open(onset, min(bar, LONGEST_BAR))
            if not (context.is_open and context.tick(onset) == context.latest):
                context.close()
                tick = context.tick(onset)
                context.new_onset()
            else:
                tick = context.latest
            self._hear(tick, together, drawn=not counted)
        if context.tokens:
            self._graph.wish[:] = 0
            self._foresee(())

    def catch_up(self) -> None:
        """Do nothing: all that can be read before a note is drawn is read when it is fed."""

    def next_note(self, limits: Limits, rng: np.random.Generator) -> Note:
        """Draw one note and take it as heard."""
        context = self._context
        if not context.tokens:
            context.open(limits.earliest or 0, USUAL_BAR)
        self._waiting = [row for row in self._waiting if self._may_follow(row, limits)]
        if not self._waiting:
            self._waiting = self._draw(limits, rng)
            context.new_onset()
        row = self._waiting.pop(0)
        context.add(row)
        onset = row.tick + context.timeline.bias
        return Note(onset, row.voice, row.pitch, row.duration, row.velocity)

    def bits(self, notes: Sequence[Note], bar: int, memory: float = 1.0) -> list[Bits]:
        """Hear notes; return what each cost, in the order of ATTRIBUTES."""
        self._graph.wish[:] = 0
        costs: list[Bits] = []
        context = self._context
        for onset, together in groupby(notes, key=lambda note: note.onset):
            self._waiting = []
            context.open(onset, min(bar, LONGEST_BAR))
            context.close()
            tick = context.tick(onset)
            context.new_onset()
            self._hear(tick, together)
            costs += self._price(context.onsets[-1], memory)
        return costs

    # -- drawing --------------------------------------------------------------------------------

    def _draw(self, limits: Limits, rng: np.random.Generator) -> list[Row]:
        """Begin an onset with what is drawn; return its notes in order of pitch."""
        context = self._context
        context.close()
        last, latest = context.last, context.latest
        earliest = latest if limits.earliest is None else context.tick(limits.earliest)
        gap = earliest - last
        voice = self._voice(limits)
        allowed = _allowed(voice, limits)
        silent = allowed & ~self._sounding(latest)
        self._graph.wish[0] = limits.wish

        delays = np.arange(SHIFTS) >= min(gap, LONGEST_SHIFT)
        if limits.exact and limits.earliest is not None:
            delays = np.arange(SHIFTS) == min(gap, LONGEST_SHIFT)
        elif latest == last and not self._may_join(limits, silent):
            delays[0] = False
        recalled = recalled_shifts(self.memory, limits.memory)
        favour = np.where(delays, np.exp(limits.lean.shifts.astype(np.float64)), 0.0)
        delay = CHORDS.delays.draw(self._foresee, favour, recalled, limits, rng)
        tick = last + (max(gap, delay) if delay == LONGEST_SHIFT else delay)

        if tick == latest and silent.any():
            allowed = silent
        strings = playable(allowed)
        strings[PITCHES:] &= not limits.single
        string = CHORDS.strings.draw(
            self._foresee_after(delay),
            np.where(strings, np.exp(leaning(limits.lean.pitches[voice])), 0.0),
            recalled_sounds(self.memory, delay, STRINGS, limits.memory),
            limits,
            rng,
        )
        duration, velocity = self._touch()
        centre = limits.lean.centre(voice)
        near = self._near() if centre is None else [centre]
        pitches = voiced(string, allowed, near)
        return [Row(tick, voice, pitch, duration, velocity, drawn=True) for pitch in pitches]

    def _may_follow(self, row: Row, limits: Limits) -> bool:
        """Tell whether a note of a chord at hand still fits, for limits may have changed."""
        if limits.earliest is not None:
            late = row.tick + self._context.timeline.bias - limits.earliest
            if late < 0 or (late and limits.exact):
                return False
        fits = row.voice == self._voice(limits) and bool(_allowed(row.voice, limits)[row.pitch])
        return fits and not limits.single

    def _may_join(self, limits: Limits, silent: Pitches) -> bool:
        """Tell whether another string may sound with the last one.

        Only a set that is full has more to say, and there must be a pitch left to say it.
        """
        if limits.single or not silent.any():
            return False
        string = self._context.tokens[-1] - CHORDS.string_token
        return PITCHES <= string < STRINGS and len(SETS[string - PITCHES]) == LARGEST

    def _sounding(self, tick: int) -> Pitches:
        """Return the pitches that begin at a tick, the latest one."""
        found = np.zeros(PITCHES, bool)
        for row in self._context.latest_rows():
            if row.tick != tick:
                break
            found[row.pitch] = True
        return found

    def _voice(self, limits: Limits) -> int:
        """Return the voice to play with; see the top of the file."""
        last = next((row.voice for row in self._context.latest_rows()), None)
        may = np.flatnonzero(limits.voices[:DRUMS] == 0).tolist()
        if last is not None and (last in may or not may):
            return last
        return int(may[0]) if may else 0

    def _near(self) -> list[float]:
        """Return the pitches that a set should lie close to: the last chord, or the middle."""
        rows = list(islice(self._context.latest_rows(), RECENT))
        if not rows:
            return [USUAL[0]]
        for row in rows:
            chord = [other.pitch for other in rows if other.tick == row.tick]
            if len(chord) > 1:
                return [float(pitch) for pitch in chord]
        return [sum(row.pitch for row in rows) / len(rows)]

    def _touch(self) -> tuple[int, int]:
        """Return the duration in ticks and the velocity of what is drawn."""
        heard = (row for row in self._context.latest_rows() if not row.drawn)
        played = list(islice(heard, RECENT))
        durations = [row.duration for row in played if row.duration] or [USUAL[1]]
        velocities = [row.velocity for row in played if row.velocity] or [USUAL[2]]
        length = min(int(np.median(durations)), self._context.bar)
        return length, round(sum(velocities) / len(velocities))

    # -- hearing --------------------------------------------------------------------------------

    def _hear(self, tick: int, notes: Iterable[Note], *, drawn: bool = False) -> None:
        """Let notes join the open onset at a tick."""
        for note in notes:
            row = Row(tick, note.voice, note.pitch, note.duration, note.velocity, drawn=drawn)
            self._context.add(row)

    def _price(self, onset: Onset, amount: float) -> list[Bits]:
        """Close an onset whose notes are all there; return what each of them cost."""
        context = self._context
        shift = sound = 0.0
        said = onset.strings()
        for string, pitches in said:
            delay = context.delay(onset)
            recalled = recalled_shifts(self.memory, amount)
            shift += sum(CHORDS.delays.cost(self._foresee, delay, recalled))
            recalled = recalled_sounds(self.memory, delay, STRINGS, amount)
            sound += sum(CHORDS.strings.cost(self._foresee_after(delay), string, recalled))
            sound += OCTAVE * len(pitches) * (string >= PITCHES)
            context.take(delay, string, onset.rows[0].tick, counted=True)
        unsaid = {pitch for _, pitches in said for pitch in pitches}
        share = sound / max(len(unsaid), 1)
        voices = set(onset.voices)
        costs: list[Bits] = []
        for row in onset.rows:
            if row.voice == DRUMS or row.pitch not in unsaid:
                costs.append((0.0, 0.0, ESCAPE, 0.0, 0.0))
                continue
            unsaid.remove(row.pitch)
            voice = log2(len(voices)) if row.voice in voices else NEW_VOICE
            voices.add(row.voice)
            costs.append((shift, voice, share, 0.0, 0.0))
            shift = 0.0
        return costs

    def _foresee(self, more: Path) -> NDArray[np.float32]:
        """Return the logits after the context and some more tokens: none, or a delay."""
        context = self._context
        place = context.last % context.bar
        return self._graph.after([*context.tokens, *more], [*context.places, *[place] * len(more)])

    def _foresee_after(self, delay: int) -> Foresee:
        return lambda more: self._foresee((delay, *more))


def _allowed(voice: int, limits: Limits) -> Pitches:
    """Return the pitches a voice may play; all where none is."""
    allowed: Pitches = limits.pitches[voice] == 0
    return allowed if allowed.any() else np.ones(PITCHES, bool)
