"""Takes are written, and what happens when they cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mido
import pytest

from bridge.app.daw_folders import Machine
from bridge.app.hub import Hub
from bridge.app.setup import set_up
from bridge.core.events import (
    TakeDone,
)
from bridge.core.wire import encode
from tests.control.stage import Jam, greeted, until


def test_takes_are_written(play: Jam, cast: Any, tmp_path: Path) -> None:
    take = TakeDone(1, 4, 4, 120.0, ((4.0, 1.0, 60, 90, 0),), ((8.0, 1.0, 67, 90, 0),))
    cast.score("engine", encode(take))

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub.press("trigger")
        await until(lambda: hub.snapshot.saved)

    hub, _ = play(story)
    song = mido.MidiFile(tmp_path / "takes" / hub.snapshot.saved)
    assert [track.name for track in song.tracks] == ["You", "Antiphon"]


def test_the_last_take_reaches_fl_studio_where_it_was_set_up(
    play: Jam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    settings = tmp_path / "settings"
    settings.mkdir()
    [_, script] = set_up("fl", settings, Machine(), lambda _told: True)

    async def story(hub: Hub) -> None:
        hub._take_in("engine", TakeDone(9, 4, 4, 120.0, (), ((8.0, 1.0, 67, 90, 0),)))
        await until(lambda: "TAKE = 9" in script.read_text())

    hub, _ = play(story)
    assert not hub.snapshot.fault


def test_a_take_that_cannot_be_written_does_not_end_the_jam(play: Jam, tmp_path: Path) -> None:
    (tmp_path / "takes").touch()

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("engine", TakeDone(1, 4, 4, 120.0, (), ()))
        await until(lambda: "cannot be written" in hub.snapshot.fault)

    _, ended = play(story)
    assert ended == []
