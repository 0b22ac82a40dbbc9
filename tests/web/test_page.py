"""The page as it is drawn: what is new in the table, languages, sizes, who cannot see or point."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from bridge.core.events import Cancel, Play, Pulse, Retract
from bridge.web import panel
from bridge.web.table import table
from tests.web.chromium import FOLDER, Driver, Page
from tests.web.stage import tell

pytestmark = pytest.mark.studio

PHONE = {"viewport": {"width": 360, "height": 740}, "hasTouch": True}
READY = "document.querySelectorAll('.row').length > 20"
FAR = 1e6  # seconds of a pulse that makes this moment a beat long before its own
SERIOUS = """axe.run().then(({ violations }) => violations
  .filter((found) => ['serious', 'critical'].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' ')}`))"""


def look(folder: Path, driver: Driver, see: Callable[[Page, Hub], None], **options: Any) -> None:
    """Open a page on a hub without children and look at it, in a thread of its own."""

    async def story(hub: Hub, port: int) -> None:
        def watch() -> None:
            page = driver.open(f"http://127.0.0.1:{port}/", **options)
            page.until(READY)
            see(page, hub)
            assert page.complaints == []
            page.close()

        await asyncio.to_thread(watch)

    tell(story, folder)


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


def test_the_page_speaks_russian_and_remembers_it(tmp_path: Path, driver: Driver) -> None:
    """One press changes the language of all words, and a new visit keeps it."""

    def see(page: Page, _: Hub) -> None:
        page.click("#language")
        assert page.read("document.documentElement.lang") == "ru"
        assert page.read("document.querySelector('#state').innerText") == "Загрузка"
        assert (
            page.read("document.querySelector('[data-group=wishes] h3').innerText") == "Пожелания"
        )
        assert page.read("document.querySelector('[data-action=panic]').innerText") == "Тишина!"
        page.do("reload")
        page.until(READY)
        assert page.read("document.querySelector('#parameters h2').innerText") == "Параметры"

    look(tmp_path, driver, see)


def test_every_word_is_there_in_both_languages(tmp_path: Path, driver: Driver) -> None:
    """All buttons, states, groups and labels of this table are said in Russian."""

    def see(page: Page, _: Hub) -> None:
        lacking = """import('./words.js').then(({ WORDS }) => {
            const said = [...document.querySelectorAll('[data-say]:not(option)')]
              .map((element) => element.dataset.say)
              .filter((key) => !/^(name|choice)[.]/.test(key));
            return [...Object.keys(WORDS.en), ...said].filter((key) => !(key in WORDS.ru)) })"""
        assert page.read(lacking) == []

    look(tmp_path, driver, see)


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_a_phone_needs_no_scrolling_sideways(tmp_path: Path, driver: Driver, locale: str) -> None:
    """At 360 pixels nothing is wider than the screen."""

    def see(page: Page, _: Hub) -> None:
        page.read("document.querySelectorAll('details').forEach((group) => { group.open = true })")
        assert page.read("document.documentElement.scrollWidth") <= 360
        assert page.read("document.documentElement.lang") == locale[:2]

    look(tmp_path, driver, see, locale=locale, **PHONE)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_serious(tmp_path: Path, driver: Driver, scheme: str) -> None:
    """Contrast, names and roles are as WCAG asks, in both themes."""

    def see(page: Page, _: Hub) -> None:
        page.click("#help")
        page.do("evaluate", (FOLDER / "node_modules/axe-core/axe.min.js").read_text())
        assert page.read(SERIOUS) == []

    look(tmp_path, driver, see, colorScheme=scheme)


@pytest.mark.parametrize(("typed", "shown"), [("7", "2"), ("", "0.95"), ("-1", "0.05")])
def test_a_number_field_shows_what_applies(
    typed: str, shown: str, tmp_path: Path, driver: Driver
) -> None:
    """A number beyond the limits, or none, gives way to the value in force."""

    def see(page: Page, _: Hub) -> None:
        page.do("fill", "#param-temperature", typed)
        page.key("press", "Enter")
        page.key("press", "Tab")
        page.until(f"document.querySelector('#param-temperature').value === '{shown}'")

    look(tmp_path, driver, see)


def test_letters_play_again_once_something_was_chosen(tmp_path: Path, driver: Driver) -> None:
    """A list lets go of the keyboard after a choice, and keeps it while arrow keys walk on."""

    def see(page: Page, hub: Hub) -> None:
        page.do("focus", "#param-voice_player")
        page.key("press", "ArrowDown")
        page.until("document.querySelector('#param-voice_player').value === 'mallets'")
        assert page.read("document.activeElement.id") == "param-voice_player"
        page.do("waitForTimeout", 200)
        page.do("selectOption", "#param-voice_player", "organ")
        page.key("down", "a")
        page.until("antiphon.hands.mine.size === 1")
        page.key("up", "a")
        assert page.read("document.querySelector('#param-voice_player').value") == "organ"

    look(tmp_path, driver, see)


def test_the_first_key_sounds(tmp_path: Path, driver: Driver) -> None:
    """A key that finds the sound asleep wakes it and is heard."""

    def see(page: Page, _: Hub) -> None:
        page.read("antiphon.sound.turn(true)")
        page.until("antiphon.sound.awake")
        page.read("antiphon.sound.context.suspend()")
        page.until("!antiphon.sound.awake")
        page.key("down", "a")
        page.until("antiphon.sound.struck === 1 && antiphon.sound.voices.size === 1")
        page.key("up", "a")
        page.until("antiphon.sound.voices.size === 0")

    look(tmp_path, driver, see)


def test_the_keyboard_alone_can_play(tmp_path: Path, driver: Driver) -> None:
    """Arrow keys walk along the piano, Enter presses what has the focus."""

    def see(page: Page, _: Hub) -> None:
        page.do("focus", ".key[tabindex='0']")
        first = page.read("Number(document.activeElement.dataset.pitch)")
        page.key("press", "ArrowRight")
        assert page.read("Number(document.activeElement.dataset.pitch)") == first + 1
        page.key("down", "Enter")
        page.until(f"antiphon.hands.mine.has({first + 1})")
        page.key("up", "Enter")
        page.until("antiphon.hands.mine.size === 0")

    look(tmp_path, driver, see)
