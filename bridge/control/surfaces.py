"""The desk without its wires: what a message asks for, and what a control surface can read.

Conventions: addresses are relative to `/jam/`; a reading is what is sent back, a tuple of OSC
arguments. Parameters come from PARAMS, actions from ACTIONS, readings from READINGS: a new row in
one of them is served, documented and tested without another line.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bridge.control.orders import Do, Order, Ping, Press, Show, Subscribe, Turn, Unsubscribe
from bridge.control.packets import Arguments
from bridge.control.snapshot import Snapshot
from bridge.core.errors import SettingError
from bridge.core.events import ACTIONS
from bridge.core.keys import KEY_NAMES
from bridge.core.params import BY_ADDRESS, Param, Value
from bridge.core.voices import VOICE_NAMES

ROOT = "/jam/"
LISTS = ("models", "keys", "voices", "presets", "learned", "takes")
LIKE = 0.7  # of 1: an address that is to be taken for a misspelt one
SLOWEST, USUAL, FASTEST = 1.0, 10.0, 60.0  # updates a second a subscriber may ask for


@dataclass(frozen=True, slots=True)
class Reading:
    """Something a surface can show: its address, OSC types, help and how it is read."""

    address: str
    types: str
    help: str
    read: Callable[[Snapshot], Arguments]


def _transport(snapshot: Snapshot) -> Arguments:
    if snapshot.pulse is None:
        return ("stopped", snapshot.settings.clock_bpm, 0.0)
    word = "playing" if snapshot.pulse.playing else "stopped"
    return (word, round(snapshot.pulse.bpm, 2), round(snapshot.counted, 3))


def _clock(snapshot: Snapshot) -> Arguments:
    pulse = snapshot.pulse
    return (pulse.source, pulse.status, pulse.reason) if pulse else ("internal", "stopped", "")


def _preset(snapshot: Snapshot) -> Arguments:
    preset = snapshot.preset
    return (preset.name, "" if preset.holds(snapshot.settings) else "*") if preset else ("", "")


def _measure(snapshot: Snapshot) -> Arguments:
    if snapshot.api == "loopback":
        return ("",)  # a musician inside has no way there and back
    ends = zip(("--input", "--output"), snapshot.chosen, strict=True)
    named = [word for flag, name in ends if name for word in (flag, f'"{name}"')]
    return (" ".join(["antiphon calibrate --api", snapshot.api, *named]),)


READINGS = (
    Reading("state", "s", "What the jam does: idle, armed, listening, thinking, responding",
            lambda s: (s.status.state,)),
    Reading("transport", "s f f", "playing or stopped, the tempo in BPM, the beat of the song",
            _transport),
    Reading("bar", "i", "The bar of the song, counted from 1", lambda s: (s.bar,)),
    Reading("clock", "s s s", "Who conducts: midi, link, jack, fl or internal; its status; why",
            _clock),
    Reading("clock/status", "s", "The clock that conducts: locked, free, lost or stopped",
            lambda s: (s.pulse.status if s.pulse else "stopped",)),
    Reading("live", "s", "The Live set, where AbletonOSC tells of it", lambda s: (s.live,)),
    Reading("fl", "s", "FL Studio's controller script, once it was heard", lambda s: (s.fl,)),
    Reading("midi", "s s", "The MIDI ports we hear and play", lambda s: s.ports),
    Reading("ports/chosen", "s s", "The same as they were chosen; empty is a port of our own",
            lambda s: s.chosen),
    Reading("device", "s s", "The model that answers and where it is computed",
            lambda s: (s.status.model, s.status.provider)),
    Reading("late", "i i i i", "Notes sent in time, sent more than 20 ms late, snapped, left out",
            lambda s: (s.late.sent - s.late.late - s.late.snapped, s.late.late, s.late.snapped,
                       s.late.dropped)),
    Reading("latency", "f f f", "Milliseconds of a note step of the model, median and 95th "
            "percentile, and how long before its first beat an answer must be begun",
            lambda s: (round(s.status.step_ms, 2), round(s.status.p95_ms, 2),
                       round(s.status.lead_ms, 2))),
    Reading("latency/measure", "s", "The command that measures latency/offset for these ports; the "
            "jam must have ended. Empty without MIDI", _measure),
    Reading("late/count", "i i", "Notes sent more than 20 ms late, notes left out",
            lambda s: (s.late.late, s.late.dropped)),
    Reading("candidates/tried", "i", "Answers that were tried before this one was chosen",
            lambda s: (s.status.tried,)),
    Reading("fallback", "i", "Bars filled with your phrase, varied, because the model was too late",
            lambda s: (s.status.fallback,)),
    Reading("prompt/understood", "s", "What the prompt was taken to say, and what was not known",
            lambda s: (s.understood,)),
    Reading("notice", "s", "What the model cannot do of what is asked of it now",
            lambda s: (s.notice,)),
    Reading("take", "i", "The number of the answer", lambda s: (s.status.take,)),
    Reading("take/file", "s", "The file of the last phrase and answer that were kept",
            lambda s: (s.saved,)),
    Reading("key/heard", "s", "The key your phrase is in, as far as it can be told",
            lambda s: (s.status.key,)),
    Reading("chord", "s", "The chord of all that sounds: Am7, F/A; empty after a bar of silence",
            lambda s: (s.chord,)),
    Reading("preset", "s s", "The preset in force; * when something it keeps was changed since",
            _preset),
    Reading("learning", "s", "The address that waits for the next knob or key",
            lambda s: (s.learning,)),
    Reading("learned", "s", "What was learned last, what does it now, and what that did before",
            lambda s: (s.learned,)),
    Reading("control/waits", "s", "The knob that has to meet its value, and which way to turn it",
            lambda s: (s.waits,)),
)  # fmt: skip

#: What else is sent: answers and events, with their types and meaning.
REPLIES = {
    "hello": ("s s f", "Sent to a new subscriber and at another rate: name, version, rate in Hz"),
    "pong": ("i", "The number of your ping"),
    "error": ("i s", "A message that could not be obeyed, or trouble in the jam: code and reason"),
}

#: What is done with a name, and takes its time: arguments and meaning.
DEEDS = {
    "preset/save": ("s", "Keep all parameters but those of machine and moment under this name"),
    "preset/load": ("s", "Recall a preset: at the next bar line, at once where no song plays"),
    "preset/delete": ("s", "Delete a preset"),
    "learn": ("s", "Bind the next knob or note within 20 s to this address; an empty one gives up"),
    "forget": ("s", "Let no knob or key do this any more, whatever the map of --controller says"),
    "restore": ("s", "Let the knob or key do this again that has it in the map of --controller"),
    "ports/input": ("s", "Listen to this MIDI port; a part of its name will do, empty is our own"),
    "ports/output": ("s", "Answer on this MIDI port, in the same way"),
}

#: Lists that are looked for anew when they are asked for, and take a moment.
LOOKED = {
    "list/inputs": ("", "The MIDI ports one can listen to now"),
    "list/outputs": ("", "The MIDI ports one can play to now"),
}

_SUBSCRIBE = "Send all changes to me for 30 s, to this port (else the one I send from), this often"
_UNPACED = "without a rate parameters at once, readings"
#: What can be asked besides parameters and actions: arguments and meaning.
REQUESTS = {
    "get/ADDRESS": ("", "Read one parameter or reading"),
    "dump": ("", "Read every parameter and reading"),
    **{
        f"list/{name}": ("", f"The names of all {name}")
        for name in ("models", "keys", "voices", "presets")
    },
    "list/learned": ("", "What knobs and keys do, a line each: ADDRESS: CC or note, channel"),
    "list/takes": ("", "The files of the newest 100 takes, the newest first"),
    **LOOKED,
    **DEEDS,
    "subscribe": (
        "[i port] [f Hz]",
        f"{_SUBSCRIBE} ({SLOWEST:g} to {FASTEST:g} Hz); {_UNPACED} at {USUAL:g} Hz",
    ),
    "unsubscribe": ("[i port]", "Send no more changes"),
    "ping": ("i", "Answered by pong with the same number"),
}


def understand(address: str, arguments: Arguments) -> Order | None:
    """Return what a message asks for, None for nothing; SettingError if it makes no sense."""
    name = address.removeprefix(ROOT) if address.startswith(ROOT) else ""
    if row := BY_ADDRESS.get(name):
        return Turn(row.name, _raw(row, arguments)) if arguments else Show((name,))
    if name in ACTIONS:
        return _press(name, arguments)
    if name in REPLIES or (arguments and (name in _READ or name in LOOKED)):
        return None  # another Antiphon's feedback: answering it would never end
    if name in _READ or (name.startswith("list/") and name[5:] in LISTS):
        return Show((name,))
    if name.startswith("get/") and (name[4:] in BY_ADDRESS or name[4:] in _READ):
        return Show((name[4:],))
    return _request(name, address, arguments)


def readable() -> tuple[str, ...]:
    """Return the addresses of all parameters and readings."""
    return (*BY_ADDRESS, *_READ)


_READ: Mapping[str, Reading] = {reading.address: reading for reading in READINGS}


def _request(name: str, address: str, arguments: Arguments) -> Order:
    match name, arguments:
        case "dump", ():
            return Show(readable())
        case _, (str(), *_) if name in DEEDS and all(isinstance(a, str) for a in arguments):
            return Do(name, " ".join(map(str, arguments)))
        case _, () if name in LOOKED:
            return Do(name, "")
        case "ping", (int() as number,):
            return Ping(number)
        case "subscribe", _ if len(arguments) <= 2:
            hertz = _hertz(arguments[1]) if len(arguments) == 2 else None
            return Subscribe(_port((*arguments, 0)[0]), hertz)
        case "unsubscribe", _ if len(arguments) <= 1:
            return Unsubscribe(_port((*arguments, 0)[0]))
        case _ if name in {"dump", "ping", "subscribe", "unsubscribe", *DEEDS}:
            takes = REQUESTS[name][0] or "no arguments"
            raise SettingError(f"{address} takes {takes}, not {_shown(arguments)}")
    known = (*BY_ADDRESS, *ACTIONS, *_READ, *REQUESTS)
    asked = address[:80].removeprefix(ROOT).removeprefix("get/")
    near = difflib.get_close_matches(asked, known, 1, LIKE)
    hint = f"; did you mean {ROOT}{near[0]}?" if near else ""
    raise SettingError(f"unknown address {address[:80]}{hint}")


def _press(action: str, arguments: Arguments) -> Press | None:
    match arguments:
        case ():
            return Press(action)
        case (int() | float() as pressed,) if math.isfinite(pressed):
            return Press(action) if pressed else None  # buttons send 0 when they are let go
    raise SettingError(f"{ROOT}{action} takes no arguments, not {_shown(arguments)}")


def _raw(row: Param, arguments: Arguments) -> Value:
    address = ROOT + row.knob.address
    if row.type is str:
        return " ".join(_word(row, argument) for argument in arguments)
    if len(arguments) != 1 or isinstance(arguments[0], str) or not math.isfinite(arguments[0]):
        raise SettingError(f"{address} takes one number, not {_shown(arguments)}")
    return arguments[0]


def _word(row: Param, argument: Value) -> str:
    if isinstance(argument, str):
        return argument
    # A meter's unit is one of "2", "4", ...: a sender may well have it as a number.
    if row.knob.choices and not isinstance(argument, bool) and math.isfinite(argument):
        return f"{argument:g}"
    raise SettingError(f"{ROOT}{row.knob.address} takes text, not {argument!r}")


def _port(port: Value) -> int:
    if not isinstance(port, int | float) or port != port // 1 or not 0 <= port <= 65535:
        raise SettingError(f"a port must be in 1..65535, not {port!r}")
    return int(port)


def _hertz(hertz: Value) -> float:
    if not isinstance(hertz, int | float) or math.isnan(hertz):
        raise SettingError(f"the rate must be in {SLOWEST:g}..{FASTEST:g} Hz, not {hertz!r}")
    return min(max(float(hertz), SLOWEST), FASTEST)


def _shown(arguments: Arguments) -> str:
    return " ".join(repr(argument) for argument in arguments)[:60] or "nothing"


def reading(address: str, snapshot: Snapshot, names: Callable[[str], Sequence[str]]) -> Arguments:
    """Return what is read at the address of a parameter, a reading or a list (of `names`)."""
    if row := BY_ADDRESS.get(address):
        return (getattr(snapshot.settings, row.name),)
    if shown := _READ.get(address):
        return shown.read(snapshot)
    return {"list/keys": KEY_NAMES, "list/voices": VOICE_NAMES}.get(address) or tuple(
        names(address.removeprefix("list/"))
    )


def readings(snapshot: Snapshot) -> dict[str, Arguments]:
    """Return every reading of a snapshot by its address."""
    return {shown.address: shown.read(snapshot) for shown in READINGS}
