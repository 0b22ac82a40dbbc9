"""Ports that are chosen while we play: another player takes over, and what is chosen is kept."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub import children
from bridge.app.hub.children import StartError
from bridge.app.hub.hub import Hub
from bridge.app.hub.kept_ports import Ends, lasting, read_ports, write_ports
from bridge.app.hub.plan import Plan
from bridge.core.errors import PortError, SettingError
from bridge.core.events import Action, Cables, Heard, ListPorts, Play, TakeDone
from tests.control.stage import greeted, line, on, perform, pulse, status, until


@pytest.fixture
def jam(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tell a story of a jam of stand-ins that remembers its ports in a file."""
    monkeypatch.setattr(children, "GLANCE", 0.05)

    def tell(story: Any, **plan: Any) -> tuple[Hub, list[BaseException]]:
        told = {"commands": cast.commands(), "kept_ports": tmp_path / "ports.toml", **plan}
        stage = Plan(
            osc_port=0, takes=tmp_path / "takes", models=tmp_path,
            presets=tmp_path / "presets", **told,
        )  # fmt: skip
        return asyncio.run(perform(stage, story))

    return tell


def births(cast: Any) -> list[dict[str, Any]]:
    """Return how each player was begun."""
    born = [entry for entry in cast.log("player") if entry.startswith("born")]
    return [json.loads(entry.removeprefix("born ")) for entry in born]


def test_the_ports_there_are_are_told_by_the_player(jam: Any, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        both = await asyncio.gather(hub.do("list/inputs", ""), hub.do("list/outputs", ""))
        assert list(both) == ["list/inputs", "list/outputs"]
        assert hub.names("inputs") == ("keys", "taken harp")
        assert hub.names("outputs") == ("synth", "taken organ")

    jam(story)
    assert cast.lives("player")[0].count(line(ListPorts())) == 1


def test_another_port_is_used_by_another_player_and_remembered(
    jam: Any, cast: Any, tmp_path: Path
) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("player", pulse(9.0))
        assert await hub.do("ports/input", "KEY") == "ports/chosen"
        assert hub.snapshot.ports == ("keys", "player b")
        assert hub.snapshot.chosen == ("keys", "")
        assert hub.snapshot.fault == ""

    jam(story)
    first, second = births(cast)
    assert (first["input"], second["input"], second["output"]) == (None, "keys", None)
    assert second["resume"]["beat"] == 9.0
    assert cast.lives("player")[0][-1] == "farewell"
    assert read_ports(tmp_path / "ports.toml", "auto") == Ends("keys", "")


def test_a_player_that_left_in_order_leaves_no_debts_and_the_answer_goes_on(
    jam: Any, cast: Any
) -> None:
    """Nothing is let go of twice on the new port; what is still to come is played there."""
    later = 2 * time.monotonic()  # pulse(9.0) is of second 1, at two beats a second
    notes = [Play(1, beat, 1.0, 0, 60, 90) for beat in (10.0, later + 500.0)]

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("player", pulse(9.0))
        for note in notes:
            hub._take_in("engine", note)
        await hub.do("ports/output", "synth")
        await until(lambda: len(cast.lives("player")[1]) > 0)

    jam(story)
    assert births(cast)[1]["owed"] == []
    assert cast.lives("player")[1] == [line(notes[1]), "farewell"]


def test_a_key_held_on_the_old_port_is_let_go_of(jam: Any, cast: Any) -> None:
    """Its note-off would never come, and the phrase never end."""

    async def story(hub: Hub) -> None:
        await greeted(hub)
        for message in (pulse(9.0), on(60), on(64), Heard(1.0, 0x80, 60, 0)):
            hub._take_in("player", message)
        await hub.do("ports/input", "keys")
        await until(lambda: len(cast.lives("engine")[0]) > 4)

    jam(story)
    [said] = cast.lives("engine")
    assert json.loads(said[4])[0] == "Heard"
    assert json.loads(said[4])[2:] == [0x80, 64, 0]


def test_only_the_cables_of_the_end_that_stays_are_laid_anew(jam: Any, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("player", Cables(("clock",), ("piano",)))
        await hub.do("ports/input", "keys")

    jam(story)
    assert births(cast)[1]["cables"] == {"sources": [], "targets": ["piano"], "controls": []}


def test_a_port_that_cannot_be_opened_gives_the_old_one_back(
    jam: Any, cast: Any, tmp_path: Path
) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("player", Cables(("clock",), ("piano",)))
        with pytest.raises(PortError) as caught:
            await hub.do("ports/input", "taken")
        assert str(caught.value) == "'taken harp' cannot be opened; our own port is used again"
        assert hub.snapshot.ports == ("player a", "player b")
        assert hub.snapshot.chosen == ("", "")

    _, ended = jam(story)
    assert ended == []
    assert [born["input"] for born in births(cast)] == [None, "taken harp", None]
    assert births(cast)[2]["cables"] == {"sources": ["clock"], "targets": ["piano"], "controls": []}
    assert not (tmp_path / "ports.toml").exists()


def test_a_port_that_is_not_there_changes_nothing(jam: Any, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        with pytest.raises(PortError, match="no MIDI output called 'viola'; there are: synth, "):
            await hub.do("ports/output", "viola")

    jam(story)
    assert len(births(cast)) == 1


def test_where_a_port_has_gone_another_is_tried_at_once(
    jam: Any, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The player that waits for its port to come back does not wait any longer."""
    monkeypatch.setattr(children, "PORT_PATIENCE", 60.0)

    async def story(hub: Hub) -> None:
        await greeted(hub)
        await hub.do("ports/input", "keys")
        hub._deeds.ports._used = Ends("taken", "")  # as if it had been unplugged
        os.kill(hub.crew._children["player"].process.pid, signal.SIGKILL)
        await until(lambda: len(births(cast)) == 3 and "player" not in hub.crew._children)
        await hub.do("ports/input", "")
        assert hub.snapshot.ports == ("player a", "player b")

    _, ended = jam(story)
    assert ended == []


def test_what_was_chosen_the_last_time_is_used_and_a_flag_outweighs_it(
    jam: Any, cast: Any, tmp_path: Path
) -> None:
    write_ports(tmp_path / "ports.toml", "auto", Ends("keys", "synth"))
    hub, _ = jam(greeted, play="organ")
    assert (births(cast)[0]["input"], births(cast)[0]["output"]) == ("keys", "organ")
    assert hub.snapshot.chosen == ("keys", "organ")


def test_a_remembered_port_that_is_absent_is_told_and_our_own_used(
    jam: Any, tmp_path: Path
) -> None:
    write_ports(tmp_path / "ports.toml", "auto", Ends("keys", "taken organ"))

    async def story(hub: Hub) -> None:
        await greeted(hub)
        assert hub.snapshot.ports == ("keys", "player b")
        assert hub.snapshot.chosen == ("keys", "")
        assert hub.snapshot.fault == (
            "control: MIDI output 'taken organ', chosen the last time, cannot be opened;"
            " our own port is used"
        )

    _, ended = jam(story)
    assert ended == []
    assert read_ports(tmp_path / "ports.toml", "auto") == Ends("keys", "taken organ")


def test_a_flag_that_names_no_port_ends_the_jam_as_ever(jam: Any) -> None:
    async def story(_: Hub) -> None:
        await asyncio.sleep(20)

    _, [error] = jam(story, listen="taken")
    assert isinstance(error, StartError)
    assert str(error) == "'taken' cannot be opened"


def test_the_musician_inside_has_no_ports_to_choose(jam: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        with pytest.raises(SettingError, match="loopback"):
            await hub.do("ports/input", "keys")

    jam(story, api="loopback")


def test_the_answer_that_sounds_is_kept(jam: Any, cast: Any) -> None:
    """The engine is not asked to stop: its take comes when the answer is over."""

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("engine", status("responding", 1))
        await hub.do("ports/output", "synth")
        hub._take_in("engine", TakeDone(1, 4, 4, 120.0, (), ((0.0, 1.0, 60, 90, 0),)))
        hub._take_in("engine", status("idle"))
        await until(lambda: hub.snapshot.saved)

    jam(story)
    assert line(Action("stop")) not in cast.lives("engine")[0]


def test_a_broken_file_is_told_and_lost_to_nobody(jam: Any, tmp_path: Path) -> None:
    (tmp_path / "ports.toml").write_text("[auto\n")

    async def story(hub: Hub) -> None:
        assert "ports.toml cannot be read" in hub.snapshot.fault
        await greeted(hub)
        await hub.do("ports/input", "keys")

    jam(story)
    assert read_ports(tmp_path / "ports.toml", "auto") == Ends("keys", "")


def test_systems_are_remembered_apart_and_jack_is_one(tmp_path: Path) -> None:
    path = tmp_path / "ports.toml"
    write_ports(path, "jack-exact", Ends("a", "b"))
    write_ports(path, "alsa", Ends("c", ""))
    assert read_ports(path, "jack") == Ends("a", "b")
    assert read_ports(path, "auto") == Ends()


def test_the_numbers_alsa_gives_are_no_part_of_a_name() -> None:
    names = ["KeyStep:KeyStep MIDI 1 24:0", "KeyStep:KeyStep MIDI 1 28:0", "nano:nano MIDI 1 32:0"]
    assert lasting(names[2], names) == "nano:nano MIDI 1"
    assert lasting(names[0], names) == names[0]
