"""What a family of token models says about its alphabet: how notes are spelled.

A note is spelled by three choices: its onset (a shift of 0..192 ticks, 192 means that or more), its
sound (voice * 128 + pitch) and its touch (duration class * 16 + velocity class), with the classes
of `bridge.respond.steps`.
"""

from __future__ import annotations

from typing import Literal, Protocol

from bridge.respond.steps import SIZES, UNKNOWN_DURATION, UNKNOWN_VELOCITY
from bridge.respond.tokens.paths import Path, Tree

Part = Literal["onset", "sound", "touch"]

SHIFTS = SIZES[0]
PITCHES = SIZES[2]
SOUNDS = SIZES[1] * PITCHES
BANDS = SIZES[4]
TOUCHES = SIZES[3] * BANDS


def touch_of(duration: int, velocity: int) -> int | None:
    """Return the touch of two classes; None where they are not known."""
    if duration == UNKNOWN_DURATION or velocity == UNKNOWN_VELOCITY:
        return None
    return duration * BANDS + velocity


class Spelling(Protocol):
    """The alphabet of a family."""

    @property
    def fingerprint(self) -> str:
        """Tells alphabets apart."""

    @property
    def size(self) -> int:
        """Number of tokens."""

    @property
    def order(self) -> tuple[Part, Part, Part]:
        """In which order a note is spelled."""

    def opening(self, lead: int, *, drums: bool) -> Path:
        """Return the tokens that open a context; `lead` is its first voice."""

    @property
    def unknown(self) -> Path:
        """The tokens of a touch that is not known."""

    def onsets(self, position: int, bar: int) -> Tree:
        """Return the shifts from a place in a bar (both ticks); the same object each time."""

    @property
    def sounds(self) -> Tree:
        """The sounds."""

    @property
    def touches(self) -> Tree:
        """The touches."""
