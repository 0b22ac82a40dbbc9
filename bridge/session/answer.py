"""An answer in the making: which take, from where to where, what has been drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.core.keys import KEY_NAMES
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.params import Settings
from bridge.core.voices import DRUMS, answering_voice
from bridge.core.wishes import BY_NAME, CLOCK, WISH_NAMES
from bridge.listen.detect import is_line
from bridge.respond.lean import lean
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.respond.wishes import vector


@dataclass(slots=True)
class Answer:
    """One take; positions in beats on the song's timeline."""

    take: int
    start: float
    end: float
    bars: int
    notes: list[Note] = field(default_factory=list)
    drained: bool = False

    @property
    def end_tick(self) -> int:
        """The tick by which all its notes are over."""
        return round(self.end * TICKS_PER_BEAT)


def limits_of(
    settings: Settings, phrase: Sequence[Note], key: str, start: float | None, *, bpm: float
) -> Limits:
    """Return the frame of an answer that begins at beat `start`, or goes on where it is (None).

    `key` is that of the phrase, `bpm` the tempo in force.
    """
    mask = key if settings.key == "auto" else settings.key
    wishes = wishes_of(settings, bpm)
    voice = answering_voice(settings.voice_player, settings.voice_answer)
    low, high = sorted((settings.range_low, settings.range_high))  # two faders may cross
    return Limits(
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        memory=settings.memory,
        voices=voice_mask({voice}),
        pitches=pitch_mask(low, high, mask if mask in KEY_NAMES else ""),
        wish=vector(wishes, {voice}),
        lean=lean(wishes, phrase, key),
        single=voice != DRUMS and is_single(settings.texture, line=is_line(phrase)),
        earliest=None if start is None else round(start * TICKS_PER_BEAT),
        exact=start is not None,
    )


def wishes_of(settings: Settings, bpm: float) -> dict[str, str]:
    """Return what is asked for by name of wish; a pace by the clock is that of the tempo."""
    wanted = {name: str(getattr(settings, name)) for name in WISH_NAMES}
    if wanted["pace"] == CLOCK:
        # What an answer at 150 BPM is made of is not what one at 70 is, and nobody tells the model
        # the tempo but this wish: notes are counted in beats.
        wanted["pace"] = BY_NAME["pace"].choice_of(bpm)
    return wanted


def is_single(texture: str, *, line: bool) -> bool:
    """Tell whether an answer plays one note at a time; `line` says that the phrase did."""
    return texture == "line" or (texture == "auto" and line)
