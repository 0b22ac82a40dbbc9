"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.core.errors import SettingError
from bridge.core.params import PARAMS, Settings
from bridge.core.wishes import WISH_NAMES
from bridge.desk.controllers import CONTROLLERS

DEFAULTS = Settings()
DeviceName = StrEnum("DeviceName", "auto cpu cuda directml coreml")  # bridge.respond.device


def choices_of(name: str) -> str:
    return ", ".join(PARAMS[name].knob.choices)


NAMED = "; ".join(f"{name}: {choices_of(name)}" for name in (*WISH_NAMES, "voice_answer"))
SETTABLE = (
    f"Parameters for --set: {', '.join(PARAMS)}. docs/parameters.md has their ranges. {NAMED}."
)


Models = Annotated[
    Path | None, typer.Option(help="Folder of the models.", show_default="the ones that came along")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; may be repeated."),
]
Style = Annotated[str, typer.Option(help=f"Ask for a style: {choices_of('style')}.")]
Density = Annotated[str, typer.Option(help=f"How many notes a beat: {choices_of('density')}.")]
Register = Annotated[str, typer.Option(help=f"How high it shall lie: {choices_of('register')}.")]
Tonality = Annotated[str, typer.Option(help=f"Major or minor: {choices_of('tonality')}.")]
Pace = Annotated[str, typer.Option(help=f"The tempo whose music it is: {choices_of('pace')}.")]
MAPS = ", ".join(c.file for c in CONTROLLERS)
Controller = Annotated[
    str, typer.Option(metavar="NAME", help=f"Obey the knobs of this controller: {MAPS}.")
]
OnDevice = Annotated[
    DeviceName, typer.Option(help="Where the model is computed; auto: on a GPU if it can be.")
]


def given_by(pairs: list[str]) -> dict[str, str]:
    """Return the values by name that `--set NAME=VALUE` pairs give."""
    given = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingError(f"--set takes NAME=VALUE, not {pair!r}")
        given[name.strip()] = value.strip()
    return given
