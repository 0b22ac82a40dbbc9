"""Events of three tokens: time; duration with velocity; instrument with pitch.

The alphabet of multi-instrument event Transformers: a note is always three tokens, in this order.
Times are shifts in ticks since the event before; drums are an instrument of their own. Two markers
open a context: whether there are drums in it, and the voice that leads (that of its first note).
"""

from __future__ import annotations

import hashlib
from functools import cached_property

from bridge.core.voices import VOICE_NAMES
from bridge.respond.tokens.paths import Path, Tree
from bridge.respond.tokens.spelling import SHIFTS, SOUNDS, TOUCHES, Part

TIME, TOUCH = 0, SHIFTS
UNKNOWN = TOUCH + TOUCHES
SOUND = UNKNOWN + 1
START = SOUND + SOUNDS
NO_DRUMS, WITH_DRUMS = START + 1, START + 2
LEADS = START + 3  # and one for each voice
SIZE = LEADS + len(VOICE_NAMES)


class EventSpelling:
    """The alphabet as a `Spelling`; see the top of the file."""

    size = SIZE
    order: tuple[Part, Part, Part] = ("onset", "touch", "sound")
    unknown: Path = (UNKNOWN,)
    fingerprint = hashlib.sha256(
        repr(("events", SHIFTS, TOUCHES, SOUNDS, VOICE_NAMES)).encode()
    ).hexdigest()[:16]

    def opening(self, lead: int, *, drums: bool) -> Path:
        """Return START, the marker of drums and that of the leading voice."""
        return START, WITH_DRUMS if drums else NO_DRUMS, LEADS + lead

    def onsets(self, position: int, bar: int) -> Tree:  # noqa: ARG002 - the same everywhere
        """Return the shifts, a token each."""
        return self._times

    @cached_property
    def _times(self) -> Tree:
        return Tree([(TIME + shift,) for shift in range(SHIFTS)])

    @cached_property
    def sounds(self) -> Tree:
        """The sounds, a token each."""
        return Tree([(SOUND + sound,) for sound in range(SOUNDS)])

    @cached_property
    def touches(self) -> Tree:
        """The touches, a token each."""
        return Tree([(TOUCH + touch,) for touch in range(TOUCHES)])
