"""Writes docs/parameters.md from the tables: parameters, actions, requests, feedback.

python -m bridge.control.manual [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bridge.control.surfaces import READINGS, REPLIES, REQUESTS, ROOT
from bridge.core.errors import SettingError
from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS, Param, Value

PAGE = Path(__file__).resolve().parents[2] / "docs" / "parameters.md"
SHOWN_CHOICES = 16  # a longer list is shown by its beginning
_TYPES = {"i": "whole number", "f": "number", "s": "text"}
_MEANING = {
    "start": "Take part: the next note you play begins a phrase; starts our own clock if none runs",
    "stop": "Finish: the answer ends and phrases are no longer heard",
    "panic": "Silence, at once: every note is released",
    "reset": "Forget what was played; parameters stay",
    "trigger": "End the phrase now and answer it",
    "tap": "Tap quarter notes: from the second tap on they set the tempo of our own clock",
    "undo": "Take back what was turned last, by any hand; quick turns of a parameter, a prompt "
    "with all it has set and a preset count as one",
    "redo": "Turn again what was taken back last",
}

HEAD = """\
<!-- Made by `antiphon docs` from bridge/core/params.py and bridge/control/surfaces.py. -->

# Parameters and OSC

Antiphon listens for OSC on 127.0.0.1, port 9000 (`--osc-port` changes it, 0 turns it off), over
UDP and over TCP, there with each packet's length before it (`oscsend osc.tcp://127.0.0.1:9000
...`) or in SLIP, as OSC 1.1 has it; the first byte tells. Over TCP all answers come on the
connection. `oscdump 9001` prints what changes once `/jam/subscribe 9001` was sent.

OSCQuery, port 9081 (`--query-port`), tells a program all that is on this page, with limits and
values: `http://127.0.0.1:9081/`. On its WebSocket `LISTEN` and `IGNORE` choose what is sent, and
OSC packets are obeyed. Programs on this machine find both ports by zeroconf, as `_oscjson._tcp`
and `_osc._udp`.

From other machines nothing of this can be reached. `antiphon run --lan --allow 192.168.1.20`
opens it to the local network, and says so line by line: OSC and OSCQuery to the addresses after
`--allow`, the panel to whoever has its link, which stays the same until `--new-token`. An address
can be forged by others on the same network, and nothing is encrypted: use it where you know who is
there.

## Parameters

Send a value to set a parameter; send no value to read it. The value that was applied comes back
on the same address, to you and to all subscribers: to you each one, to them, of a fader that
moves, the newest every few milliseconds, or as often as they have asked for. Of two who turn the
same thing the last wins, and both are told. Numbers beyond the limits are brought to the limit, and
whole numbers may be sent as floats, as faders do. A pattern of OSC 1.0 (`/jam/range/*`,
`/jam/{top_p,top_k}`, `/jam/call/[em]*`) sets or reads all parameters and presses all actions that
it matches. From the command line: `antiphon run --set temperature=1.1 --set "key=F# minor"`.
"""
ACTIONS_HEAD = """
## Actions

Send the address alone, or with a number: buttons that send 1 when pressed and 0 when let go
act once. Parameters that an action changes come back to you.
"""
REQUESTS_HEAD = "\n## Requests\n"
PRESETS_HEAD = """
## Presets

A preset is a TOML file, `NAME.toml`, with parameters by name (`call_bars = 2`), in the folder that
`antiphon run --presets` says. What a file does not name stays as it is when recalled. One that
is broken, or has a value that cannot be, is told and changes nothing; a key that no preset keeps is
told and skipped. No preset keeps what belongs to the machine or the moment rather than the music:
"""
FEEDBACK_HEAD = """
## Feedback

Sent to subscribers when it changes, and to anyone who sends the address alone.
"""
ERRORS = """
Codes of `/jam/error`: 2 a value, name or address that cannot be; 3 a port; 4 a model; 5 a MIDI
file; 1 anything else. Bundles are obeyed at their time tag, up to 60 s ahead.
"""


def meaning(action: str) -> str:
    """Return what one of ACTIONS does."""
    return _MEANING.get(action, "")


def page() -> str:
    """Return the whole page."""
    parts = [
        HEAD,
        _table(
            ("Address", "Type", "Range", "Default", "Unit", "What it does"),
            (_parameter(row) for row in PARAMS.values()),
        ),
        ACTIONS_HEAD,
        _table(("Address", "What it does"), ((_code(name), meaning(name)) for name in ACTIONS)),
        REQUESTS_HEAD,
        _table(
            ("Address", "Arguments", "What it does"),
            ((_code(name), types or "-", text) for name, (types, text) in REQUESTS.items()),
        ),
        PRESETS_HEAD
        + ", ".join(_code(p.knob.address) for p in PARAMS.values() if not p.knob.preset)
        + ".",
        FEEDBACK_HEAD,
        _table(
            ("Address", "Types", "Meaning"),
            (
                *((_code(r.address), r.types, r.help) for r in READINGS),
                *((_code(name), types, text) for name, (types, text) in REPLIES.items()),
            ),
        ),
        ERRORS,
    ]
    return "\n".join(parts)


def update(*, check: bool) -> None:
    """Write the page; with `check`, raise SettingError if it is not up to date."""
    if not check:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        raise SettingError(f"{PAGE.name} is out of date; run: antiphon docs")


def _parameter(row: Param) -> tuple[str, ...]:
    knob = row.knob
    when = "; takes effect at the next bar line" if knob.on_bar else ""
    return (
        _code(knob.address),
        _TYPES[row.osc_type],
        _limits(row),
        _shown(row.default),
        knob.unit,
        knob.help + when,
    )


def _limits(row: Param) -> str:
    choices = row.knob.choices
    if len(choices) > SHOWN_CHOICES:
        return ", ".join(choices[:4]) + f", ... ({len(choices)} in all)"
    if row.type is str:
        free = f"up to {_shown(row.knob.high)} characters" if row.knob.high else "a name"
        return ", ".join(choices) or free
    return f"{_shown(row.knob.low)} to {_shown(row.knob.high)}"


def _shown(value: Value) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _code(address: str) -> str:
    return f"`{ROOT}{address}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    try:
        update(check="--check" in sys.argv[1:])
    except SettingError as error:
        raise SystemExit(str(error)) from None
