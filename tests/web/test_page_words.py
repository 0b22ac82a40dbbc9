"""The words of the page: two languages, and what is in neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from bridge.core.events import Pulse, Status
from bridge.web import panel
from bridge.web.table import table
from tests.web.chromium import Driver, Page
from tests.web.watch import READY, look

pytestmark = pytest.mark.studio


def test_parameters_are_explained_in_russian_and_new_ones_in_english(
    tmp_path: Path, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, units, choices and help are translated; what has no words yet keeps its own."""

    def wider(routes: Any) -> dict[str, Any]:
        told = table(routes)
        row = {
            "name": "swing", "address": "swing", "type": "float", "help": "How far",
            "default": 0.5, "low": 0, "high": 1, "unit": "furlongs", "choices": [], "on_bar": False,
        }  # fmt: skip
        told["params"].append(row)
        return told

    def see(page: Page, _: Hub) -> None:
        row = "document.querySelector('[data-address=\"{}\"]')"
        silence = page.read(row.format("call/silence") + ".textContent")
        assert "тишина · доли" in silence
        assert "заканчивает фразу" in silence
        choices = row.format("style") + ".querySelector('option[value=\"light\"]').textContent"
        assert page.read(choices) == "лёгкая музыка"
        assert "swing · furlongs" in page.read(row.format("swing") + ".textContent")
        assert page.read(row.format("swing") + ".querySelector('.help').textContent") == "How far"
        assert page.read(row.format("swing") + ".querySelector('.help').lang") == "en"
        assert page.read(row.format("style") + ".querySelector('.help').lang") == "ru"

    monkeypatch.setattr(panel, "table", wider)
    look(tmp_path, driver, see, locale="ru-RU")


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_no_word_runs_out_of_its_place(tmp_path: Path, driver: Driver, locale: str) -> None:
    """Choices side by side, and the prompt's example, are read whole at 1280 pixels."""

    def see(page: Page, _: Hub) -> None:
        cut = """[...document.querySelectorAll('.segments, .segment')]
          .filter((place) => place.scrollWidth > place.clientWidth + 2)
          .map((place) => place.innerText)"""
        assert page.read(cut) == []
        example = """((field) => { const pen = document.createElement('canvas').getContext('2d');
          pen.font = getComputedStyle(field).font;
          return pen.measureText(field.placeholder).width + 24 - field.clientWidth })"""
        assert page.read(f"{example}(document.querySelector('#param-prompt'))") <= 0

    look(tmp_path, driver, see, locale=locale, viewport={"width": 1280, "height": 800})


def test_the_page_speaks_russian_and_remembers_it(tmp_path: Path, either: Driver) -> None:
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

    look(tmp_path, either, see)


def test_the_page_says_what_starts_the_song_that_stands(tmp_path: Path, driver: Driver) -> None:
    """Start is offered where it starts the song; else it is said where play is to be pressed."""

    def see(page: Page, hub: Hub) -> None:
        loop = hub.crew._loop
        pulse = Pulse(0.0, 0.0, 120.0, playing=False, source="midi", status="stopped")
        for who, message in (
            ("player", pulse),
            ("engine", Status("armed", 0, 0, 0, "", "", "", 0.0)),
        ):
            loop.call_soon_threadsafe(hub._take_in, who, message)
        hint = "document.querySelector('#state-hint').innerText"
        page.until(f"{hint}.includes('press Start')")
        loop.call_soon_threadsafe(hub.adopt, {"clock_source": "midi"})
        page.until(f"{hint}.includes('press play in the DAW')")

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


def test_what_antiphon_tells_is_said_in_the_language_chosen(tmp_path: Path, driver: Driver) -> None:
    """Errors, findings and readings are Russian, and English again when that is pressed."""

    def see(page: Page, _: Hub) -> None:
        place = "document.querySelector('#notice')"
        page.read("antiphon.desk.ask('preset/load', 'nobody')")
        page.until(f"{place}.textContent.startsWith('пресета «nobody» нет')")
        assert page.read(f"{place}.lang") == "ru"
        page.click("#examine")
        page.until("document.querySelectorAll('#findings [data-mark]').length > 3")
        told = "[...document.querySelectorAll('#findings [data-told]')]"
        assert (
            page.read(f"{told}.filter((line) => line.lang !== 'ru').map((l) => l.innerText)") == []
        )
        readings = "document.querySelector('#readings-list').textContent"
        assert "ход песни" in page.read(readings)
        assert "стоит" in page.read(readings)
        page.click("#language")
        assert page.read(f"{told}.every((line) => line.textContent === line.dataset.told)")
        assert "transport" in page.read(readings)

    look(tmp_path, driver, see, locale="ru-RU")


def test_russian_is_fetched_when_it_is_chosen(tmp_path: Path, driver: Driver) -> None:
    """Who reads English does not wait for the sentences of another language."""

    def see(page: Page, _: Hub) -> None:
        assert not any("russian/told" in url for url in page.asked)
        page.click("#language")
        page.until("document.documentElement.lang === 'ru'")
        page.read("antiphon.desk.ask('preset/load', 'nobody')")
        page.until("document.querySelector('#notice').lang === 'ru'")
        assert any("russian/told" in url for url in page.asked)

    look(tmp_path, driver, see, locale="en-GB")
