"""What a witness on JACK heard, against what should have been."""

from __future__ import annotations

import pytest

from bridge.app.bench.onsets import BPM, CHORD, STEP, judged
from bridge.app.bench.witness import Evidence
from bridge.core.errors import PortError

RATE = 48000
GAP = round(STEP * 60 / BPM * RATE)  # frames
ONSETS = 20


def evidence(*, late: dict[int, int], slips: list[int], stopped: float = 0.004) -> Evidence:
    """Return onsets on the grid but for some that are late by frames, and one chord's end."""
    frames = [k * GAP + late.get(k, 0) for k in range(ONSETS)]
    heard = [(frame, frame / RATE, "903c50") for frame in frames]
    heard += [(0, 100.0 + stopped, f"81{pitch:02x}00") for pitch in CHORD]
    return Evidence(RATE, 256, heard, slips)


GRID = [k * GAP / RATE for k in range(ONSETS)]


def test_onsets_are_held_against_the_grid_and_against_each_other() -> None:
    heard = judged(evidence(late={5: 48}, slips=[]), GRID, [100.0])
    assert max(heard.lateness) == pytest.approx(1.0)
    assert sorted(heard.spacing)[-3:] == [0, 48, 48]
    assert heard.stops == [pytest.approx(4.0)]


def test_spacing_is_not_counted_where_jack_itself_was_late() -> None:
    heard = judged(evidence(late={5: 48}, slips=[4 * GAP + 100]), GRID, [100.0])
    assert max(heard.spacing) == 0
    assert max(heard.lateness) == pytest.approx(1.0)  # it is heard all the same
    assert heard.slips == 1


def test_a_lost_note_is_no_measurement() -> None:
    with pytest.raises(PortError, match="of 21 onsets the witness heard 20"):
        judged(evidence(late={}, slips=[]), [*GRID, 99.0], [100.0])
