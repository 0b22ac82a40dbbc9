"""The key of a phrase."""

from __future__ import annotations

import pytest

from bridge.core.keys import KEY_NAMES, pitch_classes
from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.listen.detect import detect_key


def phrase(pitches: tuple[int, ...], voice: int = 0) -> list[Note]:
    return [Note(i * 12, voice, p, 12, 80) for i, p in enumerate(pitches)]


@pytest.mark.parametrize(
    ("pitches", "key"),
    [
        ((60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60), "C major"),
        ((57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57), "A minor"),
        ((66, 70, 73, 78, 73, 70, 66), "F# major"),
    ],
)
def test_plain_keys_are_heard(pitches: tuple[int, ...], key: str) -> None:
    assert detect_key(phrase(pitches)) == key


def test_drums_have_no_key() -> None:
    assert detect_key(phrase((36, 38, 42), DRUMS)) == ""


def test_every_key_that_has_a_name_has_notes() -> None:
    assert all(5 <= len(pitch_classes(key)) <= 7 for key in KEY_NAMES)
