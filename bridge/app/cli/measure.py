"""The commands that measure: how good a model is, how long a note takes."""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.app.cli.options import DEFAULTS, Models
from bridge.app.places import models_folder

measuring = typer.Typer()


class SuiteName(StrEnum):
    """How thoroughly `evaluate` measures."""

    quick = "quick"
    full = "full"


class Split(StrEnum):
    """On which music `evaluate` measures."""

    test = "test"
    valid = "valid"


@measuring.command()
def score(  # noqa: PLR0913, PLR0917 - one argument, one flag
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model that foretells.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PRIME.mid CONTINUATION.mid",
            help="What was heard, and a file of what follows alone, as `continue` writes it.",
        ),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Score many: a table with the columns prime and continuation; paths from there.",
        ),
    ] = None,
    memory: Annotated[
        float, typer.Option(help="How much the model draws on the prime's figures, 0 to 1.")
    ] = DEFAULTS.memory,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Leave durations and velocities out, on both sides.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    models: Models = None,
) -> None:
    """Tell how well a model foresees a continuation: bits per note and beat, fewer are better."""
    from bridge.app.files.score import Order
    from bridge.app.files.score import score as measure

    order = Order(model=model, memory=memory, hidden=hidden, as_json=as_json)
    measure(files or [], pairs, order, models or models_folder())


@measuring.command()
def evaluate(  # noqa: PLR0913, PLR0917 - one argument, one flag
    data: Annotated[
        Path,
        typer.Option(help="Music to measure on: a prepared file, a pack, or a folder of packs."),
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="MODEL", help="The models; all there are, if none is named."),
    ] = None,
    suite: Annotated[
        SuiteName, typer.Option(help="Quick takes minutes, full 15 to 30 for each model.")
    ] = SuiteName.quick,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("report"),
    split: Annotated[
        Split, typer.Option(help="Nothing was fitted on test; valid is for trying things out.")
    ] = Split.test,
    items: Annotated[
        int | None,
        typer.Option(min=1, help="Items of each kind of music.", show_default="as the suite says"),
    ] = None,
    candidates: Annotated[
        int, typer.Option(min=1, max=8, help="Answers tried for each, of which the best counts.")
    ] = DEFAULTS.candidates,
    write_cards: Annotated[
        bool, typer.Option("--write-cards", help="Keep the bits in the models' cards.")
    ] = False,
    models: Models = None,
) -> None:
    """Measure how good models are, next to baselines and the truth, and write a report."""
    from bridge.app.files.evaluate import evaluate as measure
    from bridge.evaluation.report.make import Order

    order = Order(
        names=tuple(names or ()), models=models or models_folder(), data=data, out=out,
        suite=suite.value, split=split.value, items=items, candidates=candidates,
        write_cards=write_cards,
    )  # fmt: skip
    measure(order)


@measuring.command()
def calibrate(
    input: Annotated[  # noqa: A002 - the flag's name
        str, typer.Option(help="The end of the loop; a part of its name will do.")
    ] = "",
    output: Annotated[str, typer.Option(help="Its beginning; a part of its name will do.")] = "",
    api: Annotated[str, typer.Option(help="MIDI system, as `run` takes it.")] = "auto",
    notes: Annotated[int, typer.Option(min=1, max=1000, help="How many notes to send.")] = 50,
    patience: Annotated[
        float, typer.Option(min=1, help="Seconds to wait for the loop to be closed.")
    ] = 20.0,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> None:
    """Measure how long a note takes from our output back to our input, for latency_offset."""
    from bridge.app.calibrate import calibrate as measure

    measure(api, input, output, notes=notes, patience=patience, as_json=as_json)
