"""Keys by name and the pitch classes they hold."""

from __future__ import annotations

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic-minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor-pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}
KEY_NAMES = tuple(f"{tonic} {scale}" for scale in SCALES for tonic in TONICS)


def pitch_classes(key: str) -> frozenset[int]:
    """Return the pitch classes (0..11, 0 is C) of a key such as "F# minor"."""
    tonic, scale = key.split(" ")
    root = TONICS.index(tonic)
    return frozenset((root + step) % 12 for step in SCALES[scale])
