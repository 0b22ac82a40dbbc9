"""Making two tracks in Live and putting a take into a slot, played by a stand-in over real UDP."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.app import cli
from bridge.app.ableton import talk as live_talk
from bridge.app.ableton.clip import put_clip, read_clip, take_file, track_called
from bridge.app.ableton.talk import LiveTalk
from bridge.app.ableton.tracks import ALL_EARS, port_among, set_up_live
from bridge.core.errors import MusicError, PortError, SettingError
from bridge.core.events import TakeDone
from bridge.send.take import write_take
from tests.control.ableton import SCENES, Clip, Live, Track

Talking = Callable[..., tuple[Live, LiveTalk]]
TAKE = TakeDone(
    take=7, meter_beats=4, meter_unit=4, bpm=120,
    phrase=((4.0, 1.0, 60, 100, 0), (6.5, 0.5, 64, 90, 0)),
    answer=((8.0, 2.0, 67, 127, 1), (10.99, 1.1, 72, 1, 1)),
)  # fmt: skip


@pytest.fixture
def talking(free_port: int) -> Iterator[Talking]:
    lives: list[Live] = []
    talks: list[LiveTalk] = []

    def start(*tracks: Track) -> tuple[Live, LiveTalk]:
        daw = Live(*tracks)
        daw.answers_to = free_port
        daw.thread.start()
        lives.append(daw)
        talks.append(LiveTalk((daw.port, free_port), patience=0.3))
        return daw, talks[-1]

    yield start
    for daw, talk in zip(lives, talks, strict=True):
        talk.__exit__(None, None, None)
        daw.close()


class Musician:
    """Says yes, and remembers to what."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __call__(self, told: str) -> bool:
        self.told.append(told)
        return True


def yes(_told: str) -> bool:
    return True


def test_two_tracks_are_made_and_routed_to_our_ports(talking: Talking) -> None:
    daw, talk = talking(Track("Drums"))
    musician = Musician()
    left = set_up_live(talk, musician)
    you, antiphon = daw.tracks[1:]
    assert (you.name, you.output_routing_type, you.output_routing_channel) == (
        "You", "Antiphon from DAW", "Ch. 1",
    )  # fmt: skip
    assert (antiphon.name, antiphon.input_routing_type, antiphon.input_routing_channel) == (
        "Antiphon", "Antiphon to DAW", "All Channels",
    )  # fmt: skip
    assert (you.current_monitoring_state, antiphon.current_monitoring_state) == (0, 0)
    assert "create the MIDI track You" in musician.told[0]
    assert left == [ALL_EARS]


def test_a_second_time_nothing_is_asked_and_nothing_done(talking: Talking) -> None:
    daw, talk = talking()
    set_up_live(talk, yes)
    daw.heard.clear()
    daw.tracks[0].input_routing_type = "Computer Keyboard"
    assert set_up_live(talk, lambda _: pytest.fail("it asked")) == []
    assert not [address for address in daw.heard if "/set/" in address or "create" in address]


def test_what_differs_is_set_and_the_rest_left_alone(talking: Talking) -> None:
    daw, talk = talking()
    set_up_live(talk, yes)
    daw.tracks[1].current_monitoring_state = 1
    daw.tracks[1].input_routing_channel = "Ch. 2"
    musician = Musician()
    set_up_live(talk, musician)
    assert musician.told[0].splitlines()[1:] == [
        "Antiphon: set monitoring to In",
        "Antiphon: set MIDI From to All Channels",
    ]
    assert len(daw.tracks) == 2
    assert daw.tracks[1].input_routing_channel == "All Channels"


def test_without_a_yes_nothing_is_changed(talking: Talking) -> None:
    daw, talk = talking()
    with pytest.raises(SettingError, match="nothing was changed"):
        set_up_live(talk, lambda _: False)
    assert daw.tracks == []


def test_an_audio_track_of_that_name_is_not_ours(talking: Talking) -> None:
    daw, talk = talking(Track("Antiphon", has_midi_input=False))
    set_up_live(talk, yes)
    assert [track.name for track in daw.tracks] == ["Antiphon", "You", "Antiphon"]
    assert daw.tracks[0].current_monitoring_state == 1


def test_a_port_that_live_does_not_list_is_told_and_the_rest_is_done(talking: Talking) -> None:
    here = Track("Antiphon", available_input_routing_types=("All Ins", "No Input"))
    daw, talk = talking(here)
    left = set_up_live(talk, yes)
    assert left[0].startswith("Antiphon: Live has no port 'Antiphon to DAW' for MIDI From")
    assert daw.tracks[0].current_monitoring_state == 0
    assert daw.tracks[1].output_routing_type == "Antiphon from DAW"


def test_what_live_refuses_is_told(talking: Talking) -> None:
    daw, talk = talking(Track("Antiphon"))
    daw.deaf_to.add("/live/track/set/current_monitoring_state")
    left = set_up_live(talk, yes)
    assert "Antiphon: Live did not set monitoring to 'In'; choose it by hand" in left


def test_a_channel_is_chosen_by_the_name_live_has_for_it(talking: Talking) -> None:
    here = Track("You", available_output_routing_channels=("1", "2"))
    daw, talk = talking(here)
    set_up_live(talk, yes)
    assert daw.tracks[0].output_routing_channel == "1"


def test_a_live_that_allows_no_more_tracks_is_told(talking: Talking) -> None:
    daw, talk = talking()
    daw.most_tracks = 0
    with pytest.raises(SettingError, match="did not create the track You"):
        set_up_live(talk, yes)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("All Ins", "Antiphon to DAW"), "Antiphon to DAW"),
        (("Antiphon from DAW", "Antiphon: to DAW (ALSA)"), "Antiphon: to DAW (ALSA)"),
        (("Default App Loopback (A)", "All Ins"), "Default App Loopback (A)"),
        (("All Ins", "Antiphon"), None),
        ((), None),
    ],
)
def test_our_port_by_whatever_name_live_has_for_it(
    names: tuple[str, ...], found: str | None
) -> None:
    assert port_among(names, "Antiphon to DAW") == found


def test_many_tracks_are_asked_for_in_parts(talking: Talking) -> None:
    _, talk = talking(*(Track(f"T{number}") for number in range(300)))
    assert talk.tracks() == [f"T{number}" for number in range(300)]


def test_where_live_is_not_there_one_line_says_so_in_time(free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        with pytest.raises(PortError, match="does not answer on port") as caught:
            LiveTalk((deaf.getsockname()[1], free_port), patience=0.1)
    assert "\n" not in str(caught.value)


def test_answers_that_would_go_to_another_program_are_told(free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", free_port))
        with pytest.raises(PortError, match="live/follow"):
            LiveTalk((free_port + 1, free_port))


def test_a_live_that_falls_silent_is_not_waited_for(talking: Talking) -> None:
    daw, talk = talking(Track("Antiphon"))
    daw.deaf_to.add("/live/track/get/has_midi_input")
    with pytest.raises(PortError, match="did not answer /live/track/get/has_midi_input"):
        set_up_live(talk, yes)


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
    assert "in slot 3 of track 2, 'Antiphon'" in out
    assert typed.daw.tracks[1].slots[2].length == 4.0


def test_without_a_terminal_live_is_left_alone(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    code, out, err = typed("live", "setup")
    assert code == 2
    assert "create the MIDI track You" in out
    assert "--yes" in err
    assert typed.daw.tracks == []
