"""The Ableton Live set, beside one that Live 11.3.13 saved and by the rules sets keep."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from bridge.desk.live import live_set

Element = etree._Element
POINTEES = ("Pointee", "AutomationTarget", "ModulationTarget")


@pytest.fixture(scope="module")
def live() -> Element:
    return etree.fromstring(gzip.decompress(live_set()))


def value(root: Element, path: str) -> str:
    [found] = root.findall(path)
    return found.get("Value", "")


def tracks(root: Element) -> list[Element]:
    return root.findall("LiveSet/Tracks/MidiTrack")


def routing(track: Element, which: str) -> tuple[str, ...]:
    parts = ("Target", "UpperDisplayString", "LowerDisplayString")
    return tuple(value(track, f"DeviceChain/{which}Routing/{part}") for part in parts)


def shapes(root: Element) -> dict[str, tuple[list[str], set[str]]]:
    """Return for each path the tags of the children in order and the names of the attributes."""
    found: dict[str, tuple[list[str], set[str]]] = {}

    def walk(node: Element, path: str) -> None:
        # The sample has a device on its track; ours have none.
        children = [child for child in node if not child.tag.startswith("MxDevice")]
        tags = list(dict.fromkeys(child.tag for child in children))
        found.setdefault(path, (tags, {str(name) for name in node.attrib}))
        for child in children:
            walk(child, f"{path}/{child.tag}")

    walk(root, "")
    return found


def test_two_tracks_you_and_antiphon(live: Element) -> None:
    assert [value(t, "Name/EffectiveName") for t in tracks(live)] == ["You", "Antiphon"]


def test_you_play_to_our_port_and_hear_the_answer_from_it(live: Element) -> None:
    you, antiphon = tracks(live)
    assert routing(you, "MidiInput")[0] == "MidiIn/External.All/-1"
    assert routing(you, "MidiOutput") == (
        "MidiOut/External.Dev:Antiphon from DAW/0", "Antiphon from DAW", "Ch. 1",
    )  # fmt: skip
    assert routing(antiphon, "MidiInput") == (
        "MidiIn/External.Dev:Antiphon to DAW/-1", "Antiphon to DAW", "All Channels",
    )  # fmt: skip
    assert routing(antiphon, "MidiOutput")[0] == "MidiOut/None"


def test_both_tracks_are_monitored(live: Element) -> None:
    monitoring = [value(t, "DeviceChain/MainSequencer/MonitoringEnum") for t in tracks(live)]
    assert monitoring == ["0", "0"]


def test_tempo_and_meter_stand_in_both_places(live: Element) -> None:
    master = live.find("LiveSet/MasterTrack")
    assert master is not None
    for name, event, expected in (
        ("Tempo", "FloatEvent", "120"), ("TimeSignature", "EnumEvent", "201"),
    ):  # fmt: skip
        mixer = f"DeviceChain/Mixer/{name}"
        assert value(master, f"{mixer}/Manual") == expected
        target = master.findall(f"{mixer}/AutomationTarget")[0].get("Id")
        [envelope] = [
            e for e in master.iterfind("AutomationEnvelopes/Envelopes/AutomationEnvelope")
            if value(e, "EnvelopeTarget/PointeeId") == target
        ]  # fmt: skip
        [first] = envelope.findall(f"Automation/Events/{event}")
        assert (first.get("Time"), first.get("Value")) == ("-63072000", expected)


def test_every_scene_has_a_slot_in_every_track(live: Element) -> None:
    scenes = live.findall("LiveSet/Scenes/Scene")
    assert len(scenes) == 8
    for track in tracks(live):
        for sequencer in ("MainSequencer", "FreezeSequencer"):
            slots = track.findall(f"DeviceChain/{sequencer}/ClipSlotList/ClipSlot")
            assert [slot.get("Id") for slot in slots] == [scene.get("Id") for scene in scenes]


def test_what_envelopes_can_point_to_has_an_id_of_its_own(live: Element) -> None:
    ids = [
        int(node.get("Id", "")) for node in live.iter()
        if "Id" in node.attrib
        and (node.tag.endswith(POINTEES) or node.tag.startswith("ControllerTargets."))
    ]  # fmt: skip
    assert len(ids) == len(set(ids)) > 2 * 131
    assert int(value(live, "LiveSet/NextPointeeId")) > max(ids)


def test_tracks_have_ids_of_their_own(live: Element) -> None:
    ids = [track.get("Id") for track in tracks(live)]
    assert len(ids) == len(set(ids))


def test_there_are_no_sends_since_there_are_no_returns(live: Element) -> None:
    assert live.find("LiveSet/ReturnTracks") is None
    assert [len(sends) for sends in live.iter("Sends")] == [0] * 4


def test_the_elements_are_those_live_itself_writes(
    live: Element, sample: Callable[[str], Path]
) -> None:
    real = etree.parse(sample("ableton-maxdevtools_Test_Live11.3.13.als")).getroot()
    assert shapes(live) == shapes(real)
    assert sorted(live.items()) == sorted(real.items())
