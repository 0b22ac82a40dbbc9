"""What a phrase is like: its key, by correlation with key profiles, and whether it is one line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bridge.core.keys import PROFILES, TONICS
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.voices import DRUMS

LEGATO = TICKS_PER_BEAT // 4  # ticks: notes of a line overlap no longer
STRAY = 0.1  # share of notes that may, for fingers are not perfect


def _centred(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [v - mean for v in values]


def detect_key(notes: Sequence[Note]) -> str:
    """Return the likeliest key ("F# minor"), pitches weighted by duration; "" without pitches."""
    weight = [0.0] * 12
    for note in notes:
        if note.voice != DRUMS:
            weight[note.pitch % 12] += note.duration
    if not any(weight):
        return ""
    heard = _centred(weight)

    def fit(tonic: int, mode: str) -> float:
        profile = _centred(PROFILES[mode])
        dot = sum(heard[(tonic + i) % 12] * profile[i] for i in range(12))
        return float(dot / sum(p * p for p in profile) ** 0.5)

    tonic, mode = max(
        ((t, m) for m in PROFILES for t in range(12)), key=lambda candidate: fit(*candidate)
    )
    return f"{TONICS[tonic]} {mode}"


def is_line(notes: Sequence[Note]) -> bool:
    """Tell whether a phrase is one line: next to no note begins while another one goes on."""
    ordered = sorted(notes)
    together = sum(
        later.onset == note.onset or note.onset + note.duration > later.onset + LEGATO
        for note, later in pairwise(ordered)
    )
    return bool(ordered) and together <= STRAY * len(ordered)
