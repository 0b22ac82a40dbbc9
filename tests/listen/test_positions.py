"""Song positions, as MIDI has them and as Ardour sends them."""

from __future__ import annotations

import pytest

from bridge.listen.positions import Positions

ARDOUR, OTHER = "ardour:MIDI Clock out", "jack_midi_clock:mclk_out"


def at(steps: int) -> bytes:
    return bytes((0xF2, steps & 0x7F, steps >> 7))


@pytest.mark.parametrize("beat", [0, 1, 40, 512])
def test_ardour_counts_clocks(beat: int) -> None:
    positions = Positions()
    positions.know_sources((OTHER, ARDOUR))
    assert positions.clocks(at(beat * 24)) == beat * 24


@pytest.mark.parametrize("sources", [(), (OTHER,), ("Ardour Fan:out",)])
@pytest.mark.parametrize("beat", [0, 1, 40, 512])
def test_all_others_count_sixteenths(beat: int, sources: tuple[str, ...]) -> None:
    positions = Positions()
    positions.know_sources(sources)
    assert positions.clocks(at(beat * 4)) == beat * 24


def test_an_ardour_that_counts_sixteenths_is_believed_from_the_first_one_that_shows_it() -> None:
    positions = Positions()
    positions.know_sources((ARDOUR,))
    assert [positions.clocks(at(beat * 4)) for beat in (5, 6)] == [5 * 24, 6 * 24]


def test_when_ardour_is_gone_positions_are_read_by_the_book() -> None:
    positions = Positions()
    positions.know_sources((ARDOUR,))
    positions.know_sources((OTHER,))
    assert positions.clocks(at(24)) == 6 * 24
