"""What sets a song rolling that stands still, by who was asked to conduct (clock/source)."""

from __future__ import annotations

ROLLS = {
    "auto": "press play in the DAW, or send /jam/start",
    "internal": "send /jam/start",
    "midi": "press play in the DAW that sends us its MIDI clock",
    "link": "send /jam/start, or press play in a program of the Link session",
    "jack": "start JACK's transport, with a program that gives it a tempo",
    "fl": "press play in FL Studio",
}


def starts_by_hand(wanted: str) -> bool:
    """Tell whether /jam/start can set it rolling."""
    return "/jam/start" in ROLLS[wanted]
