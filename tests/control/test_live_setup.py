"""Making two tracks in Live, played by a stand-in over real UDP."""

from __future__ import annotations

import socket

import pytest

from bridge.app.ableton.talk import LiveTalk
from bridge.app.ableton.tracks import ALL_EARS, port_among, set_up_live
from bridge.core.errors import PortError, SettingError
from tests.control.ableton import Track
from tests.control.talks import Talking, talking

__all__ = ["talking"]


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
