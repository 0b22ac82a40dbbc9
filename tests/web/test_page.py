"""The page as it is drawn: what is new in the table, sizes, notes, who cannot see."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from bridge.core.events import Cancel, Heard, Message, Play, Pulse, Retract
from bridge.web import panel
from bridge.web.table import table
from tests.web.chromium import FOLDER, Driver, Page
from tests.web.stage import tell
from tests.web.watch import look

pytestmark = pytest.mark.studio

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "hasTouch": True}
FAR = 1e6  # seconds of a pulse that makes this moment a beat long before its own
SERIOUS = """axe.run().then(({ violations }) => violations
  .filter((found) => ['serious', 'critical'].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' ')}`))"""


def test_what_is_new_in_the_table_appears_by_itself(
    tmp_path: Path, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parameter, an action, a reading and a list that nobody told the page of are drawn."""

    def wider(routes: Any) -> dict[str, Any]:
        told = table(routes)
        row = {
            "name": "swing_amount", "address": "swing/amount", "type": "float", "help": "How far",
            "default": 0.5, "low": 0, "high": 1, "unit": "%", "choices": [], "on_bar": False,
        }  # fmt: skip
        told["params"] += [row, row | {"name": "swing_grid", "address": "swing/grid"}]
        told["actions"] += ["undo", "applaud"]
        readings = ("weather", "learning")
        told["readings"] += [{"address": name, "types": "s", "help": ""} for name in readings]
        told["lists"] += ["presets", "learned"]
        return told

    def see(page: Page, _: Hub) -> None:
        row = page.read("document.querySelector('[data-address=\"swing/amount\"]').innerText")
        assert "amount" in row
        assert page.read("document.querySelector('#param-swing_amount').max") == "1"
        assert page.read("document.querySelector('[data-group=swing] h3').innerText") == "Swing"
        assert page.read("document.querySelector('#actions [data-action=applaud]').innerText")
        assert page.read("document.querySelector('#history [data-action=undo]') !== null")
        assert "weather" in page.read("document.querySelector('#readings-list').textContent")
        assert page.read("!document.querySelector('#presets').hidden")
        assert page.read("document.querySelectorAll('.row .learn').length") > 20

    monkeypatch.setattr(panel, "table", wider)
    look(tmp_path, driver, see)


def test_what_the_table_lacks_is_hidden(
    tmp_path: Path, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stands there for what an Antiphon cannot do."""

    def narrow(_: Any) -> dict[str, Any]:
        told = table()
        few = {"readings": [], "actions": ["panic"], "lists": ["models"], "routes": []}
        return told | few

    def see(page: Page, _: Hub) -> None:
        for room in ("presets", "learned", "doctor", "takes"):
            assert page.read(f"document.querySelector('#{room}').hidden")
        assert page.read("document.querySelectorAll('.action').length") == 1
        assert page.read("document.querySelectorAll('.learn').length") == 0

    monkeypatch.setattr(panel, "table", narrow)
    look(tmp_path, driver, see)


def test_the_doctor_can_be_asked(tmp_path: Path, driver: Driver) -> None:
    """A press of the button lists what was found, each with how it stands."""

    def see(page: Page, _: Hub) -> None:
        page.click("#examine")
        page.until("document.querySelectorAll('#findings [data-mark]').length > 3")

    look(tmp_path, driver, see)


def test_a_plan_is_drawn_cancelled_and_taken_back(tmp_path: Path, driver: Driver) -> None:
    """Notes ahead appear; a retraction takes those from its beat, a cancel all that wait."""

    def see(page: Page, hub: Hub) -> None:
        pulse = Pulse(FAR, 1e6, 60.0, playing=True, source="internal", status="free")
        loop = asyncio.run_coroutine_threadsafe
        ahead = "antiphon.notes.all.map((note) => note.beat)"

        async def say(*messages: Any) -> None:
            for message in messages:
                hub._take_in("engine", message)

        def tell_page(*messages: Any) -> None:
            loop(say(*messages), hub.crew._loop).result()

        tell_page(pulse)
        page.until("antiphon.clock.playing && antiphon.clock.offset !== null")
        beats = [1e6 + n for n in (1, 2, 3)]
        tell_page(*(Play(1, beat, 0.5, 0, 60, 80) for beat in beats))
        page.until("antiphon.notes.all.length === 3")
        tell_page(Retract(1, beats[2]))
        page.until("antiphon.notes.all.length === 2")
        assert page.read(ahead) == beats[:2]
        tell_page(Cancel(1, beats[0]))
        page.until("antiphon.notes.all.length === 0")

    look(tmp_path, driver, see)


def test_the_chord_that_sounds_is_shown(tmp_path: Path, driver: Driver) -> None:
    """Three keys over a bass go down, and their chord stands beside the key."""

    def see(page: Page, hub: Hub) -> None:
        assert page.read("document.querySelector('#chord').innerText") == "–"

        async def play() -> None:
            for pitch in (45, 60, 65, 69):
                hub._take_in("player", Heard(0.0, 0x90, pitch, 90))

        asyncio.run_coroutine_threadsafe(play(), hub.crew._loop).result()
        page.until("document.querySelector('#chord').innerText === 'F/A'")
        assert page.read("!document.querySelector('#chord-box').hidden")

    look(tmp_path, driver, see)


def test_a_page_that_comes_late_draws_what_was_and_sounds_none_of_it(
    tmp_path: Path, driver: Driver
) -> None:
    """Keys and answers of the past are on the roll, without what was cancelled; nothing sounds."""

    async def story(hub: Hub, port: int) -> None:
        messages: list[Message] = [
            Pulse(time.monotonic() - 8, 0.0, 60.0, playing=True, source="internal", status="free"),
            Heard(1.0, 0x90, 60, 80), Heard(1.5, 0x80, 60, 0),
            *(Play(1, beat, 0.5, 0, 64, 80) for beat in (2.0, 3.0, 4.0)), Cancel(1, 3.25),
            Play(2, 5.0, 0.5, 0, 67, 80), Play(2, 1e5, 0.5, 0, 72, 80),
        ]  # fmt: skip
        for message in messages:
            hub._take_in("player", message)

        def watch() -> None:
            page = driver.open(f"http://127.0.0.1:{port}/")
            page.until("antiphon.clock.playing && antiphon.clock.offset !== null")
            page.read("antiphon.sound.turn(true)")
            page.until("antiphon.sound.awake && antiphon.conductor.waiting.size === 1")
            notes = "antiphon.notes.all.map((note) => [note.beat, note.length])"
            assert page.read(notes) == [[1, 0.5], [2, 0.5], [3, 0.25], [5, 0.5], [1e5, 0.5]]
            assert page.read("antiphon.sound.struck") == 0
            page.close()

        await asyncio.to_thread(watch)

    tell(story, tmp_path)


def test_rows_without_a_group_stand_with_the_row_before(tmp_path: Path, driver: Driver) -> None:
    """No group holds what belongs nowhere, and no name only repeats its unit."""

    def see(page: Page, _: Hub) -> None:
        group = "document.querySelector('[data-address=\"{}\"]').parentElement.dataset.group"
        homes = {
            "response/bars": "dials", "velocity/scale": "range", "channel/out": "voice",
            "live/follow": "clock", "latency/offset": "late", "control/takeover": "control",
        }  # fmt: skip
        assert {address: page.read(group.format(address)) for address in homes} == homes
        label = "document.querySelector('[data-address=\"{}\"] label').textContent"
        assert page.read(label.format("call/bars")) == "at most, in bars"
        assert page.read(label.format("clock/link")) == "Ableton Link"
        assert page.read(label.format("call/silence")) == "silence · beats"

    look(tmp_path, driver, see)


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_a_phone_needs_no_scrolling_sideways(tmp_path: Path, either: Driver, locale: str) -> None:
    """At 360 pixels nothing is wider than the screen."""

    def see(page: Page, _: Hub) -> None:
        page.read("document.querySelectorAll('details').forEach((group) => { group.open = true })")
        assert page.read("document.documentElement.scrollWidth") <= 360
        assert page.read("document.documentElement.lang") == locale[:2]
        tops = "new Set([...document.querySelectorAll('.chrome button:not([hidden])')]"
        assert page.read(f"{tops}.map((button) => button.offsetTop)).size") == 1
        assert page.read("document.querySelector('#device').offsetWidth > 0")

    look(tmp_path, either, see, locale=locale, **PHONE)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious(tmp_path: Path, either: Driver, theme: str) -> None:
    """Contrast, names and roles are as WCAG asks, in both themes, whichever browser draws them."""

    def see(page: Page, _: Hub) -> None:
        page.click_until("#theme", f"document.documentElement.dataset.theme === '{theme}'")
        page.click("#help")
        page.read("document.querySelectorAll('details').forEach((group) => { group.open = true })")
        page.do("evaluate", (FOLDER / "node_modules/axe-core/axe.min.js").read_text())
        assert page.read(SERIOUS) == []

    look(tmp_path, either, see)
