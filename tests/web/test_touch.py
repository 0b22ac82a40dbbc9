"""Fingers on the page: chords, slides, and what a browser takes away from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from tests.web.chromium import Driver, Page
from tests.web.watch import look

pytestmark = pytest.mark.studio

PHONE = {"width": 390, "height": 844}
ASIDE = {"width": 844, "height": 390}
TABLET = {"width": 1024, "height": 768}
HELD = "[...antiphon.hands.mine].sort().join()"
ONSCREEN = """[...document.querySelectorAll('#roll, .action:not(.history *), .key, .chrome button')]
  .filter((place) => !place.hidden).map((place) => place.getBoundingClientRect())
  .every(({ left, right, top, bottom }) =>
    left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight)"""

SIDES = [(568, 320), (640, 360), (667, 375), (740, 360), (844, 390)]
APART = """(() => {
  const boxes = (what) => [...document.querySelectorAll(what)]
    .map((place) => place.getBoundingClientRect()).filter((box) => box.width > 0);
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const figures = boxes('.state, .figures > div');
  return ![...boxes('.chrome button'), ...figures]
    .some((one) => figures.some((other) => one.left !== other.left && meet(one, other))) })()"""


def touching(size: dict[str, int]) -> dict[str, Any]:
    return {"viewport": size, "hasTouch": True, "isMobile": True}


def key(page: Page, pitch: int) -> tuple[float, float]:
    """Return where a finger meets a key."""
    box = f"document.querySelector('[data-pitch=\"{pitch}\"]').getBoundingClientRect()"
    x, y = page.read(f"(box => [box.x + box.width / 2, box.y + box.height * 0.8])({box})")
    return x, y


def test_fingers_play_a_chord_and_slide(tmp_path: Path, driver: Driver) -> None:
    """Three keys sound at once; a finger slides off the keys and back, and plays on there."""

    def see(page: Page, _: Hub) -> None:
        chord = [key(page, pitch) for pitch in (48, 52, 55)]
        page.touch("touchStart", *chord)
        page.until(f"{HELD} === '48,52,55'")
        page.touch("touchMove", *chord[:2], key(page, 57))
        page.until(f"{HELD} === '48,52,57'")
        page.touch("touchMove", *chord[:2], (chord[2][0], 5))
        page.until(f"{HELD} === '48,52'")
        page.touch("touchMove", *chord[:2], key(page, 59))
        page.until(f"{HELD} === '48,52,59'")
        page.touch("touchEnd")
        page.until(f"{HELD} === ''")
        assert page.read("document.querySelectorAll('.key.down').length") == 0

    look(tmp_path, driver, see, **touching(TABLET))


def test_what_the_browser_takes_away_is_let_go(tmp_path: Path, driver: Driver) -> None:
    """A touchcancel, as of a call or a gesture of the system, leaves no key down."""

    def see(page: Page, _: Hub) -> None:
        page.touch("touchStart", key(page, 48), key(page, 50))
        page.until(f"{HELD} === '48,50'")
        page.touch("touchCancel")
        page.until(f"{HELD} === ''")

    look(tmp_path, driver, see, **touching(TABLET))


def test_playing_neither_scrolls_nor_zooms(tmp_path: Path, driver: Driver) -> None:
    """Fingers that wander, part and tap twice on the keys leave the page where it is."""

    def see(page: Page, _: Hub) -> None:
        x, y = key(page, 48)
        for how in ("touchStart", "touchEnd") * 2:
            page.touch(how, *[(x, y)] * (how == "touchStart"))
        page.touch("touchStart", (x, y), (x + 90, y))
        for step in range(6):
            page.touch("touchMove", (x, y - 12 * step), (x + 90 + 12 * step, y - 12 * step))
        page.touch("touchEnd")
        assert page.read("[scrollX, scrollY, visualViewport.scale]") == [0, 0, 1]
        page.until(f"{HELD} === ''")

    look(tmp_path, driver, see, **touching(PHONE))


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
@pytest.mark.parametrize("size", [ASIDE, TABLET], ids=["telephone", "tablet"])
def test_all_one_plays_with_is_on_the_screen_at_once(
    tmp_path: Path, driver: Driver, size: dict[str, int], locale: str
) -> None:
    """On its side a telephone or tablet shows roll, buttons and keys without scrolling."""

    def see(page: Page, _: Hub) -> None:
        assert page.read(ONSCREEN)
        assert page.read("document.querySelector('#roll').clientHeight") > 120

    look(tmp_path, driver, see, locale=locale, **touching(size))


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_on_its_side_no_button_covers_a_reading(
    tmp_path: Path, driver: Driver, locale: str
) -> None:
    """However small the telephone and long the key's name, all stands beside one another."""

    def see(page: Page, hub: Hub) -> None:
        hub.crew._loop.call_soon_threadsafe(hub.adopt, {"key": "Eb harmonic-minor"})
        page.until("document.querySelector('#key').innerText.length > 9")
        for width, height in SIDES:
            page.do("setViewportSize", {"width": width, "height": height})
            assert page.read(f"({ONSCREEN}) && {APART}"), width
            assert page.read("document.documentElement.scrollWidth") <= width

    look(tmp_path, driver, see, locale=locale, **touching(ASIDE))
