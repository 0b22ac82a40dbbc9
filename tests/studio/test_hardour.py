"""A real DAW beside Antiphon, both steered over OSC: Ardour plays, locates, loops and stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.studio import hardour
from tests.studio.hardour import Hardour
from tests.studio.jam import HEARS, Jam, jam
from tests.studio.programs import RATE, wait_for
from tests.studio.test_clocks import SLOW, clock, transport
from tests.studio.test_first_jam import BAR, ONE_BAR

pytestmark = [
    pytest.mark.studio,
    pytest.mark.skipif(bool(hardour.missing()), reason=hardour.missing() or "it is"),
]

BPM = 97.5
YOU = "ardour:You/midi_in 1"


@contextmanager
def beside(folder: Path, **settings: str) -> Iterator[tuple[Jam, Hardour]]:
    """Antiphon and Ardour; the musician plays into Ardour, and its clock leads."""
    with jam(folder, BPM, clock_source="midi", **settings) as studio:
        studio.house.desk.disconnect(studio.house.clock, HEARS)
        studio.house.desk.disconnect("peer:out", HEARS)
        daw = Hardour(studio.house, BPM)
        try:
            studio.house.connect("peer:out", YOU)
            yield studio, daw
        finally:
            daw.close()


def frames(beat: float) -> int:
    return round(beat * 60 / BPM * RATE)


def test_ardour_steered_over_osc_conducts_a_jam(tmp_path: Path) -> None:
    with beside(tmp_path, call_bars="1", response_bars="8") as (studio, daw):
        daw.tell("/transport_play")
        wait_for("Ardour's clock", lambda: clock(studio) == ("midi", "locked"))
        wait_for("two bars", lambda: transport(studio)[2] > 2 * BAR)
        assert transport(studio)[1] == pytest.approx(BPM, rel=SLOW)
        studio.peer.play(ONE_BAR, BPM, now=True)
        studio.wait_for_answer(4 * BAR)
        daw.tell("/locate", frames(10 * BAR), 1)
        wait_for("the new place", lambda: 10 * BAR <= transport(studio)[2] < 14 * BAR)
        wait_for("the clock", lambda: clock(studio) == ("midi", "locked"))
        assert studio.peer.sounding() == set()  # a song that was moved has no answer
        assert transport(studio)[1] == pytest.approx(BPM, rel=SLOW)
        daw.tell("/transport_stop")
        wait_for("the stop", lambda: clock(studio) == ("midi", "stopped"))
        studio.wait_for_silence(1.0)
