"""The key of a phrase, by correlation with key profiles."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.core.keys import TONICS
from bridge.core.music import Note
from bridge.core.voices import DRUMS

#: How much each degree belongs to a major or minor key (Krumhansl & Kessler 1982).
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


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
