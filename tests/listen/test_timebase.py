"""The beat of JACK's timebase, from masters that count well and badly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.listen.timebase import Timebase

RATE, PERIOD, TICKS = 48000, 256, 1920  # frames a second, frames a cycle, ticks a beat


def looks(seconds: float) -> Iterator[float]:
    """Yield the seconds of the song at which it is looked at: every fourth cycle."""
    for cycle in range(0, round(seconds * RATE / PERIOD), 4):
        yield cycle * PERIOD / RATE


@pytest.mark.parametrize("bpm", [97.5, 120, 133.3])
def test_a_master_that_drops_fractions_is_counted_for(bpm: float) -> None:
    per_cycle = int(PERIOD * TICKS * bpm / (RATE * 60))  # as jack_transport has it
    timebase = Timebase()
    for second in looks(30):
        told = round(second * RATE / PERIOD) * per_cycle / TICKS
        assert timebase.place(second, told, bpm) == pytest.approx(second * bpm / 60, abs=1e-6)


def test_a_master_that_keeps_time_is_followed() -> None:
    timebase, beat, last = Timebase(), 0.0, 0.0
    for second in looks(60):
        bpm = 100 + second  # a ramp, told a moment late
        beat += (second - last) * (bpm + 0.3) / 60
        last = second
        found = timebase.place(second, beat, bpm)
    assert found == pytest.approx(beat, abs=0.01)


def test_a_song_that_is_moved_is_taken_where_it_is() -> None:
    timebase = Timebase()
    timebase.place(0.0, 0.0, 120)
    timebase.place(0.02, 0.04, 120)
    assert timebase.place(30.0, 96.0, 120) == 96.0
    assert timebase.place(1.0, 2.0, 120) == 2.0
    timebase.halt()
    assert timebase.place(1.02, 2.09, 120) == 2.09
