"""REMI of several instruments in one stream: Bar, Position; Program, Pitch; Velocity, Duration.

The vocabulary and order of miditok's REMI with `use_programs`, `use_pitchdrum_tokens` and
`one_token_stream_for_programs`, at our 24 positions a quarter:

- onset: nothing where the note before stands, Position in the same bar, else a Bar for each bar
  line that is passed, and Position
- sound: Program (drums are -1, as in miditok) and Pitch, or PitchDrum
- touch: Velocity and Duration, of our bands and classes; MASK for each where it is not known

What differs from miditok: a context opens with BOS and Bar and thus needs no Position_0 for a note
on its first bar line; a shift of 192 ticks or more is Later, one token, since our shifts end there;
bars shorter than a quarter are counted in groups of at least a quarter, or a note would be mostly
Bars; there is no token for the meter: which Positions may follow tells how long a bar is.
"""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache

from bridge.core.music import TICKS_PER_BEAT
from bridge.core.voices import DRUMS, VOICES
from bridge.respond.steps import DURATIONS, LONGEST_BAR, LONGEST_SHIFT
from bridge.respond.tokens.paths import Path, Tree
from bridge.respond.tokens.spelling import BANDS, PITCHES, Part

PROGRAMS = tuple(-1 if voice == DRUMS else v.program for voice, v in enumerate(VOICES))

PAD, BOS, MASK, BAR, LATER = range(5)  # PAD fills up rows of training
POSITION = LATER + 1
PROGRAM = POSITION + LONGEST_BAR
PITCH = PROGRAM + len(PROGRAMS)
PITCH_DRUM = PITCH + PITCHES
VELOCITY = PITCH_DRUM + PITCHES
DURATION = VELOCITY + BANDS

#: What each token is called: miditok's kinds, with our values (positions and durations in ticks).
NAMES = (
    "PAD", "BOS", "MASK", "Bar", "Later",
    *(f"Position_{tick}" for tick in range(LONGEST_BAR)),
    *(f"Program_{program}" for program in PROGRAMS),
    *(f"Pitch_{pitch}" for pitch in range(PITCHES)),
    *(f"PitchDrum_{pitch}" for pitch in range(PITCHES)),
    *(f"Velocity_{band}" for band in range(BANDS)),
    *(f"Duration_{ticks}" for ticks in DURATIONS),
)  # fmt: skip

KEPT = 1024  # trees of onsets: all places of the usual meters, some 20 MB at most


class RemiSpelling:
    """The alphabet as a `Spelling`; see the top of the file."""

    size = len(NAMES)
    order: tuple[Part, Part, Part] = ("onset", "sound", "touch")
    unknown: Path = (MASK, MASK)
    fingerprint = hashlib.sha256(repr(("remi", NAMES, LONGEST_SHIFT)).encode()).hexdigest()[:16]

    def opening(self, lead: int, *, drums: bool) -> Path:  # noqa: ARG002 - Programs tell
        """Return BOS and the first Bar."""
        return BOS, BAR

    def onsets(self, position: int, bar: int) -> Tree:
        """Return the shifts from a place in a bar: (), Position, Bar ... Position, or Later."""
        return _onsets(position, bar)

    @cached_property
    def sounds(self) -> Tree:
        """The sounds: Program, then Pitch or PitchDrum."""
        return Tree(
            [
                (PROGRAM + voice, (PITCH_DRUM if voice == DRUMS else PITCH) + pitch)
                for voice in range(len(PROGRAMS))
                for pitch in range(PITCHES)
            ]
        )

    @cached_property
    def touches(self) -> Tree:
        """The touches: Velocity, then Duration."""
        return Tree(
            [
                (VELOCITY + band, DURATION + length)
                for length in range(len(DURATIONS))
                for band in range(BANDS)
            ]
        )


@lru_cache(KEPT)
def _onsets(position: int, bar: int) -> Tree:
    """Return the tree of shifts; `position` may lie beyond `bar` where the meter has changed."""
    bar *= -(-TICKS_PER_BEAT // bar)
    paths: list[Path] = [()]
    for tick in range(position + 1, position + LONGEST_SHIFT):
        passed = tick // bar - position // bar
        paths.append((*[BAR] * passed, POSITION + tick % bar))
    paths.append((LATER,))
    return Tree(paths, following=range(PROGRAM, PROGRAM + len(PROGRAMS)))
