"""A first jam among real programs: what leaves `to DAW` is judged by an independent JACK client.

All times are read from JACK's own frames. A busy machine loses cycles, and the dummy sound card
slips against the wall clock; as much as it slipped is allowed for (`Peer.slip`).
"""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from pathlib import Path

import mido
import pytest

from tests.studio.house import PERIOD
from tests.studio.jam import Jam, command_line, jam
from tests.studio.programs import RATE, Event, Note, wait_for
from tests.studio.test_house import peak

pytestmark = pytest.mark.studio

# What may be expected of a note that goes through JACK, at any tempo.
ON_THE_LINE = PERIOD / RATE + 0.008  # seconds between a note and its place
FALLS_SILENT = 0.15  # seconds from a stop or a panic to the last note-off
YIELDS = 1.0  # beats from the player's entry to the end of the answer
OUTLIVES = 3.0  # seconds from the end of a process to the last note-off
COMES_BACK = 30.0  # seconds until an engine that died is replaced, its model loaded

BAR = 4.0  # beats
SEED_AT = 4.0  # beat of the song at which the player begins: a bar is left to find the tempo
TWO_BARS: list[Note] = [
    (0.0, 0.9, 60, 92), (1.0, 0.4, 64, 80), (1.5, 0.4, 67, 84), (2.0, 0.9, 72, 96),
    (3.0, 0.4, 71, 80), (3.5, 0.4, 67, 78), (4.0, 0.9, 69, 90), (5.0, 0.4, 65, 80),
    (5.5, 0.4, 62, 76), (6.0, 0.9, 67, 88), (7.0, 0.8, 64, 84),
]  # fmt: skip
ONE_BAR = [note for note in TWO_BARS if note[0] < BAR]
HELD: list[Note] = [(0.0, 3.0, 55, 90)]

MidiNote = tuple[float, int, int]  # beat, pitch, velocity


def placed(notes: list[Note], beat: float) -> list[Note]:
    """Return notes moved to a beat of the song."""
    return [(beat + start, length, pitch, velocity) for start, length, pitch, velocity in notes]


def pairs(events: list[Event]) -> list[tuple[Event, Event]]:
    """Return each note as (on, off); AssertionError for an end that is missing or one too many."""
    begun: dict[tuple[int, int], Event] = {}
    found = []
    for event in events:
        if event.is_on:
            assert event.key not in begun, f"{event} begins while it sounds"
            begun[event.key] = event
        elif event.is_off:
            assert event.key in begun, f"{event} ends nothing"
            found.append((begun.pop(event.key), event))
    assert begun == {}, "these notes never end"
    return found


def struck(track: mido.MidiTrack, ticks_per_beat: int) -> list[MidiNote]:
    """Return the note-ons of a track."""
    found, tick = [], 0
    for message in track:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            found.append((tick / ticks_per_beat, message.note, message.velocity))
    return found


def by_pitch(note: MidiNote) -> tuple[int, float]:
    """Sort notes so that those of one chord, which come in any order, stand still."""
    beat, pitch, _ = note
    return pitch, beat


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole call and answer, written down."""

    bpm: float
    heard: list[Event]  # by the musician
    notes: list[MidiNote]  # the same as note-ons, on the song's beats
    take: mido.MidiFile
    wav: Path
    tolerance: float  # beats between a note and its place
    unsure: float  # BPM by which the clock may be misread, for JACK slipped so much in a bar


@pytest.fixture(scope="module", params=[120.0, 97.5], ids=["120", "97.5"])
def recording(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Recording:
    """Play two bars, hear the answer to its end and stop."""
    folder = tmp_path_factory.mktemp("first_jam")
    with jam(folder, request.param) as studio:
        house, peer = studio.house, studio.peer
        studio.call(placed(TWO_BARS, SEED_AT))
        studio.wait_for_answer(SEED_AT + 3 * BAR)
        takes = studio.takes
        wait_for("the take", lambda: any(takes.glob("*.mid")), house.seconds(4 * BAR))
        studio.wait_for_silence(house.seconds(BAR))
        house.halt()
        heard = [event for event in peer.events("heard") if event.is_on or event.is_off]
        notes = [(house.beat(e), e.data[1], e.data[2]) for e in heard if e.is_on]
        tolerance = (ON_THE_LINE + peer.slip()) / house.seconds(1)
        unsure = 0.1 + house.bpm * peer.slip() / house.seconds(BAR)
        print(f"slip {peer.slip() * 1000:.2f} ms, uneven ticks {peer.uneven()}\n{house.logs()}")
    take = mido.MidiFile(next(takes.glob("*.mid")))
    return Recording(house.bpm, heard, notes, take, house.wav, tolerance, unsure)


def test_the_answer_begins_on_a_bar_line(recording: Recording) -> None:
    first = recording.notes[0][0]
    bar_line = round(first / BAR) * BAR
    assert first == pytest.approx(bar_line, abs=recording.tolerance)
    assert bar_line >= SEED_AT + 2 * BAR


def test_the_answer_keeps_time_with_the_song(recording: Recording) -> None:
    _, answer = recording.take.tracks
    written = struck(answer, recording.take.ticks_per_beat)
    heard = sorted(recording.notes, key=by_pitch)
    written.sort(key=by_pitch)
    assert [note[1:] for note in heard] == [note[1:] for note in written]
    assert [beat for beat, *_ in heard] == pytest.approx(
        [SEED_AT + beat for beat, *_ in written], abs=recording.tolerance
    )


def test_every_note_of_the_answer_ends_once(recording: Recording) -> None:
    assert len(pairs(recording.heard)) == len(recording.notes) > 0


def test_the_synth_plays_the_answer(recording: Recording) -> None:
    assert peak(recording.wav) > 0.01


def test_the_take_holds_phrase_and_answer_with_tempo_and_meter(recording: Recording) -> None:
    take = recording.take
    metas = {message.type: message for message in take.tracks[0] if message.is_meta}
    assert len(take.tracks) == 2
    assert mido.tempo2bpm(metas["set_tempo"].tempo) == pytest.approx(
        recording.bpm, abs=recording.unsure
    )
    meter = metas["time_signature"]
    assert (meter.numerator, meter.denominator) == (4, 4)


def test_the_take_holds_what_the_player_played(recording: Recording) -> None:
    written = struck(recording.take.tracks[0], recording.take.ticks_per_beat)
    assert [note[1:] for note in written] == [note[2:] for note in TWO_BARS]
    assert [beat for beat, *_ in written] == pytest.approx(
        [beat for beat, *_ in TWO_BARS], abs=recording.tolerance
    )


def begin_answer(studio: Jam) -> None:
    """Play one bar and wait until the answer, four bars long, sounds."""
    studio.call(placed(ONE_BAR, SEED_AT))
    studio.wait_for_answer(SEED_AT + 2 * BAR)


def test_nothing_sounds_after_the_transport_has_stopped(tmp_path: Path) -> None:
    with jam(tmp_path, response_bars="4") as studio:
        begin_answer(studio)
        studio.house.halt()
        wait_for("the stop", lambda: bool(studio.peer.events("stopped")))
        time.sleep(studio.house.seconds(BAR))
        stop = studio.peer.events("stopped")[0].frame
        heard = studio.peer.events("heard")
        assert [e for e in heard if e.is_on and e.frame > stop + ON_THE_LINE * RATE] == []
        assert max(off.frame for _, off in pairs(heard)) <= stop + FALLS_SILENT * RATE


def test_panic_over_osc_silences_everything(tmp_path: Path) -> None:
    with jam(tmp_path, response_bars="4") as studio:
        begin_answer(studio)
        panic = studio.peer.mark()
        studio.remote.send("panic")
        time.sleep(studio.house.seconds(BAR))
        heard = studio.peer.events("heard")
        assert [e for e in heard if e.frame > panic + FALLS_SILENT * RATE] == []
        pairs(heard)


def test_the_answer_gives_way_when_the_player_comes_in(tmp_path: Path) -> None:
    with jam(tmp_path, response_bars="4") as studio:
        house, peer = studio.house, studio.peer
        begin_answer(studio)
        sent = len(peer.events("sent"))
        peer.play(HELD, house.bpm, now=True)
        wait_for("the entry", lambda: len(peer.events("sent")) == sent + 2)
        entry, release = (event.frame for event in peer.events("sent")[sent:])
        quiet = entry + (house.seconds(YIELDS) + ON_THE_LINE) * RATE
        heard = peer.events("heard")
        assert quiet < release
        assert [e for e in heard if e.is_on and quiet < e.frame < release] == []
        assert all(off.frame <= quiet for on, off in pairs(heard) if on.frame < entry)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_notes_end_when_control_dies(tmp_path: Path, how: signal.Signals) -> None:
    with jam(tmp_path, response_bars="4") as studio:
        begin_answer(studio)
        orphans = [studio.child("player"), studio.child("engine")]
        studio.kill("control", how)
        studio.wait_for_silence(OUTLIVES)
        wait_for("the children to end", lambda: not any(map(command_line, orphans)))
        assert pairs(studio.peer.events("heard"))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_notes_end_when_the_engine_dies(tmp_path: Path, how: signal.Signals) -> None:
    with jam(tmp_path, response_bars="4") as studio:
        begin_answer(studio)
        dead = studio.child("engine")
        studio.kill("engine", how)
        wait_for("a new engine", lambda: studio.child("engine") not in (0, dead), COMES_BACK)
        wait_for("it to be ready", lambda: bool(studio.remote.ask("state")), COMES_BACK)
        studio.house.halt()
        studio.wait_for_silence(OUTLIVES)
        assert pairs(studio.peer.events("heard"))
