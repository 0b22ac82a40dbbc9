"""The command line: `antiphon`.

Each command imports what it needs when it is called, so that `antiphon run` itself holds neither
numpy nor a model, and `--help` is quick.
"""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge import __version__
from bridge.app.cli.bench import benching
from bridge.app.cli.continue_ import continuing
from bridge.app.cli.desk import desking
from bridge.app.cli.doctor import doctoring
from bridge.app.cli.live import live
from bridge.app.cli.measure import measuring
from bridge.app.cli.options import (
    SETTABLE,
    Controller,
    DeviceName,
    Models,
    OnDevice,
    Set,
    given_by,
)
from bridge.app.hub.children import StartError
from bridge.app.places import (
    TAKES,
    check_model,
    model_names,
    models_folder,
    ports_file,
    presets_folder,
    token_file,
)
from bridge.control.preset import Preset
from bridge.core.errors import BridgeError, PortError, SettingError
from bridge.core.params import Settings, strict

if TYPE_CHECKING:
    from bridge.app.hub.plan import Plan


app = typer.Typer(
    help="A jam partner beside your DAW: play a phrase, and it answers in time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

NO_MIDI = "there is no other MIDI system here, and `antiphon jam` needs none"
WITHOUT_MIDI = "No MIDI system here: a built-in musician plays a phrase, and Antiphon answers."
LISTEN = "Hear them, and play yourself, in a browser: http://127.0.0.1:{port}"


Input = Annotated[str, typer.Option(help="Listen to this MIDI port; a part of its name will do.")]
Output = Annotated[
    str,
    typer.Option(
        help="Answer on this MIDI port; a part of its name will do. With --api loopback, a file in"
        " which what is sent is written down."
    ),
]
Feedback = Annotated[
    str,
    typer.Option(
        metavar="PORT",
        help="Show what is turned on the controller at this MIDI port; without it at one of ours."
        " With --api loopback, a file.",
    ),
]
Api = Annotated[
    str,
    typer.Option(help="MIDI system: auto, jack, jack-exact, alsa, coremidi, windows or loopback."),
]
OscPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Port for OSC control surfaces; 0 is none.")
]
WebPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Port for the panel in a browser; 0 is none.")
]
QueryPort = Annotated[
    int,
    typer.Option(
        min=0, max=65535, help="Port for OSCQuery; 0 is none, as it is without an OSC port."
    ),
]
Lan = Annotated[
    bool, typer.Option("--lan", help="Open these ports to the local network, and say how.")
]
Allow = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help="With --lan: obey OSC from here; may be repeated."),
]
NewToken = Annotated[
    bool,
    typer.Option("--new-token", help="With --lan: a new link to the panel; the old one is void."),
]
Takes = Annotated[Path, typer.Option(help="Folder in which every phrase and answer is kept.")]
Presets = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the presets and of what knobs were taught.",
        show_default="where this system keeps settings",
    ),
]
PresetName = Annotated[
    str,
    typer.Option("--preset", metavar="NAME", help="Begin with this preset; --set outweighs it."),
]
Plain = Annotated[bool, typer.Option("--plain", help="Print lines instead of a screen.")]
Seconds = Annotated[float, typer.Option(min=0, help="End by itself after this time; 0 is never.")]


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's form
    if wanted:
        print(f"antiphon {__version__}")
        raise typer.Exit


@app.callback()
def _antiphon(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Stand before the commands."""


def settings_from(pairs: list[str], begun: Settings | None = None) -> Settings:
    """Return settings, of a preset or the usual ones, as `--set NAME=VALUE` pairs change them."""
    settings = begun or Settings()
    for name, value in given_by(pairs).items():
        settings = strict(settings, name, value)
    low, high = settings.range_low, settings.range_high
    if low > high:
        raise SettingError(f"range/low must not be above range/high, and {low} is above {high}")
    return settings


def preset_from(folder: Path, name: str) -> Preset | None:
    """Return the preset to begin with, None for no name; tells what of it is skipped."""
    from bridge.app.hub.presets import PresetFolder, told_of_unknown

    if not name:
        return None
    values, unknown = PresetFolder(folder).read(name)
    if unknown:
        print(f"antiphon: {told_of_unknown(name, unknown)}", file=sys.stderr)
    return Preset(name, replace(Settings(), **values))  # type: ignore[arg-type]


def _play(  # noqa: PLR0913, PLR0917 - one argument, one flag
    context: typer.Context,
    input: Input = "",  # noqa: A002 - the flag's name
    output: Output = "",
    feedback: Feedback = "",
    api: Api = "auto",
    osc_port: OscPort = 9000,
    web_port: WebPort = 9080,
    query_port: QueryPort = 9081,
    lan: Lan = False,
    allow: Allow = None,
    new_token: NewToken = False,
    takes: Takes = TAKES,
    models: Models = None,
    presets: Presets = None,
    preset: PresetName = "",
    controller: Controller = "",
    set_: Set = None,
    device: OnDevice = DeviceName.auto,
    plain: Plain = False,
    seconds: Seconds = 0.0,
) -> None:
    from bridge.app.hub.lan import kept_token, reach
    from bridge.app.hub.plan import Plan
    from bridge.app.hub.process import run

    shelf, folder = presets or presets_folder(), models or models_folder()
    begun = preset_from(shelf, preset)
    settings = settings_from(set_ or [], begun.settings if begun else None)
    check_model(settings.model, model_names(folder), folder)
    if new_token and not lan:
        raise SettingError("--new-token renews the link of --lan, so it needs --lan")
    token = kept_token(token_file(), anew=new_token) if lan and web_port else ""
    plan = Plan(
        settings=settings, osc_port=osc_port, web_port=web_port,
        query_port=query_port if osc_port else 0,
        reach=reach(lan=lan, allow=allow or (), token=token), takes=takes,
        models=folder, presets=shelf, preset=begun, api=api, listen=input, play=output,
        feedback=feedback, kept_ports=ports_file(), controller=controller, device=device.value,
        plain=plain, seconds=seconds,
    )  # fmt: skip
    try:
        run(plan)
    except StartError as error:
        if not lacks_midi(error, plan):
            raise
        if context.info_name != "jam":
            raise PortError(f"{error}; {NO_MIDI}") from None
        print(WITHOUT_MIDI, flush=True)
        if web_port:
            print(LISTEN.format(port=web_port), flush=True)
        run(replace(plan, api="loopback"))


def lacks_midi(error: StartError, plan: Plan) -> bool:
    """Tell whether there is no MIDI system at all, rather than a port that was asked for."""
    asked = plan.listen or plan.play or plan.api != "auto"
    return error.who == "player" and error.exit_code == PortError.exit_code and not asked


app.command("run", epilog=SETTABLE, help="Listen and answer until Ctrl-C.")(_play)
app.command(
    "jam",
    epilog=SETTABLE,
    help="Like run; where there is no MIDI system, a built-in musician plays and is answered.",
)(_play)


@app.command()
def ports(api: Api = "auto") -> None:
    """List the MIDI ports one can listen to and play to."""
    from bridge.app.player.ports import ports as there_are

    for way, names in there_are(api).items():
        for name in names:
            print(f"{way:<7} {name}")


@app.command("models")
def models_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    models: Models = None,
) -> None:
    """List the models that can answer, with what they were trained on."""
    from bridge.app.models import show

    show(models or models_folder(), as_json)


app.add_typer(continuing)
app.add_typer(measuring)
app.add_typer(benching)
app.add_typer(desking)
app.add_typer(doctoring)
app.add_typer(live, name="live")


@app.command()
def docs(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether they are up to date.")
    ] = False,
) -> None:
    """Write the pages that are made from the parameter table and from the models' cards."""
    from bridge.app import model_page
    from bridge.control import manual

    manual.update(check=check)
    model_page.update(check=check)


def main() -> None:
    """Run a command; what a musician can mend is told in one line."""
    try:
        app(prog_name="antiphon")
    except BridgeError as error:
        print(f"antiphon: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
