"""Takes are written, and what happens when they cannot be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import mido
import pytest

from bridge.app.daws.daw_folders import Machine
from bridge.app.daws.setup import set_up
from bridge.app.daws.setup_record import Copy, Record, save
from bridge.app.hub.hub import Hub
from bridge.app.hub.keeper import Keeper
from bridge.core.events import Fault, TakeDone
from bridge.core.wire import encode
from tests.control.stage import Jam, greeted, until


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which FL Studio may be set up below `settings`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "settings").mkdir()
    return Machine()


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
    play: Jam, machine: Machine, tmp_path: Path
) -> None:
    [_, script] = set_up("fl", tmp_path / "settings", machine, lambda _told: True)

    async def story(hub: Hub) -> None:
        hub._take_in("engine", TakeDone(9, 4, 4, 120.0, (), ((8.0, 1.0, 67, 90, 0),)))
        await until(lambda: "TAKE = 9" in script.read_text())

    hub, _ = play(story)
    assert not hub.snapshot.fault


def test_the_take_that_is_shown_is_the_last_however_long_the_one_before_takes(
    machine: Machine, tmp_path: Path
) -> None:
    [_, script] = set_up("fl", tmp_path / "settings", machine, lambda _told: True)
    long = tuple((float(beat), 1.0, 60, 90, 0) for beat in range(5000))
    short = ((8.0, 1.0, 67, 90, 0),)
    told: list[str | Fault] = []

    async def jam() -> None:
        keeper = Keeper(tmp_path / "takes", told.append)
        keeper.keep(TakeDone(1, 4, 4, 120.0, (), long))
        keeper.keep(TakeDone(2, 4, 4, 120.0, (), short))
        await keeper.finish()

    asyncio.run(jam())
    assert ["take-0001" in str(told[0]), "take-0002" in str(told[1])] == [True, True]
    assert "TAKE = 2" in script.read_text()


def test_a_script_that_cannot_be_looked_at_is_told(machine: Machine, tmp_path: Path) -> None:
    nowhere = tmp_path / ("x" * 1000) / "Antiphon.pyscript"
    save(Record(copies={"fl": [Copy(path=nowhere, sha256="")]}), machine)
    told: list[str | Fault] = []

    async def jam() -> None:
        keeper = Keeper(tmp_path / "takes", told.append)
        keeper.keep(TakeDone(1, 4, 4, 120.0, (), ()))
        await keeper.finish()

    asyncio.run(jam())
    assert isinstance(told[-1], Fault)
    assert "File name too long" in told[-1].text


def test_a_take_that_cannot_be_written_does_not_end_the_jam(play: Jam, tmp_path: Path) -> None:
    (tmp_path / "takes").touch()

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("engine", TakeDone(1, 4, 4, 120.0, (), ()))
        await until(lambda: "cannot be written" in hub.snapshot.fault)

    _, ended = play(story)
    assert ended == []
