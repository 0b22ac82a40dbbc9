"""The hub and its children: who is told what, and who is begun again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub import child, children
from bridge.app.hub.children import StartError
from bridge.app.hub.hub import Hub
from bridge.core.errors import BridgeError
from bridge.core.events import (
    Action,
    Fault,
    Late,
    Message,
    Play,
    Turned,
)
from bridge.core.wire import encode
from tests.control.stage import Jam, greeted, line, on, pulse, status, until


async def _forever(_: Hub) -> None:
    await asyncio.sleep(20)


def test_messages_go_where_they_belong(play: Jam, cast: Any) -> None:
    from_player: list[Message] = [pulse(4.0), on(60), Late(5, 0, 0, 0.001, 0)]
    from_engine: list[Message] = [Play(1, 8.0, 1.0, 0, 67, 90), status("responding", 1)]
    cast.score("player", *map(encode, from_player))
    cast.score("engine", *map(encode, from_engine))

    async def story(hub: Hub) -> None:
        await greeted(hub)
        assert hub.turn("temperature", 99.0) == 2.0
        hub.press("trigger")
        await until(lambda: hub.snapshot.late.sent and hub.snapshot.status.take)
        await until(lambda: len(cast.log("engine")) >= 5 and len(cast.log("player")) >= 4)

    hub, ended = play(story)
    assert ended == []
    both = [line(Turned("temperature", 2.0)), line(Action("trigger"))]
    assert cast.lives("player") == [[*both, line(from_engine[0]), "farewell"]]
    rest = line(Action("stop"))  # the answer that sounds is to be kept
    assert cast.lives("engine") == [[*both, *map(line, from_player[:2]), rest, "farewell"]]
    assert hub.snapshot.ports == ("player a", "player b")
    assert (hub.snapshot.phrase, hub.snapshot.answer) == ((60,), (67,))


def test_children_are_told_how_to_begin(play: Jam, cast: Any, tmp_path: Path) -> None:
    play(greeted)
    player, engine = (
        json.loads(cast.log(who)[0].removeprefix("born ")) for who in ("player", "engine")
    )
    assert player["settings"] == engine["settings"]
    assert player["settings"]["temperature"] == 0.95
    assert (player["api"], player["input"], player["output"]) == ("auto", None, None)
    assert (player["client"], player["resume"]) == ("Antiphon", None)
    assert engine["models"] == str(tmp_path)


def test_an_engine_that_crashes_hears_the_phrase_again(play: Jam, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub.turn("top_k", 7)
        for message in (pulse(0.0), on(40), status("armed"), on(60), pulse(1.0), on(64)):
            hub._take_in("player", message)
        hub.crew.send("engine", Action("panic"))
        await until(lambda: len(cast.lives("engine")) == 2 and len(cast.lives("engine")[1]) >= 5)
        assert "something broke inside" in hub.snapshot.fault

    play(story, engine="crash once")
    assert cast.lives("engine")[1] == [
        line(Action("start")),
        *map(line, (pulse(0.0), on(60), pulse(1.0), on(64))),
        "farewell",
    ]
    again = json.loads(cast.log("engine")[-7].removeprefix("born "))
    assert again["settings"]["top_k"] == 7
    assert len(cast.lives("player")) == 1


def test_the_first_word_of_an_engine_that_begins_again_is_not_taken_for_the_end_of_the_phrase(
    play: Jam,
) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        for message in (pulse(0.0), on(60), status("listening")):
            hub._take_in("player", message)
        hub.crew.send("engine", Action("panic"))
        await until(lambda: "restarted" in hub.snapshot.fault)
        for message in (status("armed"), status("listening"), on(62)):
            hub._take_in("engine", message)
        assert hub.snapshot.phrase == (60, 62)
        assert hub._recovery._phrase.replay() == [pulse(0.0), on(60), on(62)]

    play(story, engine="crash once")


def test_a_phrase_that_kills_twice_is_not_tried_again(play: Jam, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        for message in (pulse(0.0), on(60)):
            hub._take_in("player", message)

        def in_life(number: int) -> bool:
            engine = hub.crew._children.get("engine")
            return len(cast.lives("engine")) == number and engine is not None and engine.greeted

        for life in (1, 2):
            await until(partial(in_life, life))
            hub.crew.send("engine", Action("panic"))
        await until(lambda: len(cast.lives("engine")) == 3 and cast.lives("engine")[2])

    play(story, engine="crash")
    assert line(on(60)) in cast.lives("engine")[1]
    assert line(on(60)) not in cast.lives("engine")[2]
    assert line(pulse(0.0)) in cast.lives("engine")[2]


def test_a_frozen_engine_is_killed_and_begun_again(
    play: Jam, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "SILENCE", 0.6)

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub.crew.send("engine", Action("panic"))
        await until(lambda: len(cast.lives("engine")) == 2)
        assert "no sign of life" in hub.snapshot.fault

    play(story, engine="freeze once")


def test_a_stopped_process_is_killed_too(
    play: Jam, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "SILENCE", 0.6)

    async def story(hub: Hub) -> None:
        await greeted(hub)
        os.kill(hub.crew._children["player"].process.pid, signal.SIGSTOP)
        await until(lambda: len(cast.lives("player")) == 2)
        assert "no sign of life" in hub.snapshot.fault

    play(story)


def test_a_child_that_talks_nonsense_is_begun_again(play: Jam, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub.crew.send("engine", Action("panic"))
        await until(lambda: len(cast.lives("engine")) == 2)
        assert "no message" in hub.snapshot.fault

    play(story, engine="babble once")


def _last_birth(log: list[str]) -> str:
    return [entry for entry in log if entry.startswith("born")][-1].removeprefix("born ")


def test_a_player_that_died_is_begun_again_and_pays_its_debts(play: Jam, cast: Any) -> None:
    later = 2 * time.monotonic()  # pulse(9.0) is of second 1, at two beats a second
    notes = [Play(1, beat, 1.0, 0, 60, 90) for beat in (10.0, later + 500.0)]

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub._take_in("player", pulse(9.0))
        for note in notes:
            hub._take_in("engine", note)
        os.kill(hub.crew._children["player"].process.pid, signal.SIGKILL)
        await until(lambda: len(cast.lives("player")) == 2 and len(cast.lives("player")[1]) > 1)

    play(story)
    assert cast.lives("player")[1][:2] == [line(Action("panic")), line(notes[1])]
    resumed = json.loads(_last_birth(cast.log("player")))["resume"]
    assert resumed == {
        "second": 1.0, "beat": 9.0, "bpm": 120.0, "source": "midi", "away": 0.0, "reason": "",
        "playing": True,
    }  # fmt: skip
    assert cast.lives("engine") == [[line(pulse(9.0)), "farewell"]]


@pytest.mark.parametrize(("manners", "code"), [("no midi", 3), ("no model", 4)])
def test_a_child_that_cannot_begin_ends_the_jam(
    play: Jam, cast: Any, manners: str, code: int
) -> None:
    hub, [error] = play(_forever, player=manners)
    assert isinstance(error, StartError)
    assert (error.who, error.exit_code, str(error)) == ("player", code, f"{manners} to be found")
    assert hub.snapshot.fault == ""  # it is told once, at the end
    assert len(cast.lives("player")) == 1


def test_a_midi_system_that_went_away_is_waited_for(
    play: Jam, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "PORT_PATIENCE", 0.05)

    async def story(hub: Hub) -> None:
        await greeted(hub)
        crew = hub.crew
        crew._commands = {**crew._commands, **cast.commands(player="no midi")}
        os.kill(crew._children["player"].process.pid, signal.SIGKILL)
        await until(lambda: len(cast.lives("player")) >= 6)
        assert "no midi" in hub.snapshot.fault
        crew._commands = cast.commands()
        await until(lambda: "player" in crew._children and crew._children["player"].greeted)

    _, ended = play(story)
    assert ended == []


def test_a_crash_loop_ends_with_one_line(play: Jam, cast: Any) -> None:
    _, [error] = play(_forever, engine="stillborn")
    assert type(error) is BridgeError
    assert str(error) == (
        "the engine ended 4 times within 10 seconds; the last time: ImportError: no such thing"
    )
    assert len(cast.lives("engine")) == 4


def test_a_child_that_does_not_read_holds_up_nobody(play: Jam) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        engine = hub.crew._children["engine"]
        os.kill(engine.process.pid, signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(20_000):
            hub.crew.send("engine", on(60))
        assert time.monotonic() - began < 2
        assert engine.link.waiting
        os.kill(engine.process.pid, signal.SIGCONT)
        await until(lambda: not engine.link.waiting)

    play(story)


def test_faults_while_playing_are_shown(play: Jam, cast: Any) -> None:
    cast.score("engine", encode(Fault("engine", 4, "swing.onnx is broken")))

    async def story(hub: Hub) -> None:
        await greeted(hub)
        hub.press("trigger")
        await until(lambda: hub.snapshot.fault == "engine: swing.onnx is broken")

    _, ended = play(story)
    assert ended == []


def test_a_player_does_not_play_on_for_an_engine_that_died(play: Jam, cast: Any) -> None:
    async def story(hub: Hub) -> None:
        await greeted(hub)
        for message in (pulse(0.0), Play(3, 90.0, 1.0, 0, 67, 90), status("responding", 3)):
            hub._take_in("engine", message)
        hub.crew.send("engine", Action("panic"))
        await until(lambda: any('"Cancel",3' in line for line in cast.log("player")))

    play(story, engine="crash once")
    assert len(cast.lives("player")) == 1
