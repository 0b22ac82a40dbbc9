"""The Ableton Live set: two MIDI tracks, You and Antiphon, ready to be played.

Schema of Live 11.3: 11.3 and 12 open it. A port that is missing is shown greyed and chosen again
once. That a port can be named as a MIDI *input* in this way is known from one other program only.
"""

from __future__ import annotations

import gzip
from xml.etree.ElementTree import Element

from bridge.desk.live_parts import (
    ALL_INS,
    AUDIO_IN,
    AUDIO_OUT,
    NOWHERE,
    TO_MASTER,
    Ids,
    Parts,
    Routing,
    chain,
    choice,
    dial,
    freeze_sequencer,
    head,
    lane,
    midi_sequencer,
    mixer,
    transform,
)
from bridge.desk.live_set import after_tracks
from bridge.desk.table import HEARS, NAME, PLAYS
from bridge.desk.tree import Content, document, element

SCENES = 8
TEMPO = 120.0
FOUR_FOUR = 201  # (beats - 1) + 99 * log2(unit)
ALWAYS = -63072000  # the time of an envelope's first event, before any music
MONITOR_IN = 0
VERSION = {
    "MajorVersion": "5", "MinorVersion": "11.0_11300", "SchemaChangeCount": "3",
    "Creator": "Ableton Live 11.3.13", "Revision": "b376a4ffe2734bb43bb06f3a36871bb868ae2231",
}  # fmt: skip
FROM_PORT = Routing(f"MidiIn/External.Dev:{PLAYS}/-1", PLAYS, "All Channels")
TO_PORT = Routing(f"MidiOut/External.Dev:{HEARS}/0", HEARS, "Ch. 1")


def live_set() -> bytes:
    """Return the `.als` file: gzip without a date around XML."""
    ids = Ids()
    tracks = [
        _track(ids, 0, "You", 14, (AUDIO_IN, ALL_INS, TO_MASTER, TO_PORT), armed=True),
        _track(ids, 1, NAME, 9, (AUDIO_IN, FROM_PORT, TO_MASTER, NOWHERE), armed=False),
    ]
    master, listening = _master(ids), _prehear(ids)
    content: Parts = {
        "NextPointeeId": ids.next, "OverwriteProtectionNumber": 2819, "LomId": 0, "LomIdView": 0,
        "Tracks": tracks, "MasterTrack": master, "PreHearTrack": listening,
        **after_tracks(SCENES, TEMPO, FOUR_FOUR),
    }  # fmt: skip
    root = element("Ableton", {"LiveSet": content}, **VERSION)
    return gzip.compress(document(root), 9, mtime=0)


def _track(
    ids: Ids, number: int, name: str, color: int,
    routings: tuple[Routing, Routing, Routing, Routing], *, armed: bool,
) -> Element:  # fmt: skip
    inside: Parts = {
        **chain(routings, lane=lane(68, selected=number == 0)),
        "Mixer": mixer(ids),
        "MainSequencer": midi_sequencer(ids, SCENES, MONITOR_IN, armed=armed),
        "FreezeSequencer": freeze_sequencer(ids, SCENES),
        "DeviceChain": {"Devices": {}, "SignalModulations": {}},
    }
    return element("MidiTrack", {
        **head(name, name, color, unfolded=True, envelopes={}), "SavedPlayingSlot": -1,
        "SavedPlayingOffset": 0, "Freeze": False, "VelocityDetail": 0, "NeedArrangerRefreeze": True,
        "PostProcessFreezeClips": 0, "DeviceChain": inside, "ReWireSlaveMidiTargetId": 0,
        "PitchbendRange": 96,
    }, Id=number)  # fmt: skip


def _master(ids: Ids) -> Content:
    strip = {
        **mixer(ids), "Tempo": dial(ids, TEMPO, 60, 200), "TimeSignature": choice(ids, FOUR_FOUR),
        "GlobalGrooveAmount": dial(ids, 100, 0, 131.25), "CrossFade": dial(ids, 0, -1, 1),
        "TempoAutomationViewBottom": 60, "TempoAutomationViewTop": 200,
    }  # fmt: skip
    envelopes = [
        _envelope(0, _target_of(strip["TimeSignature"]), "EnumEvent", FOUR_FOUR),
        _envelope(1, _target_of(strip["Tempo"]), "FloatEvent", TEMPO),
    ]
    inside: Parts = {
        **chain((AUDIO_IN, ALL_INS, AUDIO_OUT, NOWHERE), lane=lane(85)), "Mixer": strip,
        "FreezeSequencer": [element("AudioSequencer", freeze_sequencer(ids, 0), Id=0)],
        "DeviceChain": {"Devices": {}, "SignalModulations": {}},
    }  # fmt: skip
    return {
        **head("Master", "", 16, unfolded=False, envelopes=envelopes), "DeviceChain": inside,
    }  # fmt: skip


def _prehear(ids: Ids) -> Content:
    inside: Parts = {
        **chain((AUDIO_IN, ALL_INS, AUDIO_OUT, NOWHERE), lane=lane(85)),
        "Mixer": mixer(ids, width=74),
        "DeviceChain": {"Devices": {}, "SignalModulations": {}},
    }
    return {**head("Master", "", -1, unfolded=False, envelopes={}), "DeviceChain": inside}


def _target_of(parts: Content) -> str:
    assert isinstance(parts, dict)
    target = parts["AutomationTarget"]
    assert isinstance(target, Element)
    return target.attrib["Id"]


def _envelope(number: int, target: str, event: str, value: float) -> Element:
    """Return an envelope of one value; Live wants tempo and meter here as well as in the mixer."""
    first = element(event, Id=number, Time=ALWAYS, Value=value)
    return element("AutomationEnvelope", {
        "EnvelopeTarget": {"PointeeId": target},
        "Automation": {"Events": [first], **transform()},
    }, Id=number)  # fmt: skip
