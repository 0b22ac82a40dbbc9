"""Keys by name, the pitch classes they hold, and how well each pitch class fits one."""

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

#: How well each of the twelve notes above the tonic fits a key: ratings of Krumhansl and Kessler
#: (1982), as in Krumhansl, Cognitive Foundations of Musical Pitch (1990), page 30.
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def pitch_classes(key: str) -> frozenset[int]:
    """Return the pitch classes (0..11, 0 is C) of a key such as "F# minor"."""
    tonic, scale = key.split(" ")
    root = TONICS.index(tonic)
    return frozenset((root + step) % 12 for step in SCALES[scale])
