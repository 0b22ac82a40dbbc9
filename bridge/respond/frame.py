"""The frame of an answer: limits made of parameters and of what the answer follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bridge.core.keys import KEY_NAMES
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.core.voices import DRUMS
from bridge.core.wishes import BY_NAME, CLOCK, WISH_NAMES
from bridge.respond.lean import lean
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.respond.manner import Manners
from bridge.respond.wishes import vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an answer follows, and who plays it."""

    phrase: Sequence[Note]
    key: str  # of the phrase, as "F# minor"; "" where it has none
    line: bool  # the phrase is one line
    bpm: float  # the tempo in force
    voices: Collection[int]  # that may play
    wanted: Collection[int] | None = None  # that are asked for, where not the same
    manners: Manners | None = None  # of styles, where they are known


def limits_of(
    settings: Settings, scene: Scene, earliest: int | None = None, *, exact: bool = True
) -> Limits:
    """Return the frame of an answer that begins at or (`exact`) on tick `earliest`.

    None lets it go on where it is.
    """
    mask = scene.key if settings.key == "auto" else settings.key
    wishes = wishes_of(settings, scene.bpm)
    voices = scene.voices
    leaning = lean(wishes, scene.phrase, scene.key, scene.wanted or ())
    if scene.manners and scene.phrase:
        drums = set(voices) == {DRUMS}
        if manner := scene.manners.manner(wishes["style"], scene.phrase, drums=drums):
            leaning = leaning.with_manner(manner)
    low, high = sorted((settings.range_low, settings.range_high))  # two faders may cross
    alone = len(voices) == 1 and DRUMS not in voices
    return Limits(
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        memory=settings.memory,
        voices=voice_mask(voices),
        pitches=pitch_mask(low, high, mask if mask in KEY_NAMES else ""),
        wish=vector(wishes, voices if scene.wanted is None else scene.wanted),
        lean=leaning,
        single=alone and is_single(settings.texture, line=scene.line),
        earliest=earliest,
        exact=exact and earliest is not None,
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
