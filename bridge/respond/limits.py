"""What the next note may be: voices, pitches, when, and how boldly it is drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bridge.core.keys import pitch_classes
from bridge.core.voices import DRUMS, VOICES
from bridge.respond.lean import Lean
from bridge.respond.steps import SIZES
from bridge.respond.wishes import Vector, vector

FORBIDDEN = -1e9  # added to a logit
EVERY_CHOICE = 1 << 20  # a top-k beyond any number of classes

Mask = NDArray[np.float32]


def voice_mask(voices: Collection[int]) -> Mask:
    """Return (13,): 0 where a voice may play, FORBIDDEN elsewhere; empty means all may."""
    mask = np.zeros(SIZES[1], np.float32)
    if voices:
        mask[[v for v in range(len(VOICES)) if v not in voices]] = FORBIDDEN
    return mask


def pitch_mask(low: int = 0, high: int = 127, key: str = "") -> Mask:
    """Return (13, 128): pitches outside low..high or outside a key are forbidden, drums are free.

    An empty range is mended by the nearest allowed pitch, so that something can always be drawn.
    """
    allowed = np.zeros(128, bool)
    allowed[low : high + 1] = True
    if key:
        scale = pitch_classes(key)
        in_key = np.array([p % 12 in scale for p in range(128)])
        nearest = min(np.flatnonzero(in_key), key=lambda p: abs(int(p) - low))
        allowed &= in_key
        allowed[nearest] |= not allowed.any()
    elif not allowed.any():
        allowed[low] = True
    mask = np.where(allowed, 0, FORBIDDEN).astype(np.float32)
    table = np.repeat(mask[None], len(VOICES), axis=0)
    table[DRUMS] = 0
    return table


@dataclass(frozen=True, slots=True)
class Limits:
    """The frame of one answer.

    `earliest` is the first tick at which the next note may fall; with `exact` it must fall there.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0  # 0 is all
    memory: float = 1.0  # 0..1: how much of what was played before is drawn upon
    voices: Mask = field(default_factory=lambda: voice_mask(()))
    pitches: Mask = field(default_factory=pitch_mask)
    lean: Lean = field(default_factory=Lean)  # how much likelier some shifts and pitches are made
    single: bool = False  # one note at a time
    wish: Vector = field(default_factory=lambda: vector({}))  # what is asked for, if it can be
    earliest: int | None = None
    exact: bool = False

    def free(self) -> Limits:
        """Return the same frame with the onset left to the model."""
        return replace(self, earliest=None, exact=False)
