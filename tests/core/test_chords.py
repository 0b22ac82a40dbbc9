"""Chords as musicians write them."""

from __future__ import annotations

import pytest

from bridge.core.chords import QUALITIES, Chord, symbol
from bridge.core.keys import KEY_NAMES

BY_SUFFIX = {quality.suffix: quality for quality in QUALITIES}


@pytest.mark.parametrize(
    ("root", "suffix", "bass", "key", "name"),
    [
        (0, "", 0, "", "C"),
        (9, "m7", 9, "C major", "Am7"),
        (5, "", 9, "C major", "F/A"),
        (4, "", 8, "A minor", "E/G#"),
        (6, "", 6, "B major", "F#"),
        (6, "", 6, "C# major", "Gb"),
        (3, "m", 3, "F# major", "D#m"),
        (3, "", 3, "C minor", "Eb"),
        (8, "dim7", 8, "A minor", "G#dim7"),
        (11, "m7b5", 5, "C major", "Bm7b5/F"),
        (0, "aug", 8, "F major", "Caug/G#"),
        (5, "", 7, "C major", "F/G"),
    ],
)
def test_a_chord_is_spelled(root: int, suffix: str, bass: int, key: str, name: str) -> None:
    """Its root as the key has it, its bass as the chord has it."""
    assert symbol(Chord(root, BY_SUFFIX[suffix], bass), key) == name


def test_every_chord_has_one_accidental_at_most() -> None:
    """In whatever key, over whatever bass, nobody has to read double sharps."""
    for key in ("", *KEY_NAMES):
        for quality in QUALITIES:
            for root in range(12):
                for bass in range(12):
                    name = symbol(Chord(root, quality, bass), key)
                    assert "##" not in name
                    assert "bb" not in name


def test_no_two_chords_are_written_alike() -> None:
    """All roots, qualities and basses of one key have names of their own."""
    chords = [Chord(r, q, b) for r in range(12) for q in QUALITIES for b in range(12)]
    assert len({symbol(chord, "E minor") for chord in chords}) == len(chords)


def test_no_two_qualities_hold_the_same_steps() -> None:
    """Each begins at its root and rises."""
    assert len({quality.steps for quality in QUALITIES}) == len(QUALITIES)
    assert all(q.steps[0] == 0 and list(q.steps) == sorted(set(q.steps)) for q in QUALITIES)
