"""`antiphon doctor` as it is typed."""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

import json
from typing import Annotated

import typer

from bridge.app.cli.options import DEFAULTS, DeviceName, Models, OnDevice
from bridge.app.places import models_folder

doctoring = typer.Typer()


@doctoring.command()
def doctor(  # noqa: PLR0913, PLR0917 - one argument, one flag
    input: Annotated[  # noqa: A002 - the flag's name
        str, typer.Option(help="The MIDI port that `run` would listen to.")
    ] = "",
    output: Annotated[str, typer.Option(help="The MIDI port that `run` would answer on.")] = "",
    api: Annotated[str, typer.Option(help="MIDI system, as `run` takes it.")] = "auto",
    osc_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port for OSC control surfaces; 0 is none.")
    ] = 9000,
    web_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port for the panel in a browser; 0 is none.")
    ] = 9080,
    query_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port for OSCQuery; 0 is none.")
    ] = 9081,
    model: Annotated[str, typer.Option(help="The model that would answer.")] = DEFAULTS.model,
    device: OnDevice = DeviceName.auto,
    models: Models = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> None:
    """Tell what keeps you from playing, and what to do; ends with 1 if anything is wrong."""
    from bridge.app.doctor import finding
    from bridge.app.doctor.examine import examine

    order = finding.Order(
        api=api, listen=input, play=output, osc_port=osc_port,
        web_port=web_port, query_port=query_port if osc_port else 0,
        models=models or models_folder(), model=model, device=device.value,
    )  # fmt: skip
    found = examine(order)
    print(json.dumps(finding.as_json(found)) if as_json else finding.as_text(found))
    if not finding.could_play(found):
        raise typer.Exit(1)
