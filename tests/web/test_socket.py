"""The panel's socket: what a browser is told, what it may ask, and what it may not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from bridge.app.hub.hub import Hub
from bridge.control.surfaces import READINGS
from bridge.core.events import ACTIONS, Heard, Play, Played, Pulse
from bridge.core.params import PARAMS
from bridge.web.feed import BACKLOG
from tests.control.stage import until
from tests.web.stage import browser, tell


def test_a_browser_is_told_the_table_and_every_value(tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        async with browser(port) as page:
            [table] = await page.hear("/panel/table")
            assert [row["name"] for row in table["params"]] == list(PARAMS)
            assert table["actions"] == list(ACTIONS)
            for row in PARAMS.values():
                assert await page.hear(f"/jam/{row.knob.address}") == [row.default]
            assert await page.hear("/jam/state") == ["starting"]

    tell(story, tmp_path)


def test_what_one_turns_the_other_sees(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with browser(port) as one, browser(port) as other:
            await other.hear("/jam/take")  # the last of what it is told first
            await one.say("/jam/temperature", 1.5)
            assert await other.hear("/jam/temperature") == [1.5]
            hub.turn("temperature", 0.5)
            assert await other.hear("/jam/temperature") == [0.5]

    tell(story, tmp_path)


def test_of_a_flood_a_browser_hears_the_newest_value_and_every_note(tmp_path: Path) -> None:
    """Given more values than it could be sent as lines, a browser stays and hears the last."""

    async def story(hub: Hub, port: int) -> None:
        async with browser(port) as page:
            await page.hear(f"/jam/{READINGS[-1].address}")  # the last of what it is told first
            for step in range(2 * BACKLOG):
                hub.turn("seed", step)
                if step % BACKLOG == 0:
                    hub._take_in("player", Heard(0.5, 0x90, 60, 90))
            hub._take_in("player", Heard(1.0, 0x80, 60, 0))
            lines = []
            while ["/jam/seed", 2 * BACKLOG - 1] not in lines:
                lines += json.loads(await page.wire.recv())
            assert len([line for line in lines if line[0] == "/jam/seed"]) < 100
            assert [line[0] for line in lines].count("/panel/heard") == 3

    tell(story, tmp_path)


def test_presets_are_saved_and_loaded(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with browser(port) as page:
            await page.say("/jam/preset/save", "plain")
            while await page.hear("/jam/preset") != ["plain", ""]:
                continue
            await page.say("/jam/list/presets")
            assert await page.hear("/jam/list/presets") == ["plain"]
            hub.turn("temperature", 0.5)
            await page.say("/jam/preset/load", "plain")
            await until(lambda: hub.snapshot.settings.temperature == 0.95)
            await page.say("/jam/preset/load", "nobody")
            code, told = await page.hear("/jam/error")
            assert (code, told.split(" in ")[0]) == (2, "there is no preset 'nobody'")

    tell(story, tmp_path)


def test_notes_and_clock_are_shown(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with browser(port) as page:
            await page.hear("/jam/take")
            hub._take_in("player", Pulse(9.0, 4.0, 90.0, playing=True, source="link", status=""))
            hub._take_in("player", Heard(4.5, 0x90, 60, 80))
            hub._take_in("engine", Play(1, 8.0, 0.5, 3, 64, 70))
            assert await page.hear("/panel/pulse") == [9.0, 4.0, 90.0, 1, 0.0]
            assert await page.hear("/panel/heard") == [4.5, 0x90, 60, 80]
            assert await page.hear("/panel/play") == [8.0, 0.5, 3, 64, 70, 1]

    tell(story, tmp_path)


def test_buttons_pressed_elsewhere_are_told(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with browser(port) as page:
            await page.hear("/jam/take")
            hub.press("panic")
            assert await page.hear("/panel/action") == ["panic"]

    tell(story, tmp_path)


def test_keys_are_played_and_let_go_when_the_page_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key and a pedal that a page leaves down are let go by us."""
    played: list[Any] = []

    async def story(hub: Hub, port: int) -> None:
        monkeypatch.setattr(hub.crew, "send", lambda *sent: played.append(sent))
        async with browser(port) as page:
            for key in ((0x90, 60, 99), (0x90, 64, 99), (0x80, 60, 0), (0xB0, 64, 127)):
                await page.say("/panel/key", *key)
            await page.say("/panel/time", 17.5)
            [theirs, ours] = await page.hear("/panel/time")
            assert theirs == 17.5
            assert ours > 0
        await until(lambda: len(played) == 6)

    tell(story, tmp_path)
    assert played[4:] == [("player", Played(0x80, 64, 0)), ("player", Played(0xB0, 64, 0))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not a list"),
        ("[]", "not a list"),
        ("[1]", "not a list"),
        ('["/jam/temperature",[1]]', "not a list"),
        ('["/jam/temperature",null]', "not a list"),
        ('["/jam/temperature","hot"]', "takes one number"),
        ('["/jam/temprature",1]', "did you mean /jam/temperature"),
        ('["/panel/key",0,60,60]', "takes a note"),
        ('["/panel/key",144,60,600]', "takes a note"),
        ('["/jam/subscribe"]', "told everything"),
        ("[" * 5000, "not a list"),
    ],
)
def test_nonsense_gets_a_line_and_loses_nothing(text: str, says: str, tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        async with browser(port) as page:
            await page.wire.send(text)
            [_, told] = await page.hear("/jam/error")
            assert says in told
            await page.say("/jam/temperature", 1.25)
            assert await page.hear("/jam/temperature") == [1.25]

    tell(story, tmp_path)


def test_bytes_and_floods_end_only_who_sends_them(tmp_path: Path) -> None:
    async def story(hub: Hub, port: int) -> None:
        async with browser(port) as good, browser(port) as rude, browser(port) as loud:
            await rude.wire.send(b"\x00" * 10)
            await loud.wire.send("x" * 70_000)
            for page in (rude, loud):
                await asyncio.wait_for(page.wire.wait_closed(), 5)
            assert (rude.wire.close_code, loud.wire.close_code) == (1003, 1009)
            await good.say("/jam/top_k", 7)
            await until(lambda: hub.snapshot.settings.top_k == 7)

    tell(story, tmp_path)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
def test_pages_of_other_sites_are_refused(origin: str, tmp_path: Path) -> None:
    async def story(_: Hub, port: int) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}/socket", origin=Origin(origin))
        assert refused.value.response.status_code == 403

    tell(story, tmp_path)
