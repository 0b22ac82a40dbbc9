"""The command that measures this machine."""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.app.bench.table import ALL, groups
from bridge.app.cli.options import Models
from bridge.app.places import models_folder
from bridge.core.errors import SettingError

benching = typer.Typer()


def _group(typed: str) -> str:
    if typed not in groups():
        raise SettingError(f"bench cannot measure {typed!r}; it may be {', '.join(groups())}")
    return typed


@benching.command()
def bench(  # noqa: PLR0913, PLR0917 - one argument, one flag
    what: Annotated[
        str,
        typer.Argument(parser=_group, metavar="|".join(groups()), help="What to measure."),
    ] = ALL,
    seconds: Annotated[
        float, typer.Option(min=1, help="How long to measure a jam; the rest takes a part of it.")
    ] = 10,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Keep the results in this file.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare with the results kept in this file."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Measure nothing; show the results kept here."),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write them to this file, as Markdown with plots."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 1 if a goal is missed or a figure got worse.")
    ] = False,
    models: Models = None,
) -> None:
    """Measure how fast the models answer, how punctual the notes are and what a jam costs."""
    from bridge.app.bench.run import Order
    from bridge.app.bench.run import bench as measure

    order = Order(
        what=what, seconds=seconds, models=models or models_folder(), source=source,
        against=against, out=json_file, page=page,
    )  # fmt: skip
    if not measure(order) and strict:
        raise typer.Exit(1)
