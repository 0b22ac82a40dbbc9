"""The rooms of ports and of latency, with stand-ins for player and engine."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.app.hub.hub import Hub
from tests.control.stage import ROOT
from tests.web.chromium import Driver, Page
from tests.web.watch import look

pytestmark = pytest.mark.studio

IN = "document.querySelector('#ports-input')"
USED = "document.querySelector('#ports-used').textContent"


def players(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the command of a player that opens any port but those that are taken."""
    script = str(ROOT / "tests" / "control" / "stand_in.py")
    return {"player": (sys.executable, script, "player", str(folder), "good")}


def log(folder: Path) -> str:
    return (folder / "player.log").read_text()


def test_a_port_is_chosen_from_those_that_are_there(tmp_path: Path, driver: Driver) -> None:
    """Opened, the room asks which ports there are; what is chosen is then in use."""

    def see(page: Page, hub: Hub) -> None:
        page.until(f"{USED}.includes('player a')")
        assert "ListPorts" not in log(tmp_path)  # at rest nobody asks
        page.click("#ports summary")
        page.until(f"{IN}.options.length === 3")
        names = page.read(f"[...{IN}.options].map((option) => option.value)")
        assert names == ["", "keys", "taken harp"]
        page.do("selectOption", "#ports-input", "keys")
        page.until(f"{USED}.includes('keys → player b') && !{IN}.disabled")
        assert page.read(f"{IN}.value") == "keys"
        assert hub.snapshot.chosen == ("keys", "")
        # When looked at, for inputs and outputs, which may be one question; and when chosen.
        assert log(tmp_path).count("ListPorts") in (2, 3)

    look(tmp_path, driver, see, commands=players(tmp_path))


def test_a_port_that_cannot_be_opened_is_told_and_the_old_one_shown(
    tmp_path: Path, driver: Driver
) -> None:
    """The list goes back to what is in use, and one line says why."""

    def see(page: Page, _: Hub) -> None:
        page.click("#ports summary")
        page.until(f"{IN}.options.length === 3")
        page.do("selectOption", "#ports-input", "taken harp")
        page.until("!document.querySelector('#notice').hidden")
        assert "our own port is used again" in page.read(
            "document.querySelector('#notice').textContent"
        )
        page.until(f"{IN}.value === '' && !{IN}.disabled && {USED}.includes('player a')")

    look(tmp_path, driver, see, commands=players(tmp_path))


def test_latency_is_told_and_turned_in_one_room(tmp_path: Path, driver: Driver) -> None:
    """Lateness, how far ahead is drawn, the offset, and the command that measures."""

    def see(page: Page, hub: Hub) -> None:
        page.click("#timing summary")
        assert page.read("document.querySelector('#timing-command').textContent") == (
            "antiphon calibrate --api auto"
        )
        hub.snapshot = replace(hub.snapshot, api="loopback")
        hub.turn("latency_offset", 3)
        page.until("document.querySelector('#timing-how').hidden")
        facts = "document.querySelector('#timing-list').textContent"
        assert "Promised ahead" in page.read(facts)
        page.do("fill", "#timing-offset", "12")
        page.key("press", "Enter")
        page.until("document.querySelector('#param-latency_offset').value === '12'")
        assert hub.snapshot.settings.latency_offset == 12

    look(tmp_path, driver, see)


def test_what_is_remembered_without_its_number_is_found(tmp_path: Path, driver: Driver) -> None:
    """ALSA numbers a port anew each time it is plugged in."""

    def see(page: Page, _: Hub) -> None:
        names = ["nano 20:0", "KeyStep MIDI 1 24:0"]
        page.read(f"antiphon.desk.take('list/inputs', {names}), 0")
        page.read("antiphon.desk.take('ports/chosen', ['KeyStep MIDI 1', '']), 0")
        assert page.read(f"{IN}.value") == "KeyStep MIDI 1 24:0"
        assert page.read(f"{IN}.options.length") == 3

    look(tmp_path, driver, see)
