"""A song that is moved while it rolls, as a DAW that loops moves it.

Everything that is planned or has been heard stands on our line, and a jump would cut each answer.
So while the song rolls the place in the bar is common, and the bars are ours: moved by whole bars,
our line goes straight on. How far ahead of the DAW's own count it is then, is told along with it.
"""

from __future__ import annotations

JUMP = 0.1  # beats: a greater difference is another place in the bar


def unrolled(told: float, believed: float, bar: float) -> float:
    """Return the beat nearest to `believed` at the place of `told` in a bar of `bar` beats."""
    return told + round((believed - told) / bar) * bar
