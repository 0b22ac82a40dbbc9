"""A real DAW beside Antiphon, both steered over OSC: Ardour plays, locates, loops and stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

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
LAPS = 5  # tries
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
            sleep(1.5)  # Antiphon looks once a second who is connected
            yield studio, daw
        finally:
            daw.close()


def roll(studio: Jam, daw: Hardour) -> None:
    """Start Ardour's transport, which ignores the first words while its session settles."""

    def rolls() -> bool:
        daw.tell("/transport_play")
        sleep(0.5)
        return clock(studio) == ("midi", "locked")

    wait_for("Ardour's clock", rolls)


def frames(beat: float) -> int:
    return round(beat * 60 / BPM * RATE)


def test_ardour_steered_over_osc_conducts_a_jam(tmp_path: Path) -> None:
    with beside(tmp_path, call_bars="1", response_bars="8") as (studio, daw):
        roll(studio, daw)
        wait_for("two bars", lambda: transport(studio)[2] > 2 * BAR)
        wait_for("its tempo", lambda: transport(studio)[1] == pytest.approx(BPM, rel=SLOW))
        studio.peer.play(ONE_BAR, BPM, now=True)
        studio.wait_for_answer(4 * BAR)
        daw.tell("/locate", frames(10 * BAR), 1)
        wait_for("the new place", lambda: 10 * BAR <= transport(studio)[2] < 14 * BAR)
        wait_for("the clock", lambda: clock(studio) == ("midi", "locked"))
        assert studio.peer.sounding() == set()  # a song that was moved has no answer
        wait_for("its tempo", lambda: transport(studio)[1] == pytest.approx(BPM, rel=SLOW))
        daw.tell("/transport_stop")
        wait_for("the stop", lambda: clock(studio) == ("midi", "stopped"))
        studio.wait_for_silence(1.0)


def test_an_answer_goes_on_over_the_end_of_ardours_loop(tmp_path: Path) -> None:
    """Ardour stops its clock there for a beat: the first time is a stop like others.

    On a busy machine the dummy sound card stands still for a beat now and then, and then so is
    another one: one lap of some must do.
    """
    lap = 2 * BAR
    with beside(tmp_path, call_bars="1", response_bars="16") as (studio, daw):
        daw.tell("/loop_location", frames(lap), frames(2 * lap))
        roll(studio, daw)
        daw.tell("/loop_toggle")
        wait_for("the loop", lambda: lap < transport(studio)[2] < 1.5 * lap)
        wait_for("the loop's end", lambda: clock(studio) == ("midi", "stopped"))
        assert any(goes_round(studio) for _ in range(LAPS)), "each lap ended with a stop"
        again = studio.peer.mark()
        wait_for(
            "more of the answer",
            lambda: any(note.frame > again and note.is_on for note in studio.peer.events("heard")),
        )
        daw.tell("/transport_stop")
        wait_for("the stop", lambda: clock(studio) == ("midi", "stopped"))
        studio.wait_for_silence(1.0)


def goes_round(studio: Jam) -> bool:
    """Have a phrase answered in the next lap; tell whether the song goes round without a stop."""
    wait_for("the next lap", lambda: clock(studio) == ("midi", "locked"))
    studio.peer.play(ONE_BAR, BPM, now=True)
    studio.wait_for_answer(3 * BAR)
    beats = [transport(studio)[2]]
    while beats[-1] >= beats[0]:  # as Ardour counts them, it comes to the loop's beginning
        word, _, beat = transport(studio)
        if word == "stopped":
            return False
        beats.append(beat)
        sleep(0.05)
    return True
