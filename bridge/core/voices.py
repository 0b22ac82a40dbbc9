"""The thirteen voices a model knows: twelve General MIDI families and the drums.

Sixteen GM families become twelve: pads and effects share a row, plucked folk instruments join the
guitars, tuned percussion joins the mallets (General MIDI Level 1 sound set, MMA RP-003).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """A family of instruments; `program` is the GM program (0..127) it is played with."""

    name: str
    program: int


VOICES = (
    Voice("piano", 0),
    Voice("mallets", 11),
    Voice("organ", 16),
    Voice("guitar", 25),
    Voice("bass", 33),
    Voice("strings", 48),
    Voice("ensemble", 52),
    Voice("brass", 61),
    Voice("reed", 66),
    Voice("pipe", 73),
    Voice("lead", 80),
    Voice("pad", 89),
    Voice("drums", 0),
)
VOICE_NAMES = tuple(v.name for v in VOICES)
DRUMS = VOICE_NAMES.index("drums")
DRUM_CHANNEL = 9  # MIDI channel 10, counted from 0

#: GM program // 8 -> voice, in the order of the sixteen GM families.
_FAMILY_TO_VOICE = tuple(
    VOICE_NAMES.index(name)
    for name in (
        "piano", "mallets", "organ", "guitar", "bass", "strings", "ensemble", "brass",
        "reed", "pipe", "lead", "pad", "pad", "guitar", "mallets", "pad",
    )
)  # fmt: skip


def voice_of(program: int, *, drums: bool = False) -> int:
    """Return the row of VOICES for a GM program (0..127)."""
    return DRUMS if drums else _FAMILY_TO_VOICE[program // 8]


def answering_voice(player: str, answer: str) -> int:
    """Return the row of VOICES that answers a player; `answer` may be "same"."""
    return VOICE_NAMES.index(player if answer == "same" else answer)
