"""The page under a hand, in Chromium and Firefox: what is typed, chosen, pressed and played."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bridge.app.hub.hub import Hub
from bridge.core.events import ControlChange, Pulse
from tests.web import firefox
from tests.web.chromium import Driver, Page
from tests.web.watch import look

pytestmark = pytest.mark.studio


@pytest.mark.parametrize(("typed", "shown"), [("7", "2"), ("", "0.95"), ("-1", "0.05")])
def test_a_number_field_shows_what_applies(
    typed: str, shown: str, tmp_path: Path, either: Driver
) -> None:
    """A number beyond the limits, or none, gives way to the value in force."""

    def see(page: Page, _: Hub) -> None:
        page.do("fill", "#param-temperature", typed)
        page.key("press", "Enter")
        page.key("press", "Tab")
        page.until(f"document.querySelector('#param-temperature').value === '{shown}'")

    look(tmp_path, either, see)


def test_letters_play_again_once_something_was_chosen(tmp_path: Path, either: Driver) -> None:
    """A list lets go of the keyboard after a choice, and keeps it while arrow keys walk on."""

    def see(page: Page, _: Hub) -> None:
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

    look(tmp_path, either, see)


WHERE = "[document.activeElement.tagName, antiphon.hands.mine.size]"
PANICS = """antiphon.panics = 0;
  antiphon.desk.press = (name) => { antiphon.panics += Number(name === 'panic') }"""


@pytest.mark.parametrize(("field", "typed"), [("prompt", "sad jazz"), ("temperature", "1.5")])
def test_letters_play_again_once_something_was_typed(
    field: str, typed: str, tmp_path: Path, either: Driver
) -> None:
    """Enter takes what was typed and lets go of the keyboard."""

    def see(page: Page, _: Hub) -> None:
        page.do("fill", f"#param-{field}", typed)
        page.key("press", "Enter")
        page.until(f"String(antiphon.desk.value('{field}')) === '{typed}'")
        page.key("down", "a")
        assert page.read(WHERE) == ["BODY", 1]
        page.key("up", "a")

    look(tmp_path, either, see)


@pytest.mark.parametrize(
    ("field", "before"), [("param-prompt", ""), ("param-temperature", "0.95"), ("preset-name", "")]
)
def test_escape_silences_wherever_one_is_writing(
    field: str, before: str, tmp_path: Path, either: Driver
) -> None:
    """It gives up what was typed, lets go of the keyboard and is panic, all at once."""

    def see(page: Page, _: Hub) -> None:
        page.read(PANICS)
        page.do("fill", f"#{field}", "1")
        page.key("press", "Escape")
        assert page.read(WHERE) == ["BODY", 0]
        assert page.read(f"document.querySelector('#{field}').value") == before
        page.do("waitForTimeout", 100)
        assert page.read("antiphon.panics") == 1
        assert page.read("antiphon.desk.value('temperature')") == 0.95

    look(tmp_path, either, see)


def test_a_list_that_escape_closes_lets_go(tmp_path: Path, driver: Driver) -> None:
    """An open list takes the key for itself, and all is silent and the letters play again."""

    def see(page: Page, _: Hub) -> None:
        page.read(PANICS)
        page.click("#param-voice_player")
        page.key("press", "Escape")
        page.until("antiphon.panics === 1")
        assert page.read(WHERE) == ["BODY", 0]

    look(tmp_path, driver, see)


def test_a_preset_that_is_saved_lets_the_letters_play(tmp_path: Path, driver: Driver) -> None:
    """Enter saves it; where there is one of that name it asks, and stays."""

    def see(page: Page, _: Hub) -> None:
        for tag in ("BODY", "INPUT"):
            page.do("fill", "#preset-name", "dusk")
            page.key("press", "Enter")
            assert page.read("document.activeElement.tagName") == tag
            page.until("document.querySelectorAll('#presets-list .name').length === 1")
        page.key("press", "Enter")
        assert page.read("document.activeElement.tagName") == "BODY"

    look(tmp_path, driver, see)


def test_the_first_key_sounds(tmp_path: Path, either: Driver) -> None:
    """A key that finds the sound asleep wakes it and is heard."""

    def see(page: Page, _: Hub) -> None:
        page.read("antiphon.sound.turn(true)")
        page.read("antiphon.sound.context.suspend()")
        page.until("!antiphon.sound.awake")
        page.key("down", "a")
        page.until("antiphon.sound.struck === 1 && antiphon.sound.voices.size === 1")
        page.key("up", "a")
        page.until("antiphon.sound.voices.size === 0")

    look(tmp_path, either, see)


@pytest.mark.usefixtures("fox")
def test_a_machine_without_sound_says_so(tmp_path: Path) -> None:
    """Where a tap brings no sound the button does not ask for another, and keys play on."""

    def see(page: Page, _: Hub) -> None:
        page.read("antiphon.sound.turn(true)")
        page.until("document.querySelector('#sound').textContent === 'Tap to hear'")
        page.key("press", "a")
        page.until("document.querySelector('#sound').textContent === 'No sound here'")
        page.key("down", "a")
        assert page.read("antiphon.hands.mine.size") == 1

    mute: dict[str, bool | str] = {
        "media.cubeb.force_mock_context": False, "media.cubeb.backend": "none",
    }  # fmt: skip
    with firefox.browsing(**mute) as deaf:
        look(tmp_path, deaf, see)


def test_the_keyboard_alone_can_play(tmp_path: Path, either: Driver) -> None:
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

    look(tmp_path, either, see)


def test_a_preset_is_only_lost_when_pressed_twice(tmp_path: Path, either: Driver) -> None:
    """Saving over a preset and deleting one ask first, and the button names the preset."""

    def see(page: Page, _: Hub) -> None:
        listed = "document.querySelectorAll('#presets-list .name').length"
        cross = "#presets-list .mini"
        save = "document.querySelector('#preset-save').textContent"
        page.do("fill", "#preset-name", "dusk")
        page.click("#preset-save")
        page.until(f"{listed} === 1")
        hub_value = "antiphon.desk.value('preset')"
        page.do("fill", "#preset-name", "dusk")
        page.click("#preset-save")
        assert page.read(save) == "Overwrite it?"
        page.click("#preset-save")
        page.until("document.querySelector('#preset-name').value === ''")
        assert page.read(save) == "Save"
        page.until(f"{hub_value} === 'dusk'")
        label = f"document.querySelector('{cross}').ariaLabel"
        page.until(f"{label} === 'Delete preset dusk'")
        page.click(cross)
        assert page.read(f"document.querySelector('{cross}').textContent") == "Delete it?"
        assert page.read(listed) == 1
        page.click(cross)
        page.until(f"{listed} === 0")

    look(tmp_path, either, see)


def test_a_preset_says_when_it_will_come(tmp_path: Path, driver: Driver) -> None:
    """Until the bar line it is the next; then it is the one in force."""

    def see(page: Page, hub: Hub) -> None:
        page.do("fill", "#preset-name", "dusk")
        page.click("#preset-save")
        page.until("document.querySelectorAll('#presets-list .name').length === 1")
        pulse = Pulse(time.monotonic(), 0.0, 120.0, playing=True, source="internal", status="free")
        hub.crew._loop.call_soon_threadsafe(hub._take_in, "player", pulse)
        page.until("antiphon.desk.value('transport') === 'playing'")
        page.click("#presets-list .name")
        shown = "document.querySelector('#preset').textContent"
        assert page.read(shown) == "dusk: at the next bar"
        page.until(f"{shown} === 'dusk'")

    look(tmp_path, driver, see)


def test_a_learned_controller_is_only_forgotten_when_pressed_twice(
    tmp_path: Path, driver: Driver
) -> None:
    """The cross asks first; pressed again, what was taught is gone."""

    def see(page: Page, hub: Hub) -> None:
        cross = "#learned-list .mini"
        listed = f"document.querySelectorAll('{cross}').length"
        page.read("antiphon.desk.ask('learn', 'temperature')")
        page.until("antiphon.desk.value('learning') === 'temperature'")
        knob = ControlChange(0.0, 0, 20, 59)
        hub.crew._loop.call_soon_threadsafe(hub._take_in, "player", knob)
        page.until(f"{listed} === 1")
        page.until("antiphon.desk.value('learning') === ''")
        page.click(cross)
        assert page.read(f"document.querySelector('{cross}').textContent") == "Forget it?"
        assert page.read(listed) == 1
        page.click(cross)
        page.until(f"{listed} === 0")

    look(tmp_path, driver, see)


def test_an_error_is_seen_wherever_one_has_scrolled(tmp_path: Path, either: Driver) -> None:
    """It stands at the bottom of the screen, and goes when pressed."""

    def see(page: Page, _: Hub) -> None:
        page.read("scrollTo(0, 1e6)")
        page.read("antiphon.desk.ask('preset/load', 'nobody')")
        place = "document.querySelector('#notice')"
        page.until(f"!{place}.hidden")
        box = f"{place}.getBoundingClientRect()"
        assert page.read(f"{box}.bottom <= innerHeight && {box}.top > innerHeight / 2")
        assert "nobody" in page.read(f"{place}.textContent")
        page.click("#notice")
        assert page.read(f"{place}.hidden")

    look(tmp_path, either, see)
