"""Keys and pitch classes of a passage; drums have none."""

from __future__ import annotations

import numpy as np

from bridge.core.keys import PROFILES, SCALES
from bridge.evaluation.notes import Floats, Passage

#: Twelve major and twelve minor keys, C first, as rows of (24, 12).
_KEYS = np.array([np.roll(mode, tonic) for mode in PROFILES.values() for tonic in range(12)])
_RAISED_SEVENTH = 11

Key = tuple[int, str]  # tonic (0..11, 0 is C) and "major" or "minor"


def pitch_classes(music: Passage, *, by_duration: bool = False) -> Floats:
    """Return the share (12,) of each pitch class by notes or by duration; zeros for no notes."""
    pitched = music.pitched
    weight = pitched.duration if by_duration else None
    count: Floats = np.bincount(pitched.pitch % 12, weight, 12).astype(np.float64)
    return count / count.sum() if len(pitched) else count


def overlap(first: Floats, second: Floats) -> float:
    """Return how much two histograms share, 0..1; nan where one is empty."""
    if not first.any() or not second.any():
        return float("nan")
    return float(np.minimum(first, second).sum())


def key_of(music: Passage) -> Key | None:
    """Return the key whose profile goes best with the durations; None where nothing tells keys."""
    found = pitch_classes(music, by_duration=True)
    if np.ptp(found) == 0:  # silence, or all twelve alike
        return None
    fit = [np.corrcoef(profile, found)[0, 1] for profile in _KEYS]
    mode, tonic = divmod(int(np.argmax(fit)), 12)
    return tonic, tuple(PROFILES)[mode]


def scale_of(key: Key) -> tuple[int, ...]:
    """Return the pitch classes of a key; minor holds both sevenths."""
    tonic, mode = key
    steps = SCALES[mode] + ((_RAISED_SEVENTH,) if mode == "minor" else ())
    return tuple((tonic + step) % 12 for step in steps)
