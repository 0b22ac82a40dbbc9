"""What stays in sight when the page is scrolled to its parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.hub import Hub
from tests.web.chromium import FOLDER, Driver, Page
from tests.web.test_page import SERIOUS
from tests.web.watch import look

pytestmark = pytest.mark.studio

STRIP = "document.querySelector('#strip')"
SIZES: dict[str, Any] = {
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "hasTouch": True},
}
FREE = f"""(() => {{ const box = document.activeElement.getBoundingClientRect();
  return {STRIP}.hidden || {STRIP}.contains(document.activeElement)
    || box.top >= {STRIP}.getBoundingClientRect().bottom }})()"""


@pytest.mark.parametrize("size", SIZES)
def test_state_and_panic_stay_in_sight(tmp_path: Path, driver: Driver, size: str) -> None:
    """Scrolled away, they stand at the top; back at the top, they are there once."""

    def see(page: Page, _: Hub) -> None:
        assert page.read(f"{STRIP}.hidden")
        page.read("document.querySelector('#readings').scrollIntoView()")
        page.until(f"!{STRIP}.hidden")
        page.until(f"{STRIP}.innerText.includes('Loading')")
        assert "120.0 BPM" in page.read(f"{STRIP}.innerText")
        assert page.read(f"{STRIP}.getBoundingClientRect().top") == 0
        page.read("""antiphon.desk.press = (name) => { antiphon.pressed = name }""")
        page.click("#strip-panic")
        assert page.read("antiphon.pressed") == "panic"
        page.do("evaluate", (FOLDER / "node_modules/axe-core/axe.min.js").read_text())
        assert page.read(SERIOUS) == []
        page.read("scrollTo(0, 0)")
        page.until(f"{STRIP}.hidden")

    look(tmp_path, driver, see, **SIZES[size])


def test_what_has_the_focus_is_never_below_the_strip(tmp_path: Path, driver: Driver) -> None:
    """Tabbing back up through the parameters, each is in the free part of the screen."""

    def see(page: Page, _: Hub) -> None:
        page.do("focus", "#param-late_limit")
        page.until(f"!{STRIP}.hidden")
        for _step in range(40):
            page.key("press", "Shift+Tab")
            assert page.read(FREE), page.read("document.activeElement.outerHTML")

    look(tmp_path, driver, see, viewport={"width": 900, "height": 500})
