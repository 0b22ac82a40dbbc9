"""The studio itself: what the other tests here rely on."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.studio.house import PERIOD, House
from tests.studio.programs import RATE, wait_for

pytestmark = pytest.mark.studio

PHRASE = [(0.0, 1.0, 60, 90), (1.0, 0.5, 64, 80), (1.5, 0.5, 67, 70)]


def test_the_peer_plays_to_the_sample_and_hears_itself(tmp_path: Path) -> None:
    with House(tmp_path, 97.5) as house:
        peer = house.peer()
        house.connect("peer:out", "peer:in")
        peer.play(PHRASE, house.bpm)
        house.play()
        wait_for("the phrase", lambda: len(peer.events("heard")) == 6)
        sent, heard = peer.events("sent"), peer.events("heard")
    per_beat = RATE * 60 / 97.5
    ons = [event for event in sent if event.is_on]
    assert [event.song for event in ons] == [round(beat * per_beat) for beat, *_ in PHRASE]
    assert [event.data[1:] for event in ons] == [note[2:] for note in PHRASE]
    # JACK hands a loop back one cycle later.
    assert [event.frame + PERIOD for event in sent] == [event.frame for event in heard]


def test_the_clock_ticks_at_the_tempo_of_the_transport(tmp_path: Path) -> None:
    with House(tmp_path, 97.5) as house:
        peer = house.peer()
        house.connect(house.clock, "peer:in")
        house.play()
        wait_for("four beats of clock", lambda: len(peer.events("heard")) > 4 * 24 + 3)
        house.halt()
        wait_for("the stop", lambda: (0xFC,) in [event.data for event in peer.events("heard")])
        heard = peer.events("heard")
    ticks = [event.frame for event in heard if event.data == (0xF8,)]
    assert (0xFA,) in [event.data for event in heard[:3]]
    assert (ticks[96] - ticks[0]) / 96 == pytest.approx(RATE * 60 / 97.5 / 24, abs=1.0)


def test_the_synth_is_heard_on_the_recording(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        peer = house.peer()
        house.connect("peer:out", house.synth)
        peer.play(PHRASE, house.bpm, now=True)
        wait_for("the phrase", lambda: len(peer.events("sent")) == 6)
    assert peak(house.wav) > 0.01


def peak(path: Path) -> float:
    """Return the largest sample of a 16-bit recording, 1 being full scale."""
    with wave.open(str(path)) as recording:
        samples = np.frombuffer(recording.readframes(recording.getnframes()), np.int16)
    return float(np.abs(samples.astype(np.int32)).max(initial=0)) / 32768
