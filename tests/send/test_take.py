import io
from datetime import UTC, datetime
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.errors import MusicError
from bridge.core.events import NoteRow, TakeDone
from bridge.core.music import Meter
from bridge.core.voices import VOICE_NAMES
from bridge.send.take import render, write_midi, write_take

PIANO, BASS, DRUMS = (VOICE_NAMES.index(name) for name in ("piano", "bass", "drums"))
NINE = datetime(2026, 11, 21, 21, 3, 7, tzinfo=UTC)
FOUR = Meter(4, 4)


def done(
    phrase: tuple[NoteRow, ...], answer: tuple[NoteRow, ...] = (), beats: int = 4, unit: int = 4
) -> TakeDone:
    return TakeDone(1, beats, unit, 97.5, phrase, answer)


def heard(track: mido.MidiTrack) -> list[tuple[int, int, int, int, int]]:
    """Return (start, stop, channel, pitch, velocity) in ticks, each note-on with its note-off."""
    now, sounding, notes = 0, {}, []
    for message in track:
        now += message.time
        if message.type == "note_on":
            assert (message.channel, message.note) not in sounding
            sounding[message.channel, message.note] = (now, message.velocity)
        elif message.type == "note_off":
            start, velocity = sounding.pop((message.channel, message.note))
            notes.append((start, now, message.channel, message.note, velocity))
    assert not sounding
    return sorted(notes)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def only(track: mido.MidiTrack, kind: str) -> mido.Message:
    [found] = [message for message in track if message.type == kind]
    return found


def test_a_take_has_two_tracks_a_tempo_and_a_meter(tmp_path: Path) -> None:
    phrase = ((16.0, 1.0, 60, 90, PIANO),)
    answer = ((19.0, 1.0, 36, 80, BASS),)
    path = write_take(tmp_path / "new" / "takes", done(phrase, answer, beats=3), NINE)
    assert path.name == "2026-11-21_21-03-07_take-0001.mid"
    song = mido.MidiFile(path)
    assert (song.type, song.ticks_per_beat) == (1, 480)
    assert [track.name for track in song.tracks] == ["You", "Antiphon"]
    assert only(song.tracks[0], "set_tempo").tempo == pytest.approx(60e6 / 97.5, abs=1)
    meter = only(song.tracks[0], "time_signature")
    assert (meter.numerator, meter.denominator) == (3, 4)
    assert [only(track, "program_change").program for track in song.tracks] == [0, 33]


def test_the_bar_of_the_phrase_becomes_bar_one_and_feel_is_kept(tmp_path: Path) -> None:
    phrase = ((17.013, 0.25, 60, 90, PIANO), (18.0, 1.0, 64, 70, PIANO))
    answer = ((20.0, 0.5, 67, 80, PIANO),)
    song = mido.MidiFile(write_take(tmp_path, done(phrase, answer), NINE))
    assert heard(song.tracks[0]) == [
        (486, 606, 0, 60, 90),  # beat 1.013: six ticks behind the beat
        (960, 1440, 0, 64, 70),
    ]
    assert heard(song.tracks[1]) == [(1920, 2160, 1, 67, 80)]
    ends = [sum(message.time for message in track) for track in song.tracks]
    assert ends == [3840, 3840]  # both end with the bar


def test_in_six_eight_the_bar_is_three_beats(tmp_path: Path) -> None:
    song = mido.MidiFile(
        write_take(tmp_path, done(((7.5, 0.5, 60, 90, PIANO),), beats=6, unit=8), NINE)
    )
    assert heard(song.tracks[0]) == [(720, 960, 0, 60, 90)]


def test_a_note_a_hair_before_the_bar_line_is_on_it(tmp_path: Path) -> None:
    song = mido.MidiFile(write_take(tmp_path, done(((7.9999, 1.0, 60, 90, PIANO),)), NINE))
    assert heard(song.tracks[0]) == [(0, 480, 0, 60, 90)]


def test_drums_go_to_channel_ten_and_other_voices_have_their_own() -> None:
    notes = [(0.0, 1.0, 36, 90, DRUMS), (0.0, 1.0, 40, 90, BASS), (0.0, 1.0, 72, 90, PIANO)]
    song = read_back(render([("All", notes)], FOUR, 120))
    assert [(c, p) for _, _, c, p, _ in heard(song.tracks[0])] == [(0, 72), (1, 40), (9, 36)]


def test_voices_may_be_given_a_channel_and_a_program_and_a_file_its_ticks() -> None:
    notes = [(1.0, 0.5, 60, 90, PIANO), (2.0, 1.0, 40, 90, BASS)]
    instruments = {PIANO: (7, 5), BASS: (3, 38)}
    song = read_back(render([("All", notes)], FOUR, 120, per_beat=96, instruments=instruments))
    assert song.ticks_per_beat == 96
    assert heard(song.tracks[0]) == [(96, 144, 7, 60, 90), (192, 288, 3, 40, 90)]
    programs = {m.channel: m.program for m in song.tracks[0] if m.type == "program_change"}
    assert programs == {7: 5, 3: 38}


def read_back(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data))


def test_a_key_struck_again_is_let_go_first() -> None:
    notes = [(0.0, 4.0, 60, 90, PIANO), (1.0, 1.0, 60, 80, PIANO), (1.0, 0.5, 60, 70, PIANO)]
    song = read_back(render([("You", notes)], FOUR, 120))
    assert heard(song.tracks[0]) == [(0, 480, 0, 60, 90), (480, 960, 0, 60, 80)]


def test_an_empty_take_is_a_bar_of_silence(tmp_path: Path) -> None:
    song = mido.MidiFile(write_take(tmp_path, done(()), NINE))
    assert [heard(track) for track in song.tracks] == [[], []]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 64), st.floats(0, 8), st.integers(0, 127), st.integers(1, 127),
            st.integers(0, len(VOICE_NAMES) - 1),
        ),
        max_size=40,
    ),
    st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(7, 16), Meter(1, 2)]),
    st.floats(0.5, 1000),
)  # fmt: skip
def test_any_notes_can_be_written_and_each_ends_once(
    notes: list[NoteRow], meter: Meter, bpm: float
) -> None:
    song = read_back(render([("You", notes), ("Antiphon", notes[::2])], meter, bpm))
    kept = heard(song.tracks[0])
    starts = {(round(b * 480), pitch) for b, _, pitch, _, _ in notes}
    assert {(start, pitch) for start, _, _, pitch, _ in kept} == starts


def test_takes_are_never_overwritten(tmp_path: Path) -> None:
    names = [write_take(tmp_path, done(()), NINE).name for _ in range(3)]
    assert len(set(names)) == 3
    assert names[1] == "2026-11-21_21-03-07_take-0001-2.mid"
    assert names_in(tmp_path) == sorted(names)  # and nothing is left lying about


def test_a_name_taken_at_the_last_moment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_take(tmp_path, done(((0.0, 1.0, 60, 1, PIANO),)), NINE)
    before = first.read_bytes()
    asked = iter([False, False])
    monkeypatch.setattr(Path, "exists", lambda _: next(asked))
    second = write_take(tmp_path, done(()), NINE)
    assert first.read_bytes() == before
    assert second != first


def test_where_there_are_no_links_a_take_is_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = write_take(tmp_path, done(()), NINE)
    assert names_in(tmp_path) == [path.name]


def test_what_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MusicError, match="file"):
        write_take(tmp_path / "file" / "takes", done(()), NINE)
    with pytest.raises(MusicError, match=r"nowhere.song\.mid cannot be written"):
        write_midi(tmp_path / "nowhere" / "song.mid", [], FOUR, 120)
    (tmp_path / "folder").mkdir()
    with pytest.raises(MusicError):
        write_midi(tmp_path / "folder", [], FOUR, 120)
    assert names_in(tmp_path) == ["file", "folder"]


def test_a_song_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    for pitch in (60, 62):
        write_midi(path, [("Song", [(0.0, 1.0, pitch, 90, PIANO)])], FOUR, 120)
    assert heard(mido.MidiFile(path).tracks[0]) == [(0, 480, 0, 62, 90)]
    assert path.stat().st_mode & 0o444 == 0o444
