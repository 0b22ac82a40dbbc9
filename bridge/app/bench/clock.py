"""How well a MIDI clock is followed, simulated at all tempos.

Conventions: seconds, beats are quarter notes. A simulated clock is a perfect one whose ticks arrive
at the next edge of an audio period, as RtMidi delivers them; half a period of delay, which is the
same for all and for `latency/offset` to make up, is no error of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.app.bench.rows import Row, spread
from bridge.app.bench.server import RATE
from bridge.core.midi import CLOCK, CLOCKS_PER_BEAT, START
from bridge.listen.pulse import Follower

PERIODS = (0, 64, 128, 256)  # frames; 0: each tick arrives when it was sent
TEMPOS = tuple(bpm / 2 for bpm in range(120, 361))  # BPM
PHASES = 8  # places in a period at which the song may begin
BAR = 4  # beats
STEP, LEAST, MOST = 20, 70, 160  # BPM: the step, and the tempos it is tried from
FOUND = (0.01, 0.020)  # share of the tempo and seconds within which a clock is found again
GOALS = (0.05, 2.0, 1.0)  # BPM, ms, bars


@dataclass(frozen=True, slots=True)
class Followed:
    """One simulated clock: the errors one bar after the start, and how long a step took."""

    tempo: float  # BPM
    phase: float  # ms
    bars: float  # until the clock was found again after a step of its tempo; 0 without one


class Sender:
    """A perfect clock behind an audio period of `frames`."""

    def __init__(self, bpm: float, begin: float, frames: int) -> None:
        self._period = frames / RATE
        self._follower = Follower(120.0, 0.0, self._period)
        self._follower.feed(begin, bytes((START,)))
        self._next = self._last = begin
        self._tick = 0
        self.bpm = bpm

    def send(self, ticks: int) -> None:
        """Let the follower hear some ticks."""
        for _ in range(ticks):
            self._follower.feed(self._arrives(), bytes((CLOCK,)))
            self._last = self._next
            self._next += 60 / self.bpm / CLOCKS_PER_BEAT
            self._tick += 1

    def errors(self) -> tuple[float, float]:
        """Return how far tempo (BPM) and beat (seconds) are off at the last tick."""
        line = self._follower.line
        beat = (self._tick - 1) / CLOCKS_PER_BEAT
        late = (beat - line.beat_at(self._last)) * 60 / self.bpm - self._period / 2
        return line.bpm - self.bpm, late

    def _arrives(self) -> float:
        period = self._period
        return (self._next // period + 1) * period if period else self._next


def follow(bpm: float, frames: int, phase: float, step: float = 0.0) -> Followed:
    """Simulate a song that begins at a place 0..1 in a period; after two bars the tempo steps."""
    sender = Sender(bpm, 10.0 + phase * frames / RATE, frames)
    sender.send(BAR * CLOCKS_PER_BEAT + 1)
    tempo, late = sender.errors()
    if not step:
        return Followed(abs(tempo), abs(late) * 1000, 0.0)
    sender.send(BAR * CLOCKS_PER_BEAT)
    sender.bpm += step
    lost = 0  # ticks of the new tempo after which it was not found
    for tick in range(1, 4 * BAR * CLOCKS_PER_BEAT):
        sender.send(1)
        off, drift = sender.errors()
        if abs(off) > FOUND[0] * sender.bpm or abs(drift) > FOUND[1]:
            lost = tick
    return Followed(abs(tempo), abs(late) * 1000, (lost + 1) / CLOCKS_PER_BEAT / BAR)


def simulated(frames: int) -> list[Row]:
    """Return the rows of clocks behind one audio period."""
    places = [(number + 0.5) / PHASES for number in range(PHASES if frames else 1)]
    bars = [follow(bpm, frames, place) for bpm in TEMPOS for place in places]
    steps = [
        follow(bpm, frames, place, step).bars
        for bpm in range(LEAST, MOST + 1, 5)
        for place in places[::2]
        for step in (STEP, -STEP)
    ]
    where = f"period {frames}" if frames else "no period"
    edge = "the worst are where tick and period divide and nobody can tell" if frames else ""
    rows = (
        ("tempo error after one bar", "BPM", [b.tempo for b in bars], GOALS[0], edge),
        ("phase error after one bar", "ms", [b.phase for b in bars], GOALS[1], ""),
        (f"bars to follow {STEP} BPM more or less", "bars", steps, GOALS[2],
         f"to within {FOUND[0]:.0%} and {FOUND[1] * 1000:g} ms"),
    )  # fmt: skip
    return [
        row_of(f"clock, {where}: {what}", unit, found, goal, note)
        for what, unit, found, goal, note in rows
    ]


def clock(seconds: float, models: Path) -> list[Row]:
    """Measure simulated clocks."""
    del seconds, models
    return [row for frames in PERIODS for row in simulated(frames)]


def row_of(name: str, unit: str, found: Sequence[float], goal: float, note: str) -> Row:
    """Return the row of some errors, whose 95th percentile may be `goal` at most."""
    worst = f"worst {max(found):.3g} {unit} of {len(found)}"
    notes = f"{worst}; {note}" if note else worst
    return spread(name, found, unit, by="p95", most=goal, note=notes)
