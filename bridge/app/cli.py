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
from bridge.app.children import StartError
from bridge.app.cli_bench import benching
from bridge.app.cli_desk import desk
from bridge.app.cli_measure import Models, measuring
from bridge.app.places import TAKES, check_model, model_names, models_folder
from bridge.core.errors import BridgeError, PortError, SettingError
from bridge.core.params import PARAMS, Settings, find, strict
from bridge.core.voices import VOICE_NAMES
from bridge.core.wishes import WISH_NAMES

if TYPE_CHECKING:
    from bridge.app.hub import Plan

DEFAULTS = Settings()


app = typer.Typer(
    help="A jam partner beside your DAW: play a phrase, and it answers in time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

NO_MIDI = "there is no other MIDI system here, and `antiphon jam` needs none"
WITHOUT_MIDI = "No MIDI system here: a built-in musician plays a phrase, and Antiphon answers."


def _choices(name: str) -> str:
    return ", ".join(PARAMS[name].knob.choices)


NAMED = "; ".join(f"{name}: {_choices(name)}" for name in (*WISH_NAMES, "voice_answer"))
SETTABLE = (
    f"Parameters for --set: {', '.join(PARAMS)}. docs/parameters.md has their ranges. {NAMED}."
)

Input = Annotated[str, typer.Option(help="Listen to this MIDI port; a part of its name will do.")]
Output = Annotated[
    str,
    typer.Option(
        help="Answer on this MIDI port; a part of its name will do. With --api loopback, a file in"
        " which what is sent is written down."
    ),
]
Api = Annotated[
    str,
    typer.Option(help="MIDI system: auto, jack, jack-exact, alsa, coremidi, windows or loopback."),
]
OscPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Port for OSC control surfaces; 0 is none.")
]
Takes = Annotated[Path, typer.Option(help="Folder in which every phrase and answer is kept.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; may be repeated."),
]
Style = Annotated[str, typer.Option(help=f"Ask for a style: {_choices('style')}.")]
Density = Annotated[str, typer.Option(help=f"How many notes a beat: {_choices('density')}.")]
Register = Annotated[str, typer.Option(help=f"How high it shall lie: {_choices('register')}.")]
Tonality = Annotated[str, typer.Option(help=f"Major or minor: {_choices('tonality')}.")]
Pace = Annotated[str, typer.Option(help=f"The tempo whose music it shall be: {_choices('pace')}.")]
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


def given_by(pairs: list[str]) -> dict[str, str]:
    """Return the values by name that `--set NAME=VALUE` pairs give."""
    given = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingError(f"--set takes NAME=VALUE, not {pair!r}")
        given[name.strip()] = value.strip()
    return given


def settings_from(pairs: list[str]) -> Settings:
    """Return the settings that `--set NAME=VALUE` pairs ask for."""
    settings = Settings()
    for name, value in given_by(pairs).items():
        settings = strict(settings, name, value)
    low, high = settings.range_low, settings.range_high
    if low > high:
        raise SettingError(f"range/low must not be above range/high, and {low} is above {high}")
    return settings


def _set_for_continuing(pairs: list[str]) -> dict[str, str]:
    """Return what `--set` gives to `continue` by name, less what has a flag there."""
    given = {find(name).name: value for name, value in given_by(pairs).items()}
    for name in ("model", "seed", "prompt"):
        if name in given:
            raise SettingError(f"--set {name}: continue takes --{name}")
    return given


def _play(  # noqa: PLR0913, PLR0917 - one argument, one flag
    context: typer.Context,
    input: Input = "",  # noqa: A002 - the flag's name
    output: Output = "",
    api: Api = "auto",
    osc_port: OscPort = 9000,
    takes: Takes = TAKES,
    models: Models = None,
    set_: Set = None,
    plain: Plain = False,
    seconds: Seconds = 0.0,
) -> None:
    from bridge.app.control import run
    from bridge.app.hub import Plan

    settings, folder = settings_from(set_ or []), models or models_folder()
    check_model(settings.model, model_names(folder), folder)
    plan = Plan(
        settings=settings, osc_port=osc_port, takes=takes,
        models=folder, api=api, listen=input, play=output,
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
    from bridge.app.ports import ports as there_are

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


@app.command("continue", epilog=SETTABLE)
def continue_(  # noqa: PLR0913, PLR0917 - one argument, one flag
    seeds: Annotated[
        list[Path], typer.Argument(metavar="SEED.mid...", help="MIDI files to go on from.")
    ],
    out: Annotated[Path, typer.Option(help="The file to write, or a folder for several seeds.")],
    bars: Annotated[int, typer.Option(min=1, max=1000, help="How many bars to add.")] = 8,
    model: Annotated[str, typer.Option(help="The model that continues.")] = DEFAULTS.model,
    seed: Annotated[
        int, typer.Option(help="The same number gives the same music; -1 is new each time.")
    ] = DEFAULTS.seed,
    temperature: Annotated[
        float, typer.Option(help="How far the music may stray.")
    ] = DEFAULTS.temperature,
    top_p: Annotated[
        float, typer.Option(help="Draw from the likeliest choices that make up this share.")
    ] = DEFAULTS.top_p,
    memory: Annotated[
        float, typer.Option(help="How much the music draws on the seed's figures, 0 to 1.")
    ] = DEFAULTS.memory,
    prompt: Annotated[
        str, typer.Option(help='What it shall be like, as in "slow sad jazz on piano".')
    ] = DEFAULTS.prompt,
    voices: Annotated[
        str,
        typer.Option(
            metavar="NAME,NAME...",
            help=f"Who plays, instead of the seed's instruments: {', '.join(VOICE_NAMES)}.",
            show_default="those of the seed",
        ),
    ] = "",
    key: Annotated[
        str, typer.Option(help='Notes that may be used: off, auto or a key, as in "F# minor".')
    ] = DEFAULTS.key,
    style: Style = DEFAULTS.style,
    density: Density = DEFAULTS.density,
    register: Register = DEFAULTS.register,
    tonality: Tonality = DEFAULTS.tonality,
    pace: Pace = DEFAULTS.pace,
    feel: Annotated[
        float, typer.Option(help="How much of the seed's timing and accents is kept, 0 to 1.")
    ] = DEFAULTS.feel,
    set_: Set = None,
    with_seed: Annotated[
        bool, typer.Option("--with-seed", help="Write the seed in front of its continuation.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    models: Models = None,
) -> None:
    """Continue MIDI files: seed in, new bars out."""
    from bridge.app.compose import compose
    from bridge.app.order import Order

    order = Order(
        bars=bars, model=model, number=seed, prompt=prompt, voices=voices, with_seed=with_seed,
        force=force, as_json=as_json,
        given={
            "temperature": temperature, "top_p": top_p, "memory": memory, "feel": feel,
            "style": style, "density": density, "register": register, "tonality": tonality,
            "pace": pace, "key": key, **_set_for_continuing(set_ or []),
        },
    )  # fmt: skip
    compose(seeds, out, order, models or models_folder())


app.add_typer(measuring)
app.add_typer(benching)
app.add_typer(desk)


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
