"""The Ardour session template: two MIDI tracks cabled to Antiphon, and its clock sent there.

The sections are those without which Ardour 7.3 refuses a session; it adds what else it wants. Ports
have JACK's names, `client:port`, as `bridge.core.devices` gives them.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bridge.core.devices import own_names
from bridge.desk.table import NAME
from bridge.desk.tree import Scalar, document, element

SCHEMA = "7002"  # of Ardour 7; newer ones open it
PROGRAM = "Ardour 7.0"
TEMPO = 120
SUPERCLOCK = 282_240_000  # Ardour's ticks a second
HEARS, PLAYS = (":".join(own_names(kind, "jack", NAME)) for kind in ("input", "output"))


def template() -> bytes:
    """Return the session."""
    return document(_session(), "  ")


def _session() -> Element:
    empty = ("Metadata", "Sources", "Regions", "Selection", "Locations", "Bundles", "VCAManager")
    rest = ("UnusedPlaylists", "RouteGroups", "ControlProtocols")
    clock = _port("MIDI Clock out", HEARS, direction="output")
    option = element("Option", name="native-file-data-format", value="FormatFloat")
    version = element("ProgramVersion", **{"created-with": PROGRAM, "modified-with": PROGRAM})
    tracks = [_master(), _track(1, "You", "", HEARS), _track(2, NAME, PLAYS, "")]
    sections = [
        version, element("MIDIPorts", [clock]), element("Config", [option]),
        *map(element, empty), element("Routes", tracks),
        element("Playlists", [_playlist(1, "You"), _playlist(2, NAME)]),
        *map(element, rest[:2]), _tempo_map(), element(rest[2]),
    ]  # fmt: skip
    attributes: dict[str, Scalar] = {
        "version": SCHEMA, "name": NAME, "sample-rate": 48000, "id-counter": 1000,
    }  # fmt: skip
    return element("Session", sections, **attributes)


def _master() -> Element:
    heard = [_port(f"Master/audio_in {n}", "", type="audio") for n in (1, 2)]
    played = [_port(f"Master/audio_out {n}", f"system:playback_{n}", type="audio") for n in (1, 2)]
    parts = [
        element("PresentationInfo", order=0, flags="MasterOut,OrderSet", color=0),
        _io("Master", 11, "Input", heard),
        _io("Master", 12, "Output", played),
    ]
    return _route(10, "Master", "audio", parts)


def _track(number: int, name: str, source: str, target: str) -> Element:
    """Return a MIDI track that is monitored, heard from `source` and sent to `target`."""
    first = (number + 1) * 10
    parts = [
        element("PresentationInfo", order=number, flags="MidiTrack,OrderSet", color=0),
        element(
            "Controllable", name="monitor", id=first + 4, flags="RealTime", value=1,
            monitoring="MonitorInput",
        ),
        _io(name, first + 1, "Input", [_port(f"{name}/midi_in 1", source, type="midi")]),
        _io(name, first + 2, "Output", [_port(f"{name}/midi_out 1", target, type="midi")]),
    ]  # fmt: skip
    more: dict[str, Scalar] = {"midi-playlist": first + 3, "mode": "Normal"}
    return _route(first, name, "midi", parts, **more)


def _route(number: int, name: str, kind: str, parts: list[Element], **more: Scalar) -> Element:
    attributes: dict[str, Scalar] = {
        "version": SCHEMA, "id": number, "name": name, "default-type": kind, "strict-io": 1,
        "active": 1, **more,
    }  # fmt: skip
    fader = element("Processor", id=number + 5, name="Amp", active=1, type="amp")
    return element("Route", [*parts, fader], **attributes)


def _io(name: str, number: int, direction: str, ports: list[Element]) -> Element:
    kind = ports[0].get("type", "")
    attributes: dict[str, Scalar] = {
        "name": name, "id": number, "direction": direction, "default-type": kind,
    }  # fmt: skip
    return element("IO", ports, **attributes)


def _port(name: str, other: str, **more: Scalar) -> Element:
    cable = [element("Connection", other=other)] if other else []
    return element("Port", cable, name=name, **more)


def _playlist(number: int, name: str) -> Element:
    first = (number + 1) * 10
    attributes: dict[str, Scalar] = {
        "id": first + 3, "name": name, "type": "midi", "orig-track-id": first,
    }  # fmt: skip
    return element("Playlist", **attributes)


def _tempo_map() -> Element:
    start: dict[str, Scalar] = {"sclock": 0, "quarters": "0:0", "bbt": "1|1|0"}
    tempo: dict[str, Scalar] = {
        "npm": TEMPO, "enpm": TEMPO, "note-type": 4, "type": "Constant", "active": 1,
        "locked-to-meter": 0, "continuing": 0, **start, "omega": 0,
    }  # fmt: skip
    meter: dict[str, Scalar] = {"note-value": 4, "divisions-per-bar": 4, **start}
    rate: dict[str, Scalar] = {"superclocks-per-second": SUPERCLOCK}
    return element("TempoMap", [
        element("Tempos", [element("Tempo", **tempo)]),
        element("Meters", [element("Meter", **meter)]), element("MusicTimes"),
    ], **rate)  # fmt: skip
