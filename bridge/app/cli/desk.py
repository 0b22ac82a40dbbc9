"""The commands that make control surfaces and DAW templates and put them in place."""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.app.daws.daw_folders import PAGES, PROGRAMS, Machine

desking = typer.Typer()

Program = StrEnum("Program", list(PROGRAMS))  # type: ignore[misc]


@desking.command()
def templates(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether they are up to date.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("daw_templates"),
) -> None:
    """Write the control surfaces and DAW templates that are made from the tables."""
    from bridge.app.daws.templates import update

    update(out, check=check)


@desking.command()
def setup(
    program: Annotated[Program, typer.Argument(help="The program to put templates into.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was put there.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="The program's folder, if it is not the usual one; with --undo, the only one."
        ),
    ] = None,
) -> None:
    """Put our templates where a program looks for them; tells first, keeps what was there."""
    from bridge.app.daws.setup import set_up, take_back

    def ask(told: str) -> bool:
        print(told)
        return yes or agreed()

    if undo:
        done = take_back(program.value, Machine(), ask, folder=folder)
    else:
        done = set_up(program.value, folder, Machine(), ask)
    if done:
        print(f"done; docs/daw/{PAGES[program]} has the next steps" if not undo else "done")


def agreed() -> bool:
    """Ask; without a terminal nobody can agree."""
    return sys.stdin.isatty() and typer.confirm("Shall I?")
