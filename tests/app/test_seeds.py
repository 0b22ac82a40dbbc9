"""What a seed says to a model, and how it stands in front of its continuation."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest

from bridge.app.files.joined import joined
from bridge.app.files.seeds import Seed, read_seed
from bridge.app.files.smf import read_song, song_bytes
from bridge.core.errors import MusicError
from bridge.core.music import Meter
from bridge.core.voices import DRUMS, VOICE_NAMES
from bridge.send.take import render

PIANO, STRINGS, PIPE = (VOICE_NAMES.index(name) for name in ("piano", "strings", "pipe"))
BEAT = 96  # ticks

Timed = tuple[int, mido.Message]  # tick, message


def tempo(beat: float, bpm: float) -> Timed:
    return round(beat * BEAT), mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))


def meter(beat: int, beats: int, unit: int) -> Timed:
    return beat * BEAT, mido.MetaMessage("time_signature", numerator=beats, denominator=unit)


def program(channel: int, number: int, beat: int = 0) -> Timed:
    return beat * BEAT, mido.Message("program_change", channel=channel, program=number)


def beats(channel: int, first: int, last: int, pitch: int = 60) -> list[Timed]:
    """Return a note on each beat from the first up to the last, with its end."""
    return [
        timed
        for beat in range(first, last)
        for timed in (
            (beat * BEAT, mido.Message("note_on", channel=channel, note=pitch)),
            (beat * BEAT + BEAT - 6, mido.Message("note_off", channel=channel, note=pitch)),
        )
    ]


def file_of(path: Path, *tracks: list[Timed], kind: int = 1) -> Path:
    song = mido.MidiFile(type=kind, ticks_per_beat=BEAT)
    for timed in tracks:
        track, now = mido.MidiTrack(), 0
        for tick, message in sorted(timed, key=lambda t: t[0]):
            track.append(message.copy(time=tick - now))
            now = tick
        song.tracks.append(track)
    song.save(path)
    return path


def answered(seed: Seed, *voices: int) -> mido.MidiFile:
    """Return the seed with an answer of one C in each voice, on the bar line it begins on."""
    parts = [("Antiphon", [(0.0, 1.0, 60, 80, voice)]) for voice in voices]
    data = render(
        parts, seed.meter, seed.bpm,
        per_beat=seed.song.per_beat, instruments=seed.instruments,
    )  # fmt: skip
    return mido.MidiFile(file=io.BytesIO(joined(seed, read_song(data), 4)))


def timed(track: mido.MidiTrack) -> list[Timed]:
    """Return the messages of a track with their ticks, without its end."""
    found, now = [], 0
    for message in track:
        now += message.time
        found.append((now, message.copy(time=0)))
    return found[:-1]


def test_the_seed_stands_in_front_as_it_was(tmp_path: Path) -> None:
    key = (0, mido.MetaMessage("key_signature", key="Ebm"))
    pedal = (BEAT, mido.Message("control_change", control=64, value=100))
    feel = (7 * BEAT + 1, mido.Message("note_on", note=72, velocity=33))
    gone = (7 * BEAT + 5, mido.Message("note_on", note=72, velocity=0))
    path = file_of(
        tmp_path / "s.mid",
        [key, tempo(0, 100), tempo(1, 90), meter(0, 3, 4), meter(3, 4, 4)],
        [program(3, 41), *beats(3, 0, 11)],
        [program(5, 43), pedal, *beats(5, 0, 11), feel, gone],
    )
    song = answered(read_seed(path), STRINGS)
    assert (song.type, song.ticks_per_beat, len(song.tracks)) == (1, BEAT, 4)
    before = mido.MidiFile(path)
    assert [timed(t) for t in song.tracks[:3]] == [timed(t) for t in before.tracks]
    [strike] = [(t, m) for t, m in timed(song.tracks[3]) if m.type == "note_on"]
    assert strike == (11 * BEAT, mido.Message("note_on", channel=3, note=60, velocity=80))
    assert {sum(m.time for m in t) for t in song.tracks} == {(11 + 4 * 4) * BEAT}


def test_a_seed_of_type_0_becomes_the_first_of_two_tracks(tmp_path: Path) -> None:
    path = file_of(tmp_path / "s.mid", [tempo(0, 100), meter(0, 4, 4), *beats(0, 0, 8)], kind=0)
    song = answered(read_seed(path), PIANO)
    assert (song.type, len(song.tracks)) == (1, 2)
    assert timed(song.tracks[0]) == timed(mido.MidiFile(path).tracks[0])


def test_a_closing_ritardando_is_kept_but_not_taken_on(tmp_path: Path) -> None:
    slower = [tempo(28 + i, 110 - 10 * i) for i in range(4)]
    path = file_of(tmp_path / "s.mid", [tempo(0, 200), tempo(4, 120), *slower, *beats(0, 0, 32)])
    seed = read_seed(path)
    assert seed.bpm == pytest.approx(120)
    changes = [(t, m) for t, m in timed(answered(seed, PIANO).tracks[0]) if m.type == "set_tempo"]
    assert changes == [tempo(0, 200), tempo(4, 120), *slower, tempo(32, 120)]


def test_the_tempo_is_that_of_the_last_eight_bars_through_changes_of_meter(tmp_path: Path) -> None:
    path = file_of(
        tmp_path / "s.mid", [tempo(0, 60), tempo(60, 150), meter(92, 1, 4), *beats(0, 0, 93)]
    )
    seed = read_seed(path)
    assert seed.meter == Meter(1, 4)
    assert seed.bpm == pytest.approx(150)


def test_a_meter_after_the_last_note_is_not_the_seeds(tmp_path: Path) -> None:
    path = file_of(tmp_path / "s.mid", [meter(0, 4, 4), meter(8, 3, 4), *beats(0, 0, 8)])
    seed = read_seed(path)
    assert (seed.meter, seed.begin) == (Meter(4, 4), 8 * BEAT)
    changes = [e for e in timed(answered(seed, PIANO).tracks[0]) if e[1].type == "time_signature"]
    assert changes == [meter(0, 4, 4), meter(8, 3, 4), meter(8, 4, 4)]


def test_an_answer_plays_the_seeds_instruments_on_its_channels(tmp_path: Path) -> None:
    path = file_of(
        tmp_path / "s.mid",
        [program(4, 40)],  # a conductor who also gives out the programs
        [*beats(4, 0, 8), *beats(9, 0, 8, 36)],
        [program(2, 5), *beats(2, 0, 8)],
    )
    assert read_seed(path).instruments == {STRINGS: (4, 40), PIANO: (2, 5), DRUMS: (9, 0)}


def test_a_channel_of_two_programs_is_left_to_the_seed(tmp_path: Path) -> None:
    changing = [program(0, 5), *beats(0, 0, 4), program(0, 40, 4), *beats(0, 4, 8)]
    seed = read_seed(file_of(tmp_path / "s.mid", changing))
    assert seed.instruments == {PIANO: (1, 5), STRINGS: (2, 40)}


def test_of_two_players_the_one_with_a_channel_of_its_own_is_followed(tmp_path: Path) -> None:
    viola = [program(0, 41), *beats(0, 0, 8)]
    flute = [program(0, 73), *beats(0, 0, 4)]
    violin = [program(7, 40), *beats(7, 4, 8)]
    seed = read_seed(file_of(tmp_path / "s.mid", viola, flute, violin))
    assert seed.instruments == {STRINGS: (7, 40), PIPE: (1, 73)}


def test_where_every_channel_is_taken_answers_still_have_one_each(tmp_path: Path) -> None:
    crowd = [[program(channel, 40), *beats(channel, 0, 4)] for channel in range(1, 16)]
    shared = [[program(0, number), *beats(0, 0, 4)] for number in (5, 11)]
    seed = read_seed(file_of(tmp_path / "s.mid", *crowd, *shared))
    assert sorted(seed.instruments.values()) == [(0, 5), (1, 11), (2, 40), (9, 40)]


def test_a_note_over_the_bar_line_does_not_cut_the_answer(tmp_path: Path) -> None:
    late = [
        (7 * BEAT, mido.Message("note_on", note=60)),
        (8 * BEAT + 4, mido.Message("note_off", note=60)),
    ]
    seed = read_seed(file_of(tmp_path / "s.mid", [*beats(0, 0, 7), *late]))
    assert (seed.begin, seed.instruments) == (8 * BEAT, {PIANO: (1, 0)})


def test_a_pedal_the_seed_left_down_is_lifted_for_the_answer(tmp_path: Path) -> None:
    down = (0, mido.Message("control_change", control=64, value=127))
    song = answered(read_seed(file_of(tmp_path / "s.mid", [down, *beats(0, 0, 4)])), PIANO)
    assert (4 * BEAT, mido.Message("control_change", control=64, value=0)) in timed(song.tracks[1])


def test_notes_that_never_end_last_to_the_next_or_a_beat(tmp_path: Path) -> None:
    on = mido.Message("note_on", note=60)
    seed = read_seed(file_of(tmp_path / "s.mid", [(0, on), (BEAT // 2, on), (3 * BEAT, on)]))
    assert [(n.onset, n.duration) for n in seed.notes] == [(0, 12), (12, 24), (72, 24)]
    offs = [t for t, m in timed(answered(seed, PIANO).tracks[0]) if m.type == "note_off"]
    assert offs == [BEAT // 2, BEAT // 2 + BEAT, 4 * BEAT]


def header(kind: int, count: int, division: int) -> bytes:
    numbers = b"".join(n.to_bytes(2, "big") for n in (kind, count, division))
    return b"MThd\x00\x00\x00\x06" + numbers


EMPTY = b"MTrk\x00\x00\x00\x00"
FLAWS = {
    "a track too few": (header(1, 2, BEAT) + EMPTY, "broken"),
    "a header cut off": (b"MThd\x00\x00\x00\x06\x00", "broken"),
    "a track cut off": (header(1, 1, BEAT) + b"MTrk\x00\x00\x00\x09\x00\x90", "broken"),
    "a note cut off": (header(1, 1, BEAT) + b"MTrk\x00\x00\x00\x02\x00\x90", "broken"),
    "a time without an event": (header(1, 1, BEAT) + b"MTrk\x00\x00\x00\x01\x00", "broken"),
    "bytes that are no event": (header(1, 1, BEAT) + b"MTrk\x00\x00\x00\x03\x00\x40\x40", "broken"),
    "film frames": (header(1, 1, 0xE728) + EMPTY, "SMPTE"),
    "separate songs": (header(2, 2, BEAT) + EMPTY + EMPTY, "type 2"),
    "silence": (header(0, 1, BEAT) + EMPTY, "has no notes"),
}  # fmt: skip


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_file_that_cannot_be_used_says_why(flaw: str, tmp_path: Path) -> None:
    data, says = FLAWS[flaw]
    (tmp_path / "s.mid").write_bytes(data)
    with pytest.raises(MusicError, match=rf"seed .*s\.mid: .*{says}"):
        read_seed(tmp_path / "s.mid")


def test_what_is_read_is_written_again_byte_for_byte() -> None:
    exclusive, on = b"\x00\xf0\x02\x01\xf7", b"\x81\x00\x90\x3c\x40"
    off, own, end = b"\x10\x80\x3c\x00", b"\x00\xff\x7f\x01\x09", b"\x05\xff\x2f\x00"
    body = exclusive + on + off + own + end
    data = header(1, 1, BEAT) + b"MTrk" + len(body).to_bytes(4, "big") + body
    assert song_bytes(read_song(data), 128 + 16 + 5) == data
