"""The tables of parameters, actions and readings as JSON, for a page that draws what there is."""

from __future__ import annotations

from typing import Any

from bridge import __version__
from bridge.control.surfaces import LISTS, READINGS
from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS, Param
from bridge.core.voices import VOICE_NAMES


def table() -> dict[str, Any]:
    """Return all a panel needs to know once."""
    return {
        "version": __version__,
        "params": [_row(row) for row in PARAMS.values()],
        "actions": list(ACTIONS),
        "readings": [
            {"address": shown.address, "types": shown.types, "help": shown.help}
            for shown in READINGS
        ],
        "lists": list(LISTS),
        "voices": list(VOICE_NAMES),
    }


def _row(row: Param) -> dict[str, Any]:
    knob = row.knob
    return {
        "name": row.name, "address": knob.address, "type": row.type.__name__, "help": knob.help,
        "default": row.default, "low": knob.low, "high": knob.high, "unit": knob.unit,
        "choices": list(knob.choices), "on_bar": knob.on_bar,
    }  # fmt: skip
