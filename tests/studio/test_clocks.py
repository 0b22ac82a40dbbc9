"""Other conductors among real programs: JACK's transport, and Ardour with its MIDI clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import mido
import pytest

from tests.studio import ardour
from tests.studio.jam import HEARS, Jam, jam
from tests.studio.programs import RATE, wait_for
from tests.studio.test_first_jam import BAR, ON_THE_LINE, ONE_BAR, SEED_AT, pairs, placed, struck

pytestmark = pytest.mark.studio

SLOW = 0.06  # share by which a dummy sound card on a busy machine may lag behind the wall clock


def clock(studio: Jam) -> tuple[str, str]:
    """Return who conducts, and the status."""
    source, status, _ = (str(x) for x in studio.remote.ask("clock") or ("", "", ""))
    return source, status


def transport(studio: Jam) -> tuple[str, float, float]:
    """Return playing or stopped, tempo and beat."""
    word, bpm, beat = studio.remote.ask("transport")
    return str(word), float(str(bpm)), float(str(beat))


def test_jacks_transport_conducts(tmp_path: Path) -> None:
    with jam(tmp_path, 97.5, clock_source="jack", meter_beats="3", response_bars="1") as studio:
        assert clock(studio) == ("jack", "stopped")
        studio.call(placed(ONE_BAR, SEED_AT))
        wait_for("JACK to conduct", lambda: clock(studio) == ("jack", "locked"))
        # The timebase has a meter, and ours becomes that.
        wait_for("the meter", lambda: studio.remote.ask("meter/beats") == [4])
        studio.wait_for_answer(SEED_AT + 2 * BAR)
        assert transport(studio)[1] == pytest.approx(97.5, abs=0.01)
        studio.house.halt()
        wait_for("the stop", lambda: clock(studio) == ("jack", "stopped"))
        studio.wait_for_silence(1.0)
        heard = [studio.house.beat(on) for on, _ in pairs(studio.peer.events("heard"))]
        wait_for("the take", lambda: any(studio.takes.glob("*.mid")))
        tolerance = (ON_THE_LINE + studio.peer.slip()) / studio.house.seconds(1)
    take = mido.MidiFile(next(studio.takes.glob("*.mid")))
    you, answer = (struck(track, take.ticks_per_beat) for track in take.tracks)
    # A take begins with the bar of its first note, which may be a hair before the line.
    begin = SEED_AT - round(you[0][0] / BAR) * BAR
    played = [SEED_AT + beat for beat, *_ in ONE_BAR]
    assert [begin + beat for beat, *_ in you] == pytest.approx(played, abs=tolerance)
    written = sorted(begin + beat for beat, *_ in answer)
    assert sorted(heard) == pytest.approx(written[: len(heard)], abs=tolerance)


def test_jacks_stop_is_obeyed_wherever_its_master_thinks_it_is(tmp_path: Path) -> None:
    """A master may count bars from before the song; that it stands is true all the same."""
    with jam(tmp_path, clock_source="jack") as studio:
        desk, count = studio.house.desk, {"bar": 1}

        def fill(_state: int, _frames: int, place: Any, _new: bool) -> None:  # noqa: FBT001
            place.bar, place.beat, place.tick, place.bar_start_tick = count["bar"], 1, 0, 0.0
            place.beats_per_bar, place.beat_type, place.ticks_per_beat = 4.0, 4.0, 1920.0
            place.beats_per_minute, place.valid = 120.0, studio.house.jack.POSITION_BBT

        desk.set_timebase_callback(fill)
        desk.activate()
        try:
            studio.house.play()
            wait_for("JACK to conduct", lambda: clock(studio) == ("jack", "locked"))
            count["bar"] = -3
            studio.house.halt()
            wait_for("the stop", lambda: clock(studio) == ("jack", "stopped"))
        finally:
            desk.deactivate()


def test_auto_takes_the_midi_clock_before_jacks_transport(tmp_path: Path) -> None:
    with jam(tmp_path, clock_source="auto") as studio:
        assert clock(studio) == ("internal", "free")
        studio.house.play()
        wait_for("the MIDI clock", lambda: clock(studio) == ("midi", "locked"))
        time.sleep(1.0)
        assert clock(studio) == ("midi", "locked")
        assert studio.remote.ask("clock")[2] == "MIDI clock started"


@pytest.mark.skipif(bool(ardour.missing()), reason=ardour.missing() or "it is")
def test_ardour_conducts_is_located_and_stops(tmp_path: Path) -> None:
    with jam(tmp_path, ardour.BPM, clock_source="midi", response_bars="8") as studio:
        daw = ardour.Ardour(studio.house, frame=20 * RATE)
        try:
            studio.house.connect(ardour.CLOCK, HEARS)
            daw.tell("roll")
            wait_for("Ardour's clock", lambda: clock(studio) == ("midi", "locked"))
            wait_for("two bars", lambda: transport(studio)[2] > 2 * BAR)
            assert transport(studio)[1] == pytest.approx(ardour.BPM, rel=SLOW)
            studio.peer.play(ONE_BAR, ardour.BPM, now=True)
            studio.wait_for_answer(4 * BAR)
            daw.tell("locate")
            wait_for("the new place", lambda: transport(studio)[2] > 10 * BAR)
            wait_for("the clock", lambda: clock(studio) == ("midi", "locked"))
            assert studio.peer.sounding() == set()  # a song that was moved has no answer
            wait_for("two more bars", lambda: transport(studio)[2] % (4 * BAR) > 2 * BAR)
            assert transport(studio)[1] == pytest.approx(ardour.BPM, rel=SLOW)
            daw.tell("stop")
            wait_for("the stop", lambda: clock(studio) == ("midi", "stopped"))
            pairs(studio.peer.events("heard"))
        finally:
            daw.close()
