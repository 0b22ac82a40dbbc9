"""`antiphon live setup`: the two tracks in a set that is open in Live, routed to our ports.

It tells first and asks, uses tracks of those names that are there, and sets only what differs; so
a second time it does nothing. What a track hears and plays is chosen from what Live itself lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.app.ableton.talk import LiveTalk
from bridge.core.errors import SettingError
from bridge.core.params import Value
from bridge.desk.fl_script import LOOPBACK
from bridge.desk.table import HEARS, NAME, PLAYS

YOU = "You"
MONITOR_IN = 0  # of Live's In, Auto and Off
MISSING = (
    "{track}: Live has no port {port!r} for {label}; start antiphon run, and switch Track on for"
    " that port in Settings, Link/Tempo/MIDI"
)
REFUSED = "{track}: Live did not set {label} to {value!r}; choose it by hand"
ALL_EARS = (
    f"choose your keyboard under MIDI From of track {YOU}: while that hears all inputs, it hears"
    " the answer too"
)


@dataclass(frozen=True, slots=True)
class Routed:
    """How one of our tracks shall be: which side of it goes to which port."""

    track: str
    side: str  # input or output
    label: str  # as Live calls that side
    port: str
    channels: tuple[str, ...]  # how Live may spell the one that is wanted, the likeliest first


ROUTED = (
    Routed(YOU, "output", "MIDI To", HEARS, ("Ch. 1", "Channel 1", "1")),
    Routed(NAME, "input", "MIDI From", PLAYS, ("All Channels", "All Ch.", "All")),
)


def port_among(names: Sequence[str], port: str) -> str | None:
    """Return what Live calls our port: by its name, by the words of it, or Windows' own pair."""
    words = port.casefold().split(" ", 1)
    spelled = [name for name in names if all(word in name.casefold() for word in words)]
    paired = [name for name in names if LOOPBACK in name]
    return next(iter([name for name in names if name == port] + spelled + paired), None)


def set_up_live(talk: LiveTalk, agree: Callable[[str], bool]) -> list[str]:
    """Make the tracks; return what could not be set and what is left to the musician.

    Nothing is done unless `agree` says so to the lines it is shown: SettingError if it does not.
    """
    names = talk.tracks()
    there = {row: talk.find(row.track, names) for row in ROUTED}
    plan = [line for row, track in there.items() for line in _differences(talk, row, track)]
    if plan:
        told = "\n".join(["in the set that is open in Live:", *plan])
        if not agree(told):
            raise SettingError("nothing was changed in Live; --yes does it without asking")
    left = []
    for row, track in there.items():
        left += _set(talk, row, _create(talk, row.track) if track is None else track)
    you = talk.find(YOU, talk.tracks())
    if you is not None and _get(talk, you, "input_routing_type") in ("All Ins", "Ext: All Ins"):
        left.append(ALL_EARS)
    return [*left, *(f"Live says: {complaint}" for complaint in talk.complaints)]


def _differences(talk: LiveTalk, row: Routed, track: int | None) -> list[str]:
    """Return a line for each thing that would be done."""
    if track is None:
        return [f"create the MIDI track {row.track}, {row.label} {row.port}, monitoring In"]
    lines = []
    if _get(talk, track, "current_monitoring_state") != MONITOR_IN:
        lines.append(f"{row.track}: set monitoring to In")
    names = [str(name) for name in _list(talk, track, row, "types")]
    now = str(_get(talk, track, f"{row.side}_routing_type"))
    if now != (port_among(names, row.port) or row.port):
        lines.append(f"{row.track}: set {row.label} to {row.port}, instead of {now}")
    elif _get(talk, track, f"{row.side}_routing_channel") not in row.channels:
        lines.append(f"{row.track}: set {row.label} to {row.channels[0]}")
    return lines


def _create(talk: LiveTalk, name: str) -> int:
    """Create a MIDI track after all others and name it; SettingError if Live does not."""
    before = talk.count("tracks")
    talk.tell("/live/song/create_midi_track", -1)
    if talk.count("tracks") != before + 1:
        raise SettingError(f"Live did not create the track {name}: does its edition allow more?")
    talk.tell("/live/track/set/name", before, name)
    return before


def _set(talk: LiveTalk, row: Routed, track: int) -> list[str]:
    """Set what differs; return a line for each thing that could not be set."""
    left = []
    if not _turn(talk, track, "current_monitoring_state", MONITOR_IN):
        left.append(REFUSED.format(track=row.track, label="monitoring", value="In"))
    port = port_among([str(name) for name in _list(talk, track, row, "types")], row.port)
    if port is None:
        return [*left, MISSING.format(track=row.track, label=row.label, port=row.port)]
    if not _turn(talk, track, f"{row.side}_routing_type", port):
        return [*left, REFUSED.format(track=row.track, label=row.label, value=port)]
    listed = _list(talk, track, row, "channels")  # those of the port that was just chosen
    channel = next((name for name in row.channels if name in listed), row.channels[0])
    if not _turn(talk, track, f"{row.side}_routing_channel", channel):
        left.append(REFUSED.format(track=row.track, label=row.label, value=channel))
    return left


def _turn(talk: LiveTalk, track: int, name: str, value: Value) -> bool:
    """Set a property unless it is so already, and tell whether it is so now."""
    if _get(talk, track, name) == value:
        return True
    talk.tell(f"/live/track/set/{name}", track, value)
    return _get(talk, track, name) == value


def _get(talk: LiveTalk, track: int, name: str) -> Value:
    return talk.value(f"/live/track/get/{name}", track)


def _list(talk: LiveTalk, track: int, row: Routed, what: str) -> Sequence[Value]:
    return talk.ask(f"/live/track/get/available_{row.side}_routing_{what}", track)[1:]
