"""What a phrase is like: its key, and whether it is one line."""

from __future__ import annotations

import pytest

from bridge.core.keys import KEY_NAMES, pitch_classes
from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.listen.detect import detect_key, is_line


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


def test_a_melody_is_a_line_even_with_legato() -> None:
    assert is_line([Note(i * 12, 0, 60 + i, 15, 80) for i in range(8)])


def test_one_slip_in_ten_notes_leaves_a_line() -> None:
    slip = Note(12, 0, 72, 12, 80)
    assert is_line([*phrase(tuple(range(60, 70))), slip])
    assert not is_line([*phrase((60, 62, 64)), slip])


def test_chords_and_a_held_bass_are_no_line() -> None:
    assert not is_line([Note(24 * (i // 3), 0, 60 + i, 24, 80) for i in range(9)])
    assert not is_line([Note(0, 0, 36, 96, 80), *phrase((60, 62, 64))])
    assert not is_line([])
