"""The commands that work in the set that is open in Ableton Live."""

# ruff: noqa: FBT002 - typer makes flags of them

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.app.cli.desk import agreed
from bridge.app.places import TAKES

live = typer.Typer(help="Work in the set that is open in Ableton Live, through AbletonOSC.")


class Part(StrEnum):
    """What of a take becomes a clip."""

    answer = "answer"
    phrase = "phrase"
    both = "both"


@live.command()
def setup(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make the tracks You and Antiphon, routed to our ports; tells first, does nothing twice."""
    from bridge.app.ableton.talk import LiveTalk
    from bridge.app.ableton.tracks import set_up_live

    def agree(told: str) -> bool:
        print(told)
        return yes or agreed()

    with LiveTalk() as talk:
        left = set_up_live(talk, agree)
    print("\n".join(left) if left else "Live is set up: play, and listen")


@live.command()
def clip(
    take: Annotated[str, typer.Argument(metavar="TAKE", help="A take's file or name, or 'last'.")],
    track: Annotated[
        int | None,
        typer.Option(min=1, help="Live's track.", show_default="the one called Antiphon, or You"),
    ] = None,
    slot: Annotated[
        int | None, typer.Option(min=1, help="Its slot.", show_default="the first empty one")
    ] = None,
    part: Annotated[Part, typer.Option(help="What of the take.")] = Part.answer,
    over: Annotated[bool, typer.Option("--over", help="Replace the clip in that slot.")] = False,
    takes: Annotated[Path, typer.Option(help="Folder of the takes.")] = TAKES,
) -> None:
    """Put a take into a clip slot."""
    from bridge.app.ableton.clip import PARTS, put_clip, read_clip, take_file, track_called
    from bridge.app.ableton.talk import LiveTalk

    path = take_file(take, takes)
    found = read_clip(path, part.value)
    with LiveTalk() as talk:
        chosen = track_called(talk, PARTS[part.value]) if track is None else track - 1
        put, name = put_clip(talk, found, chosen, None if slot is None else slot - 1, over=over)
    count, beats = len(found.notes), found.length
    long = f"{count} note{'s' * (count != 1)}, {beats:g} beat{'s' * (beats != 1)}"
    print(f"{found.name}: {long}, in slot {put + 1} of track {chosen + 1}, {name!r}")
