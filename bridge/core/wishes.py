"""What an answer may be asked to be like; each wish may be left free, and is one, of its choices.

Instruments are wished for by name of voice (`bridge.core.voices`), any number of them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that may be asked for."""

    name: str
    choices: tuple[str, ...]
    edges: tuple[float, ...] = ()  # where a measured value passes from one choice to the next

    def choice_of(self, value: float) -> str:
        """Return the choice that a measured value belongs to."""
        return self.choices[bisect_right(self.edges, value)]


WISHES = (
    Wish(
        "style",
        (
            "pop", "rock", "light", "jazz", "funk", "latin",
            "song", "classical", "orchestral", "chorale",
        ),
    ),
    #: Notes a beat, all voices together.
    Wish("density", ("sparse", "light", "medium", "busy", "dense"), (1.5, 3.0, 5.0, 8.0)),
    #: Mean pitch of all but the drums.
    Wish("register", ("deep", "low", "middle", "high", "top"), (50.0, 57.0, 64.0, 71.0)),
    #: The likelier mode by key profiles.
    Wish("tonality", ("major", "minor")),
    #: Quarter notes a minute.
    Wish("pace", ("slow", "moderate", "fast", "rapid"), (80.0, 110.0, 140.0)),
)  # fmt: skip
WISH_NAMES = tuple(wish.name for wish in WISHES)
BY_NAME = {wish.name: wish for wish in WISHES}

FREE = "free"  # the choice of who asks for nothing
CLOCK = "clock"  # the pace that the tempo in force belongs to
