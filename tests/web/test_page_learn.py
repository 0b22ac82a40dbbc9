"""MIDI learn on the page: what to do is said, and what a control did before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from bridge.core.events import ControlChange, Heard
from bridge.web import panel
from bridge.web.table import table
from tests.web.chromium import Driver, Page
from tests.web.watch import look

pytestmark = pytest.mark.studio

LINE = "document.querySelector('#learning')"
BUTTON = "[data-address='{}'] .learn"


def hears(hub: Hub, message: Heard | ControlChange) -> None:
    hub.crew._loop.call_soon_threadsafe(hub._take_in, "player", message)


def test_the_page_says_what_to_do_and_what_was_learned(tmp_path: Path, driver: Driver) -> None:
    """It asks for a knob, or for a key where one will do, and tells what the knob did before."""

    def see(page: Page, hub: Hub) -> None:
        page.click("#learn")
        page.click(BUTTON.format("style"))
        page.until(f"{LINE}.innerText.startsWith('Move a knob or press a key for “style”')")
        hears(hub, ControlChange(0.0, 0, 20, 0))
        page.until(f"{LINE}.innerText === 'style: CC 20, channel 1'")
        page.click(BUTTON.format("temperature"))
        page.until(f"{LINE}.innerText.startsWith('Move a knob or fader for “temperature”')")
        hears(hub, ControlChange(0.0, 0, 20, 59))
        page.until(f"{LINE}.innerText === 'temperature: CC 20, channel 1; was style'")

    look(tmp_path, driver, see)


def test_a_key_for_a_number_says_why_it_is_not_taken(tmp_path: Path, driver: Driver) -> None:
    """Both lines can be read, and pressing the button again takes the first away."""

    def see(page: Page, hub: Hub) -> None:
        notice = "document.querySelector('#notice')"
        page.click("#learn")
        page.click(BUTTON.format("temperature"))
        page.until(f"!{LINE}.hidden")
        hears(hub, Heard(0.0, 0x90, 60, 90))
        page.until(f"{notice}.innerText.includes('клавишей не повернуть')")
        box = "{}.getBoundingClientRect()"
        assert page.read(f"{box.format(notice)}.bottom < {box.format(LINE)}.top")
        page.click(BUTTON.format("temperature"))
        page.until(f"{LINE}.hidden")

    look(tmp_path, driver, see, locale="ru-RU")


def test_what_is_said_in_words_has_no_learn_button_and_an_example_of_its_own(
    tmp_path: Path, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No knob turns free text, the model or a seed; the prompt's example is the prompt's alone."""

    def wider(routes: Any) -> dict[str, Any]:
        told = table(routes)
        row = next(row for row in told["params"] if row["name"] == "prompt")
        told["params"].append(row | {"name": "diary", "address": "diary"})
        return told

    def see(page: Page, _: Hub) -> None:
        for address in ("prompt", "diary", "seed", "model"):
            assert page.read(f"document.querySelector(`{BUTTON.format(address)}`)") is None
        assert page.read("document.querySelector('#param-prompt').placeholder") != ""
        assert page.read("document.querySelector('#param-diary').placeholder") == ""

    monkeypatch.setattr(panel, "table", wider)
    look(tmp_path, driver, see)


def test_the_page_says_which_way_to_turn_a_knob_that_waits(tmp_path: Path, driver: Driver) -> None:
    """Until it meets its value."""

    def see(page: Page, hub: Hub) -> None:
        page.click("#learn")
        page.click(BUTTON.format("temperature"))
        page.until(f"!{LINE}.hidden")
        hears(hub, ControlChange(0.0, 0, 20, 59))
        page.until(f"{LINE}.innerText.endsWith('CC 20, канал 1')")
        hub.crew._loop.call_soon_threadsafe(hub.turn, "temperature", 2.0)
        hears(hub, ControlChange(0.0, 0, 20, 60))
        page.until(f"{LINE}.innerText.endsWith('доведите CC 20, канал 1, вверх до значения')")
        hears(hub, ControlChange(0.0, 0, 20, 127))
        page.until(f"{LINE}.hidden")

    look(tmp_path, driver, see, locale="ru-RU")
