"""What follows the tracks in a set of Ableton Live 11.3: scenes, transport, views."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bridge.desk.live_parts import Parts
from bridge.desk.tree import element

NEVER_OPENED = -2147483648  # the edges of a video window nobody has moved
ONE_BAR = 4  # of Live's launch quantisations


def after_tracks(scenes: int, tempo: float, meter: int) -> Parts:
    """Return everything after the last track; there are no return tracks."""
    return {
        "SendsPre": {}, "Scenes": [_scene(i, tempo, meter) for i in range(scenes)],
        **_transport(), **_editing(), **_lists(), **_playing(), **_window(),
    }  # fmt: skip


def _scene(index: int, tempo: float, meter: int) -> Element:
    follow: Parts = {
        "FollowTime": 4, "IsLinked": True, "LoopIterations": 1, "FollowActionA": 4,
        "FollowActionB": 0, "FollowChanceA": 100, "FollowChanceB": 0, "JumpIndexA": 0,
        "JumpIndexB": 0, "FollowActionEnabled": False,
    }  # fmt: skip
    return element("Scene", {
        "FollowAction": follow, "Name": "", "Annotation": "", "Color": -1, "Tempo": tempo,
        "IsTempoEnabled": False, "TimeSignatureId": meter, "IsTimeSignatureEnabled": False,
        "LomId": 0, "ClipSlotsListWrapper": element("ClipSlotsListWrapper", LomId=0),
    }, Id=index)  # fmt: skip


def _transport() -> Parts:
    return {
        "Transport": {
            "PhaseNudgeTempo": 10, "LoopOn": False, "LoopStart": 8, "LoopLength": 16,
            "LoopIsSongStart": False, "CurrentTime": 0, "PunchIn": False, "PunchOut": False,
            "MetronomeTickDuration": 0, "DrawMode": False,
        },
        "SongMasterValues": [element("SessionScrollerPos", X=0, Y=0)], "SignalModulations": {},
        "GlobalQuantisation": ONE_BAR, "AutoQuantisation": 0,
    }  # fmt: skip


def _editing() -> Parts:
    lanes = [_lane(0, 0, 41, small=False), _lane(1, 1, 41, small=False)]
    lanes += [_lane(index, index, 41, small=True) for index in (2, 3)]
    return {
        "Grid": {
            "FixedNumerator": 1, "FixedDenominator": 16, "GridIntervalPixel": 20, "Ntoles": 2,
            "SnapToGrid": True, "Fixed": False,
        },
        "ScaleInformation": {"RootNote": 0, "Name": "Major"}, "InKey": False, "SmpteFormat": 0,
        "TimeSelection": {"AnchorTime": 0, "OtherTime": 0},
        "SequencerNavigator": [
            element("BeatTimeHelper", {"CurrentZoom": 0.25}), element("ScrollerPos", X=0, Y=0),
            element("ClientSize", X=745, Y=490),
        ],
        "IsContentSplitterOpen": True, "IsExpressionSplitterOpen": True, "ExpressionLanes": lanes,
        "ContentLanes": [_lane(0, 4, 41, small=False), _lane(1, 5, 25, small=True)],
        "ViewStateFxSlotCount": 4, "ViewStateSessionMixerHeight": 120,
        "Locators": {"Locators": {}}, "DetailClipKeyMidis": {},
    }  # fmt: skip


def _lane(index: int, kind: int, size: int, *, small: bool) -> Element:
    return element("ExpressionLane", {"Type": kind, "Size": size, "IsMinimized": small}, Id=index)


def _lists() -> Parts:
    names = ("Tracks", "VisibleTracks", "ReturnTracks", "Scenes", "CuePoints")
    return {f"{name}ListWrapper": element(f"{name}ListWrapper", LomId=0) for name in names}


def _playing() -> Parts:
    return {
        "ChooserBar": 1, "Annotation": "", "SoloOrPflSavedValue": True, "SoloInPlace": True,
        "CrossfadeCurve": 2, "LatencyCompensation": 2, "HighlightedTrackIndex": 0,
        "GroovePool": {"LomId": 0, "Grooves": {}}, "AutomationMode": False,
        "SnapAutomationToGrid": True, "ArrangementOverdub": False, "ColorSequenceIndex": 0,
        "AutoColorPickerForPlayerAndGroupTracks": {"NextColorIndex": 6},
        "AutoColorPickerForReturnAndMasterTracks": {"NextColorIndex": 15}, "ViewData": "{}",
        "ResetNonautomatedMidiControllersOnClipStarts": True, "MidiFoldIn": False,
        "MidiFoldMode": 0, "MultiClipFocusMode": False, "MultiClipLoopBarHeight": 0,
        "MidiPrelisten": False, "LinkedTrackGroups": {}, "AccidentalSpellingPreference": 3,
        "PreferFlatRootNote": False, "UseWarperLegacyHiQMode": False,
    }  # fmt: skip


def _window() -> Parts:
    edges = dict.fromkeys(("Top", "Left", "Bottom", "Right"), NEVER_OPENED)
    session = {f"Session{name}": 1 for name in ("IO", "Sends", "Returns", "Mixer")}
    arranger = {f"Arranger{name}": 1 for name in ("IO", "Returns", "Mixer")}
    return {
        "VideoWindowRect": element("VideoWindowRect", **edges), "ShowVideoWindow": True,
        "TrackHeaderWidth": 93, "ViewStateArrangerHasDetail": True,
        "ViewStateSessionHasDetail": True, "ViewStateDetailIsSample": False,
        "ViewStates": {
            **session, "SessionTrackDelay": 0, "SessionCrossFade": 0, "SessionShowOverView": 0,
            **arranger, "ArrangerTrackDelay": 0, "ArrangerShowOverView": 1,
        },
    }  # fmt: skip
