"""When a phrase may well be over, before it is."""

from __future__ import annotations

import pytest

from bridge.core.midi import note_off, note_on
from bridge.core.params import Settings
from bridge.listen.boundary import EARLY, likely_end, phrase_end
from bridge.listen.capture import Capture


def played(*, released: bool = True) -> Capture:
    """C4 from beat 0 to 2."""
    capture = Capture()
    capture.hear(0.0, note_on(0, 60, 90), 0)
    if released:
        capture.hear(2.0, note_off(0, 60), 0)
    return capture


def test_a_silence_that_began_may_last() -> None:
    """The end is where it began, known when it is long enough."""
    settings = Settings(call_silence=1.0)
    assert likely_end(played(), 2.2, 4.0, settings) is None
    assert likely_end(played(), 2.25, 4.0, settings) == (2.0, 3.0)
    assert likely_end(played(released=False), 3.0, 4.0, settings) is None


def test_a_line_that_is_near_ends_the_phrase_with_keys_down() -> None:
    settings = Settings(call_bars=1)
    held = played(released=False)
    assert likely_end(held, 3.3, 4.0, settings) is None
    assert likely_end(held, 3.5, 4.0, settings) == (4.0, 4.0 - EARLY)
    assert phrase_end(held, 3.5, 4.0, settings) is None


@pytest.mark.parametrize("ends", ["manual", "bars"])
def test_where_silence_ends_nothing_none_is_likely(ends: str) -> None:
    assert likely_end(played(), 2.5, 4.0, Settings(call_end=ends)) is None


def test_what_is_over_is_not_likely_to_be() -> None:
    assert likely_end(played(), 3.5, 4.0, Settings(call_silence=1.0)) is None
