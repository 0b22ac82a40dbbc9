"""`antiphon continue` as it is typed."""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.app.cli.options import (
    DEFAULTS,
    SETTABLE,
    Density,
    DeviceName,
    Models,
    OnDevice,
    Pace,
    Register,
    Set,
    Style,
    Tonality,
    given_by,
)  # fmt: skip
from bridge.app.places import models_folder
from bridge.core.errors import SettingError
from bridge.core.params import find
from bridge.core.voices import VOICE_NAMES

continuing = typer.Typer()


def _set_for_continuing(pairs: list[str]) -> dict[str, str]:
    """Return what `--set` gives to `continue` by name, less what has a flag there."""
    given = {find(name).name: value for name, value in given_by(pairs).items()}
    for name in ("model", "seed", "prompt"):
        if name in given:
            raise SettingError(f"--set {name}: continue takes --{name}")
    return given


@continuing.command("continue", epilog=SETTABLE)
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
    device: OnDevice = DeviceName.auto,
    models: Models = None,
) -> None:
    """Continue MIDI files: seed in, new bars out."""
    from bridge.app.files.compose import compose
    from bridge.app.files.order import Order

    order = Order(
        bars=bars, model=model, number=seed, prompt=prompt, voices=voices, with_seed=with_seed,
        force=force, as_json=as_json, device=device.value,
        given={
            "temperature": temperature, "top_p": top_p, "memory": memory, "feel": feel,
            "style": style, "density": density, "register": register, "tonality": tonality,
            "pace": pace, "key": key, **_set_for_continuing(set_ or []),
        },
    )  # fmt: skip
    compose(seeds, out, order, models or models_folder())
