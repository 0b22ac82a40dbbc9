"""Where an answer stands: the line it starts on, how long it lasts, when each note sounds."""

from __future__ import annotations

import math

from bridge.core.beat import next_line
from bridge.core.events import Play
from bridge.core.music import TICKS_PER_BEAT, Meter, Note
from bridge.core.params import Settings
from bridge.core.voices import DRUM_CHANNEL, DRUMS

#: Time between the end of a phrase and the earliest start of its answer, in seconds: at least, at
#: most, and what goes by between the processes. What is left is for STEPS of the model: the last
#: notes of the phrase are still to be heard, and a chord to be drawn.
LEAD, MOST, WAYS, STEPS = 0.02, 1.0, 0.01, 6
#: What a phrase is closed earlier than its answer has to leave, for a machine that is busy.
SLACK = 0.03
_BARS = {"bar": 1, "2bar": 2, "4bar": 4}


def lead_for(slow: float) -> float:
    """Return the lead in seconds for a model of which 99 in 100 note steps take at most `slow`."""
    return min(max(WAYS + STEPS * slow, LEAD), MOST)


def way_out(offset_ms: float) -> float:
    """Return how many seconds before its beat an answer has to be there that is drawn already.

    What leaves earlier must be ready earlier; what leaves later is no excuse to be late.
    """
    return LEAD + max(offset_ms, 0.0) / 1000


def answer_start(earliest: float, end: float, meter: Meter, quant: str) -> float:
    """Return the beat on which the answer to a phrase that ended at beat `end` starts.

    No note can be ready before beat `earliest`.
    """
    grid = 4 / meter.unit if quant == "beat" else meter.bar_beats * _BARS[quant]
    return next_line(max(earliest, end), grid)


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


def passes_line(before: float, beat: float, bar_beats: float) -> bool:
    """Tell whether a bar line lies in (before, beat], or between them when time went back."""
    return before // bar_beats != beat // bar_beats
