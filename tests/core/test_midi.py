"""MIDI messages as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.midi import is_note_off, is_note_on, is_whole, note_off, note_on

CHANNELS, DATA = st.integers(0, 15), st.integers(0, 127)


@given(CHANNELS, DATA, st.integers(1, 127))
def test_notes_begin_and_end(channel: int, pitch: int, velocity: int) -> None:
    assert is_note_on(note_on(channel, pitch, velocity))
    assert is_note_off(note_off(channel, pitch))
    assert is_note_off(bytes((0x90 | channel, pitch, 0)))


@pytest.mark.parametrize(
    "message",
    [
        "90 3c 40",
        "80 3c 00",
        "b0 40 7f",
        "e0 00 40",
        "c0 05",
        "d0 7f",
        "f2 10 00",
        "f8",
        "fa",
        "fc",
    ],
)
def test_whole_messages(message: str) -> None:
    assert is_whole(bytes.fromhex(message))


@pytest.mark.parametrize(
    "message", ["90", "90 3c", "90 3c 40 40", "90 3c ff", "c0", "c0 05 05", "f2", "f2 10", "f8 00"]
)
def test_broken_messages(message: str) -> None:
    assert not is_whole(bytes.fromhex(message))
