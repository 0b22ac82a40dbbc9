"""When a phrase is over: after a silence, after so many bars, or when somebody says so."""

from __future__ import annotations

import math

from bridge.core.params import Settings
from bridge.listen.capture import Capture

#: A phrase that ends by bars is closed this many beats early at least: its answer shall be in time.
EARLY = 0.125
#: A phrase that is to end by bars within so many beats will; half of it is a silence that may last.
LIKELY = 0.5


def phrase_end(
    capture: Capture, now: float, bar_beats: float, settings: Settings, early: float = EARLY
) -> float | None:
    """Return the beat at which the phrase ended, or None while it goes on.

    `now` is the present beat, `bar_beats` the length of a bar in beats; one that ends by bars is
    closed `early` beats before its line.
    """
    if capture.first is None:
        return None
    by_bars = settings.call_end in ("any", "bars") and settings.call_bars > 0
    if by_bars:
        first_bar = math.floor(capture.first / bar_beats + 1e-6)
        line = (first_bar + settings.call_bars) * bar_beats
        if now >= line - early:
            return line
    quiet = not capture.keys_down and now - capture.last_release >= settings.call_silence
    if settings.call_end in ("any", "silence") and quiet:
        return capture.last_release
    return None


def likely_end(
    capture: Capture, now: float, bar_beats: float, settings: Settings, early: float = EARLY
) -> tuple[float, float] | None:
    """Return at which beat a phrase ends if nothing more is played, and when that will be known.

    None while that is not likely.
    """
    if capture.first is None or phrase_end(capture, now, bar_beats, settings, early) is not None:
        return None
    known = now + LIKELY
    if (end := phrase_end(capture, known, bar_beats, settings, early)) is not None and end > now:
        return end, end - early
    silence = settings.call_silence
    quiet = not capture.keys_down and now - capture.last_release >= min(LIKELY, silence) / 2
    if settings.call_end in ("any", "silence") and quiet:
        return capture.last_release, capture.last_release + silence
    return None


def long_enough(capture: Capture, end: float, settings: Settings) -> bool:
    """Tell whether a phrase that ended at `end` deserves an answer."""
    return capture.first is not None and end - capture.first >= settings.call_min
