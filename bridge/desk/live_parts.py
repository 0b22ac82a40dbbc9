"""What a track of Ableton Live is made of, in the schema of Live 11.3.

Everything that can be automated has an id of its own in the whole file: `Ids` gives them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bridge.desk.tree import Content, Scalar, element

CONTROLLERS = 131  # what a MIDI clip can automate: control changes, pitch bend, pressure, ...
_LOCKED = (1, 11, 66)  # of these: modulation, expression, sostenuto, as Live saves them

Parts = dict[str, Content]


class Ids:
    """The ids of a file, 1 and up."""

    def __init__(self) -> None:
        self.next = 1

    def take(self) -> int:
        """Return an id nobody has."""
        self.next += 1
        return self.next - 1

    def target(self, tag: str = "AutomationTarget", *, locked: int = 0) -> Element:
        """Return something an envelope can point to."""
        return element(tag, {"LockEnvelope": locked}, Id=self.take())


@dataclass(frozen=True, slots=True)
class Routing:
    """Where notes or sound come from or go to, and the two lines Live shows for it."""

    target: str
    upper: str
    lower: str = ""

    def element(self, tag: str) -> Element:
        """Return the element."""
        mpe = {"ZoneType": 0, "FirstNoteChannel": 1, "LastNoteChannel": 15}
        return element(tag, {
            "Target": self.target, "UpperDisplayString": self.upper,
            "LowerDisplayString": self.lower, "MpeSettings": mpe,
        })  # fmt: skip


AUDIO_IN = Routing("AudioIn/External/S0", "Ext. In", "1/2")
AUDIO_OUT = Routing("AudioOut/External/S0", "Ext. Out", "1/2")
TO_MASTER = Routing("AudioOut/Master", "Master")
ALL_INS = Routing("MidiIn/External.All/-1", "Ext: All Ins")
NOWHERE = Routing("MidiOut/None", "None")


def switch(ids: Ids, *, on: bool = True) -> Parts:
    """Return what can only be on or off."""
    return {
        "LomId": 0, "Manual": on, "AutomationTarget": ids.target(),
        "MidiCCOnOffThresholds": {"Min": 64, "Max": 127},
    }  # fmt: skip


def dial(ids: Ids, value: Scalar, low: float, high: float) -> Parts:
    """Return what can be turned within limits."""
    return {
        "LomId": 0, "Manual": value, "MidiControllerRange": {"Min": low, "Max": high},
        "AutomationTarget": ids.target(), "ModulationTarget": ids.target("ModulationTarget"),
    }  # fmt: skip


def choice(ids: Ids, value: int) -> Parts:
    """Return what is chosen by number."""
    return {"LomId": 0, "Manual": value, "AutomationTarget": ids.target()}


def device(ids: Ids) -> Parts:
    """Return what the mixer, the sequencers and all devices begin with."""
    return {
        "LomId": 0, "LomIdView": 0, "IsExpanded": True, "On": switch(ids),
        "ModulationSourceCount": 0,
        "ParametersListWrapper": element("ParametersListWrapper", LomId=0),
        "Pointee": element("Pointee", Id=ids.take()), "LastSelectedTimeableIndex": 0,
        "LastSelectedClipEnvelopeIndex": 0, "LastPresetRef": {"Value": {}}, "LockedScripts": {},
        "IsFolded": False, "ShouldShowPresetName": False, "UserName": "", "Annotation": "",
        "SourceContext": {"Value": {}},
    }  # fmt: skip


def mixer(ids: Ids, *, width: int = 93) -> Parts:
    """Return a mixer strip without sends."""
    return {
        **device(ids), "Sends": {}, "Speaker": switch(ids), "SoloSink": False, "PanMode": 0,
        "Pan": dial(ids, 0, -1, 1), "SplitStereoPanL": dial(ids, -1, -1, 1),
        "SplitStereoPanR": dial(ids, 1, -1, 1), "Volume": dial(ids, 1, 0.0003162277571, 1.99526238),
        "ViewStateSesstionTrackWidth": width, "CrossFadeState": choice(ids, 1),
        "SendsListWrapper": element("SendsListWrapper", LomId=0),
    }  # fmt: skip


def midi_sequencer(ids: Ids, scenes: int, monitoring: int, *, armed: bool) -> Parts:
    """Return where clips lie; `monitoring` is 0 In, 1 Auto, 2 Off."""
    return {
        **device(ids), "ClipSlotList": slots(scenes), "MonitoringEnum": monitoring,
        "ClipTimeable": arranger(), "Recorder": {"IsArmed": armed, "TakeCounter": 0},
        "MidiControllers": [
            ids.target(f"ControllerTargets.{number}", locked=int(number in _LOCKED))
            for number in range(CONTROLLERS)
        ],
    }  # fmt: skip


def freeze_sequencer(ids: Ids, scenes: int) -> Parts:
    """Return where the sound of a frozen track lies."""
    targets = ("Volume", "Transposition", "GrainSize", "Flux", "SampleOffset")
    names = [f"{name}ModulationTarget" for name in targets]
    far = -1073741824  # Live's word for a view that was never scrolled
    return {
        **device(ids), "ClipSlotList": slots(scenes), "MonitoringEnum": 1, "Sample": arranger(),
        **{name: ids.target(name) for name in names},
        "PitchViewScrollPosition": far, "SampleOffsetModulationScrollPosition": far,
        "Recorder": {"IsArmed": False, "TakeCounter": 1},
    }  # fmt: skip


def slots(scenes: int) -> list[Element]:
    """Return an empty clip slot for each scene."""
    slot: Parts = {"LomId": 0, "ClipSlot": {"Value": {}}, "HasStop": True, "NeedRefreeze": True}
    return [element("ClipSlot", slot, Id=index) for index in range(scenes)]


def arranger() -> Parts:
    """Return a track's empty arrangement."""
    return {"ArrangerAutomation": {"Events": {}, **transform()}}


def transform() -> Parts:
    """Return the view state that follows every list of events."""
    state: Parts = {"IsTransformPending": False, "TimeAndValueTransforms": {}}
    return {"AutomationTransformViewState": state}


def chain(routings: tuple[Routing, Routing, Routing, Routing], *, lane: Parts) -> Parts:
    """Return what a device chain begins with: audio in, MIDI in, audio out, MIDI out."""
    tags = ("AudioInput", "MidiInput", "AudioOutput", "MidiOutput")
    elements = {
        f"{tag}Routing": routing.element(f"{tag}Routing")
        for tag, routing in zip(tags, routings, strict=True)
    }
    return {
        "AutomationLanes": {
            "AutomationLanes": [element("AutomationLane", lane, Id=0)],
            "AreAdditionalAutomationLanesFolded": False,
        },
        "ClipEnvelopeChooserViewState": {
            "SelectedDevice": 0, "SelectedEnvelope": 0, "PreferModulationVisible": False,
        },
        **elements,
    }  # fmt: skip


def lane(height: int, *, selected: bool = False) -> Parts:
    """Return the view of a track's automation lane."""
    return {
        "SelectedDevice": 0, "SelectedEnvelope": 0, "IsContentSelectedInDocument": selected,
        "LaneHeight": height,
    }  # fmt: skip


def head(name: str, user_name: str, color: int, *, unfolded: bool, envelopes: Content) -> Parts:
    """Return what every track begins with."""
    return {
        "LomId": 0, "LomIdView": 0, "IsContentSelectedInDocument": False,
        "PreferredContentViewMode": 0, "TrackDelay": {"Value": 0, "IsValueSampleBased": False},
        "Name": {
            "EffectiveName": name, "UserName": user_name, "Annotation": "",
            "MemorizedFirstClipName": "",
        },
        "Color": color, "AutomationEnvelopes": {"Envelopes": envelopes}, "TrackGroupId": -1,
        "TrackUnfolded": unfolded,
        "DevicesListWrapper": element("DevicesListWrapper", LomId=0),
        "ClipSlotsListWrapper": element("ClipSlotsListWrapper", LomId=0), "ViewData": "{}",
        "TakeLanes": {"TakeLanes": {}, "AreTakeLanesFolded": True}, "LinkedTrackGroupId": -1,
    }  # fmt: skip
