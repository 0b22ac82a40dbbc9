"""Who conducts besides a MIDI clock, as the player hears them: FL's script, JACK, Link, Live."""

from __future__ import annotations

from bridge.app.player.herald import Herald
from bridge.core.beat import BeatClock
from bridge.core.errors import SettingError
from bridge.core.events import Placed, Shared
from bridge.intake.fl import FlBeat, FlMeter, FlStopped, read
from bridge.listen.told import Song
from bridge.listen.transport import Transport


def hear_fl(second: float, message: bytes, transport: Transport, herald: Herald) -> bool:
    """Take in what FL Studio's script says in SysEx, and tell whether it was its."""
    said = read(message)
    if said is None:
        return False
    herald.met(said)
    match said:
        case FlBeat(beat, bpm):
            transport.reach(BeatClock(second, beat, bpm))
        case FlStopped():
            transport.rest()
        case FlMeter(beats, unit) if transport.source in ("fl", "midi"):
            herald.meter((beats, unit))
    return True


def join(told: Shared | Placed, transport: Transport) -> None:
    """Take in what control hears of the Link session and of Live."""
    match told:
        case Shared(second, beat, bpm, quantum, playing, peers):
            line = BeatClock(second, beat, bpm)
            transport.share(line, quantum=quantum, playing=playing, peers=peers)
        case Placed(second, beat):
            transport.place(second, beat)


def check_jack(wanted: str, *, there: bool) -> None:
    """Raise SettingError if JACK's transport is asked for by name and is not there."""
    if wanted == "jack" and not there:
        raise SettingError(
            "clock/source is jack, but no JACK transport can be heard: that takes a JACK server,"
            " the Python package JACK-Client and --api jack or jack-exact"
        )


def attend_jack(song: Song, transport: Transport, herald: Herald) -> None:
    """Take in where JACK's transport is, and the meter of whoever keeps its time."""
    transport.attend(song)
    if song.master and transport.source == "jack":
        herald.meter((song.beats, song.unit))
