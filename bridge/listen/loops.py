"""A song that is moved while it rolls, as a DAW that loops moves it.

Everything that is planned or has been heard stands on our line, and a jump would cut each answer.
So while the song rolls the place in the bar is common, and the bars are ours: moved by whole bars,
our line goes straight on. How far ahead of the DAW's own count it is then, is told along with it.

Ardour 7 stops its clock at a loop's end, and goes on at the next whole beat after its beginning.
Such a stop is like any other, and obeyed, until it has been followed by that once.
"""

from __future__ import annotations

import math

JUMP = 0.1  # beats: a greater difference is another place in the bar
BREATH, PAUSE = 0.25, 1.25  # beats from a stop to where the song goes on, if it only went round:
#                             one that goes on sooner needs nobody's patience
SAME = 1.5 / 24  # beats: where a song stopped twice
ROUND = 0.3  # beats by which it may go on elsewhere in the bar: it stood, and time is no beat then


def unrolled(told: float, believed: float, bar: float) -> float:
    """Return the beat nearest to `believed` at the place of `told` in a bar of `bar` beats."""
    return told + round((believed - told) / bar) * bar


class Laps:
    """Knows where a song stops only to go round."""

    def __init__(self) -> None:
        self._end = math.nan  # the beat of such a stop, as the sender counts
        self._stopped = (-math.inf, 0.0)  # second and beat of the last stop
        self._until = math.inf  # the second until which the song must go on

    def stop(self, second: float, beat: float, bpm: float) -> bool:
        """Take in a stop; tell whether the song will go on, as it did from here before."""
        goes_on = abs(beat - self._end) <= SAME and self._until == math.inf
        self._stopped = (second, beat)
        self._until = second + PAUSE * 60 / bpm if goes_on else math.inf
        return goes_on

    def go_on(self, second: float, beat: float, bpm: float, bar: float) -> bool:
        """Take in where the song goes on, by Continue or a song position; tell if it went round."""
        stopped, end = self._stopped
        passed = (second - stopped) * bpm / 60
        line = end + min(passed, PAUSE)
        back = beat < end and abs(unrolled(beat, line, bar) - line) < ROUND
        around = back and BREATH <= passed <= PAUSE
        if passed < math.inf:
            self._end = end if around else math.nan
        self._stopped, self._until = (-math.inf, 0.0), math.inf
        return around

    def is_over(self, second: float) -> bool:
        """Tell, once, that the song did not go on."""
        over = second > self._until
        if over:
            self._until, self._end = math.inf, math.nan
        return over
