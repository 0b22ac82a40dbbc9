"""A take into a slot of Live, played by a stand-in over real UDP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.app import cli
from bridge.app.ableton import talk as live_talk
from bridge.app.ableton.clip import put_clip, read_clip, take_file, track_called
from bridge.core.errors import MusicError, PortError, SettingError
from bridge.core.events import TakeDone
from bridge.send.take import write_take
from tests.control.ableton import SCENES, Clip, Live, Track
from tests.control.talks import Talking, talking

__all__ = ["talking"]
TAKE = TakeDone(
    take=7, meter_beats=4, meter_unit=4, bpm=120,
    phrase=((4.0, 1.0, 60, 100, 0), (6.5, 0.5, 64, 90, 0)),
    answer=((8.0, 2.0, 67, 127, 1), (10.99, 1.1, 72, 1, 1)),
)  # fmt: skip


@pytest.fixture
def take(tmp_path: Path) -> Path:
    return write_take(tmp_path, TAKE, datetime(2026, 1, 2, tzinfo=UTC))


def test_the_answer_of_a_take_begins_at_its_own_bar_line(take: Path) -> None:
    clip = read_clip(take, "answer")
    assert clip.length == 4.0
    assert [note[:3] for note in clip.notes] == [
        (67, 0.0, 2.0), (72, pytest.approx(2.99, abs=0.01), pytest.approx(1.1, abs=0.01)),
    ]  # fmt: skip


def test_the_phrase_and_both_parts_can_be_had(take: Path) -> None:
    assert [note[:2] for note in read_clip(take, "phrase").notes] == [(60, 0.0), (64, 2.5)]
    both = read_clip(take, "both")
    assert both.length == 8.0
    assert [note[0] for note in both.notes] == [60, 64, 67, 72]


def test_a_take_without_an_answer_has_no_clip(tmp_path: Path) -> None:
    lonely = TakeDone(1, 4, 4, 120.0, TAKE.phrase, ())
    path = write_take(tmp_path, lonely, datetime(2026, 1, 2, tzinfo=UTC))
    with pytest.raises(MusicError, match="no notes in its answer"):
        read_clip(path, "answer")


def test_takes_are_found_by_file_by_name_and_by_being_the_last(take: Path) -> None:
    folder = take.parent
    found = [take_file(name, folder) for name in (str(take), take.name, take.stem, "last")]
    assert found == [take] * 4
    with pytest.raises(MusicError, match="no take 'x'"):
        take_file("x", folder)
    with pytest.raises(MusicError, match="no takes in"):
        take_file("last", folder / "none")


def test_a_take_goes_into_the_first_empty_slot(talking: Talking, take: Path) -> None:
    track = Track("Antiphon")
    track.slots[0] = Clip(4.0)
    daw, talk = talking(Track("You"), track)
    clip = read_clip(take, "answer")
    assert put_clip(talk, clip, track_called(talk, "Antiphon"), None, over=False) == (1, "Antiphon")
    put = daw.tracks[1].slots[1]
    assert put is not None
    assert (put.length, put.name) == (4.0, f"{take.stem} answer")
    assert [(note[0], note[3], note[4]) for note in put.notes] == [(67, 127, False), (72, 1, False)]
    assert [note[1] for note in put.notes] == pytest.approx([0.0, 2.99], abs=0.01)


def test_a_long_take_arrives_whole(talking: Talking, tmp_path: Path) -> None:
    rows = tuple((k / 4, 0.25, 40 + k % 40, 1 + k % 127, 0) for k in range(333))
    path = write_take(
        tmp_path, TakeDone(1, 4, 4, 120.0, (), rows), datetime(2026, 1, 2, tzinfo=UTC)
    )
    daw, talk = talking(Track("Antiphon"))
    put_clip(talk, read_clip(path, "answer"), 0, 2, over=False)
    put = daw.tracks[0].slots[2]
    assert put is not None
    assert [(note[0], note[3]) for note in put.notes] == [(row[2], row[3]) for row in rows]


def test_a_full_slot_is_kept_unless_it_shall_be_replaced(talking: Talking, take: Path) -> None:
    track = Track("Antiphon")
    track.slots[1] = kept = Clip(16.0)
    daw, talk = talking(track)
    clip = read_clip(take, "answer")
    with pytest.raises(SettingError, match="slot 2 of track 1, 'Antiphon', is full; --over"):
        put_clip(talk, clip, 0, 1, over=False)
    assert daw.tracks[0].slots[1] is kept
    put_clip(talk, clip, 0, 1, over=True)
    put = daw.tracks[0].slots[1]
    assert put is not None
    assert put.length == 4.0


@pytest.mark.parametrize(
    ("track", "slot", "says"),
    [
        (5, 0, "there are 2 tracks in Live, no track 6"),
        (0, SCENES, "there are 4 scenes in Live, no slot 5"),
        (1, 0, "track 2, 'Vocals', takes no MIDI"),
    ],
)
def test_a_place_that_is_not_there_is_told(
    talking: Talking, take: Path, track: int, slot: int, says: str
) -> None:
    _, talk = talking(Track("Antiphon"), Track("Vocals", has_midi_input=False))
    with pytest.raises(SettingError, match=says):
        put_clip(talk, read_clip(take, "answer"), track, slot, over=False)


def test_a_track_without_an_empty_slot_is_told(talking: Talking, take: Path) -> None:
    track = Track("Antiphon")
    track.slots = [Clip(4.0)] * SCENES
    _, talk = talking(track)
    with pytest.raises(SettingError, match="all 4 slots of track 1 are full"):
        put_clip(talk, read_clip(take, "answer"), 0, None, over=False)


def test_a_set_without_our_track_is_told(talking: Talking) -> None:
    _, talk = talking(Track("Drums"))
    with pytest.raises(SettingError, match="antiphon live setup makes it"):
        track_called(talk, "Antiphon")


def test_a_clip_that_live_does_not_create_is_told(talking: Talking, take: Path) -> None:
    daw, talk = talking(Track("Antiphon"))
    daw.deaf_to.add("/live/clip_slot/create_clip")
    with pytest.raises(PortError, match="did not create a clip"):
        put_clip(talk, read_clip(take, "answer"), 0, 0, over=False)


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int
) -> Iterator[Any]:
    """Type a command to the stand-in; return exit code, output and complaints."""
    daw = Live()
    daw.answers_to = free_port
    daw.thread.start()
    defaults = ((daw.port, free_port), 0.3)
    monkeypatch.setattr(live_talk.LiveTalk.__init__, "__defaults__", defaults)

    def typed(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["antiphon", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err

    typed.daw = daw  # type: ignore[attr-defined]
    yield typed
    daw.close()


def test_from_the_command_line_to_a_clip_in_live(typed: Any, take: Path) -> None:
    code, out, _ = typed("live", "setup", "--yes")
    assert code == 0
    assert "create the MIDI track Antiphon" in out
    code, out, _ = typed("live", "clip", "last", "--takes", str(take.parent), "--slot", "3")
    assert code == 0
    assert "2 notes, 4 beats, in slot 3 of track 2, 'Antiphon'" in out
    assert typed.daw.tracks[1].slots[2].length == 4.0


def test_one_note_is_one_note(typed: Any, tmp_path: Path) -> None:
    taken = TakeDone(1, 1, 4, 120.0, (), ((0.0, 1.0, 60, 90, 0),))
    write_take(tmp_path, taken, datetime(2026, 1, 2, tzinfo=UTC))
    typed("live", "setup", "--yes")
    _, out, _ = typed("live", "clip", "last", "--takes", str(tmp_path))
    assert "1 note, 1 beat, in slot" in out


def test_without_a_terminal_live_is_left_alone(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    code, out, err = typed("live", "setup")
    assert code == 2
    assert "create the MIDI track You" in out
    assert "--yes" in err
    assert typed.daw.tracks == []
