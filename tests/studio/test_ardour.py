"""The Ardour template, opened in Ardour itself beside Antiphon, without a screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.desk.ardour import template
from tests.studio.jam import HEARS, PLAYS, Jam, jam
from tests.studio.programs import Note, Program, wait_for

pytestmark = pytest.mark.studio

NAMES = ("ardour7-lua", "ardour8-lua", "ardour9-lua")
ARDOUR = next((name for name in NAMES if shutil.which(name)), "")
LOADS = 30.0  # seconds
YOU, ANSWER = "ardour:You", "ardour:Antiphon"
PHRASE: list[Note] = [(beat, 0.5, 60 + step, 90) for step, beat in enumerate((0, 1, 2, 3))]


@pytest.fixture(autouse=True)
def _ardour() -> None:
    if not ARDOUR:
        pytest.skip("the studio lacks Ardour (apt-get install ardour)")


@contextmanager
def opened(studio: Jam, folder: Path) -> Iterator[Program]:
    """Open the template in Ardour; it says `ready` when it is loaded."""
    session = folder / "session"
    session.mkdir()
    (session / "Antiphon.ardour").write_bytes(template())
    studio.house.env |= {"SESSION": str(session), "HOME": str(folder)}
    # On one core: two threads of Ardour ask JACK at once while it loads, and on two cores libjack
    # 1.9.21 mixes up what they write (it lost Ardour 4 times of 8, on one core 0 of 8).
    core = str(min(os.sched_getaffinity(0)))
    script = Path(__file__).with_name("ardour.lua")
    ardour = studio.house.start("ardour", "taskset", "-c", core, ARDOUR, script)
    wait_for("ardour", lambda: "ready" in said(ardour) or not ardour.alive, LOADS)
    assert ardour.alive, "ardour ended at once"
    yield ardour


def said(ardour: Program) -> str:
    return ardour.out.read_text()


def cables(studio: Jam, port: str) -> set[str]:
    return {other.name for other in studio.house.desk.get_all_connections(port)}


def test_ardour_opens_the_template_and_is_cabled_to_antiphon(tmp_path: Path) -> None:
    with jam(tmp_path) as studio, opened(studio, tmp_path) as ardour:
        told = said(ardour).splitlines()
        assert [line for line in told if line.startswith(("track", "tempo"))] == [
            "track You 1.0", "track Antiphon 1.0", "tempo 120.0",
        ]  # fmt: skip
        assert cables(studio, f"{YOU}/midi_out 1") == {HEARS}
        assert cables(studio, f"{ANSWER}/midi_in 1") == {PLAYS}
        assert cables(studio, "ardour:MIDI Clock out") == {HEARS}


def test_a_phrase_played_through_ardour_is_answered_on_ardours_other_track(tmp_path: Path) -> None:
    with jam(tmp_path, call_bars="1") as studio, opened(studio, tmp_path) as ardour:
        desk = studio.house.desk
        desk.disconnect(studio.house.clock, HEARS)  # Ardour leads
        desk.disconnect("peer:out", HEARS)  # and the musician plays into Ardour
        studio.house.connect("peer:out", f"{YOU}/midi_in 1")
        ardour.tell("roll")
        wait_for("Ardour's clock", lambda: studio.remote.ask("clock/status") == ["locked"])
        studio.peer.play(PHRASE, 120.0, now=True)
        wait_for("an answer", lambda: bool(studio.peer.sounding()), 15.0)
        state, bpm, _ = studio.remote.ask("transport")
        assert state == "playing"
        assert bpm == pytest.approx(120.0, rel=0.02)
        studio.wait_for_silence(20.0)
        ardour.tell("stop")
        wait_for("ardour to end", lambda: not ardour.alive)
        recorded = {
            line.split()[1]: int(line.split()[2])
            for line in said(ardour).splitlines() if line.startswith("recorded")
        }  # fmt: skip
        assert recorded["You"] == len(PHRASE)
        assert recorded["Antiphon"] > 0
