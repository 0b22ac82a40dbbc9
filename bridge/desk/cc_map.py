"""Which control change turns which parameter, and how far: maps of controllers, pages for eyes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bridge.core.params import Param, Value
from bridge.desk.cc_numbers import Given, Ledger, more
from bridge.desk.controllers import CONTROLLERS, GENERIC, Control, Controller
from bridge.desk.table import HEARS, NAME, PLAYS, Table, address, kind, limits

FORMAT = "antiphon-cc-map"
STEPS = 128  # of a control change
DOWN = 64  # a switch is down from here on (MIDI 1.0 Detailed Specification, controllers 64 to 69)

HEAD = f"""\
<!-- Made by `antiphon templates`. -->

# Knobs and faders

A map says which knob turns what. A value of 0 to 127 runs evenly from the lowest to the highest
value of a parameter, or through its choices in their order. Parameters that are words or long
numbers have no knob. Where a controller has fewer knobs than there are parameters, the numbers came
first, in the order of the table; what is left out is in the map `generic`. What a knob turns stays
as it is from version to version: a new parameter takes the next knob that is free.

`antiphon run --controller NAME` obeys a map; the names are those of the files beside this page,
which hold the same as JSON for other programs. Connect the controller to the MIDI input of {NAME}.
Any other knob, fader or key is taught with `/jam/learn ADDRESS`: it is the next one that you touch.
What is bound is not heard as music. What it turns is shown on it, where it has a lamp, a ring or a
motor and hears {NAME}'s port for controllers: docs/daw/surfaces.md.
"""
LIVE = f"""\
<!-- Made by `antiphon templates`. -->

# Ableton Live: what to map

`antiphon run --controller generic` obeys these control changes, where they reach its MIDI input.
Two ways lead there from Live's knobs.

1. **Control changes from a clip or a knob.** Make a MIDI track with `MIDI To` set to `{HEARS}`,
   `Ch. {GENERIC.channel}`. An envelope of its clips (Clip View, Envelopes, MIDI Ctrl) sends the
   numbers below. Run with `--set control_takeover=off` then: an envelope, unlike a knob, may jump.
2. **Your controller in Live's own mapping.** In MIDI map mode (Ctrl+M, Cmd+M) click what is to be
   mapped, then turn the knob. Leave `Remote` off for `{PLAYS}` in Live's MIDI settings: notes of
   an answer would else work what they are mapped to.

| control change on channel {GENERIC.channel} | turns | 0 to 127 is |
| ---: | --- | --- |
"""


def has_knob(row: Param) -> bool:
    """Tell whether a parameter can be turned by a knob: words and long numbers cannot."""
    return kind(row) in {"fader", "choice"} and len(row.knob.choices) <= STEPS


def value_at(row: Param, data: int) -> Value:
    """Return the value of a parameter that has a knob, with the knob at `data`, 0..127."""
    knob = row.knob
    if knob.choices:
        return knob.choices[data * len(knob.choices) // STEPS]
    value = knob.low + (knob.high - knob.low) * data / (STEPS - 1)
    return round(value) if row.type is int else value


def data_at(row: Param, value: Value) -> int:
    """Return where a knob stands that has this value: 0..127, at the ends for the ends."""
    knob = row.knob
    if not knob.choices:
        share = (float(value) - knob.low) / (knob.high - knob.low)
        return round(share * (STEPS - 1))
    count, place = len(knob.choices), knob.choices.index(str(value))
    first, beyond = (-(-STEPS * n // count) for n in (place, place + 1))
    even = round(place * (STEPS - 1) / max(count - 1, 1))
    return min(max(even, first), beyond - 1)


def next_choice(row: Param, value: Value) -> str:
    """Return the choice after this one, the first after the last."""
    choices = row.knob.choices
    return choices[(choices.index(str(value)) + 1) % len(choices)]


def numbers(table: Table, controller: Controller) -> Mapping[str, Given]:
    """Return the numbers of its knobs and buttons, of those that are new too.

    Of new parameters faders come before choices where knobs are few.
    """
    given = table.numbers.get(controller.file, {})
    rows = [row for row in table.params if has_knob(row)]
    if len(rows) > len(controller.turns):
        rows.sort(key=lambda row: kind(row) != "fader")
    turns = [row.knob.address for row in rows]
    return {
        "turns": more(given.get("turns", {}), turns, controller.turns),
        "presses": more(given.get("presses", {}), table.actions, controller.presses),
    }


def ledger(table: Table) -> Ledger:
    """Return the numbers on all controllers, of what is new too."""
    return {each.file: numbers(table, each) for each in CONTROLLERS}


def turned(table: Table, controller: Controller) -> list[tuple[Control, Param]]:
    """Return each knob that turns a parameter, with it."""
    given = numbers(table, controller)["turns"]
    rows = {given.get(row.knob.address): row for row in table.params if has_knob(row)}
    return [(each, rows[each.number]) for each in controller.turns if each.number in rows]


def pressed(table: Table, controller: Controller) -> list[tuple[Control, str]]:
    """Return each button that does an action, with it."""
    given = numbers(table, controller)["presses"]
    names = {given.get(name): name for name in table.actions}
    return [(each, names[each.number]) for each in controller.presses if each.number in names]


def cc_map(table: Table, controller: Controller) -> str:
    """Return the map of a controller as JSON."""
    whole = {
        "format": FORMAT, "version": 1, "controller": controller.name,
        "channel": controller.channel,
        "turns": [_turn(control, row) for control, row in turned(table, controller)],
        "presses": [
            {**_control(control), "address": address(name)}
            for control, name in pressed(table, controller)
        ],
    }  # fmt: skip
    return json.dumps(whole, indent=1) + "\n"


def page(table: Table) -> str:
    """Return all maps as a page of Markdown."""
    parts = [HEAD]
    for controller in CONTROLLERS:
        parts.append(f"\n## {controller.name}\n\nMIDI channel {controller.channel}.\n\n")
        parts.append("| control | sends | turns or does |\n| --- | --- | --- |\n")
        parts += [
            f"| {control.name} | {_sends(control)} | `{address(name)}` |\n"
            for control, name in (
                *((c, row.knob.address) for c, row in turned(table, controller)),
                *pressed(table, controller),
            )
        ]
    return "".join(parts)


def live_sheet(table: Table) -> str:
    """Return the sheet of what to map in Ableton Live."""
    rows = [
        *((c, row.knob.address, limits(row)) for c, row in turned(table, GENERIC)),
        *((c, name, f"{DOWN} and more is pressed") for c, name in pressed(table, GENERIC)),
    ]
    return LIVE + "".join(
        f"| {control.number} | `{address(name)}` | {span} |\n" for control, name, span in rows
    )


def _control(control: Control) -> dict[str, Any]:
    return {"control": control.name, control.message: control.number}


def _turn(control: Control, row: Param) -> dict[str, Any]:
    knob = row.knob
    span = {"choices": list(knob.choices)} if knob.choices else {"low": knob.low, "high": knob.high}
    return {**_control(control), "address": address(knob.address), "type": row.osc_type, **span}


def _sends(control: Control) -> str:
    return f"{'CC' if control.message == 'cc' else 'note'} {control.number}"
