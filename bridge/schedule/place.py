"""Where an answer stands: the line it starts on, how long it lasts, when each note sounds."""

from __future__ import annotations

import math

from bridge.core.beat import next_line
from bridge.core.events import Play
from bridge.core.music import TICKS_PER_BEAT, Meter, Note
from bridge.core.params import Settings
from bridge.core.voices import DRUM_CHANNEL, DRUMS

#: Time between the end of a phrase and the earliest start of its answer, in seconds.
LEAD = 0.02
_BARS = {"bar": 1, "2bar": 2, "4bar": 4}


def answer_start(now: float, end: float, bpm: float, meter: Meter, quant: str) -> float:
    """Return the beat on which the answer to a phrase that ended at beat `end` starts."""
    grid = 4 / meter.unit if quant == "beat" else meter.bar_beats * _BARS[quant]
    return next_line(max(now + LEAD * bpm / 60, end), grid)


def answer_bars(first: float, end: float, meter: Meter, wanted: int) -> int:
    """Return the bars an answer lasts: as wanted, or (0) as many as the phrase touched."""
    if wanted:
        return wanted
    bar = meter.bar_beats
    return max(math.ceil(end / bar - 0.05) - math.floor(first / bar + 1e-6), 1)


def cue(note: Note, take: int, end: int, settings: Settings) -> Play:
    """Return a drawn note as it is sent; it is over by tick `end`."""
    length = max(min(note.duration, end - note.onset - note.offset), 1)
    loud = round(note.velocity * settings.velocity_scale)
    return Play(
        take=take,
        beat=(note.onset + note.offset) / TICKS_PER_BEAT,
        length=length / TICKS_PER_BEAT,
        channel=DRUM_CHANNEL if note.voice == DRUMS else settings.channel_out - 1,
        pitch=note.pitch,
        velocity=min(max(loud, 1), 127),
    )
