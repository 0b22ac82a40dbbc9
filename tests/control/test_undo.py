"""Undo and redo over OSC: any hand's turn is taken back, and all surfaces hear of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bridge.app.hub.prompting import Prompting
from bridge.control.history import History
from bridge.core.events import Hello, Turned, Understood
from bridge.core.params import Settings


@pytest.fixture(autouse=True)
def as_new(house: Any, surface: Any) -> None:
    """Give the house its first settings, no past and no subscribers."""
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(lambda: setattr(house.hub, "_history", History()))
    house.call(lambda: setattr(house.hub, "_prompting", Prompting(Settings())))
    house.call(house.exchange._subscribers.clear)
    surface.settle()


def understood(house: Any, prompt: str, *values: tuple[str, str]) -> None:
    house.call(lambda: house.hub._take_in("engine", Understood(prompt, "", values)))


def test_a_turn_is_taken_back_and_turned_again(house: Any, surface: Any) -> None:
    surface.ask("/jam/temperature", 1.5)
    surface.send("/jam/undo")
    surface.settle()
    assert house.hub.snapshot.settings == Settings()
    surface.send("/jam/redo", 1)
    surface.settle()
    assert house.hub.snapshot.settings == Settings(temperature=1.5)


def test_what_undo_changes_reaches_subscribers_and_children(
    house: Any, surface: Any, new_surface: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = new_surface(house.port)
    panel.send("/jam/subscribe")
    panel.settle()
    surface.ask("/jam/key", "D minor")
    panel.settle()
    sent: list[Any] = []
    monkeypatch.setattr(house.hub.crew, "send", lambda who, message: sent.append((who, message)))
    surface.send("/jam/undo")
    surface.settle()
    assert panel.settle() == [("/jam/key", ("off",))]
    assert sent == [("player", Turned("key", "off")), ("engine", Turned("key", "off"))]


def test_who_asks_without_subscribing_is_told_what_came_back(surface: Any) -> None:
    surface.ask("/jam/temperature", 1.5)
    surface.send("/jam/undo")
    assert surface.settle() == [("/jam/temperature", (pytest.approx(0.95),))]
    surface.send("/jam/redo")
    assert surface.settle() == [("/jam/temperature", (1.5,))]


def test_where_nothing_was_turned_one_line_says_so(surface: Any) -> None:
    assert surface.ask("/jam/undo") == ("/jam/error", (2, "there is nothing to undo"))
    assert surface.ask("/jam/redo") == ("/jam/error", (2, "there is nothing to redo"))


def test_what_a_daw_has_set_is_not_taken_back(house: Any, surface: Any) -> None:
    surface.ask("/jam/meter/beats", 3)
    surface.ask("/jam/temperature", 1.5)
    house.call(lambda: house.hub.adopt({"meter_beats": 5}))
    surface.send("/jam/undo")
    surface.settle()
    assert surface.ask("/jam/undo") == ("/jam/error", (2, "there is nothing to undo"))
    assert house.hub.snapshot.settings == Settings(meter_beats=5)


def test_a_prompt_and_what_it_set_are_taken_back_at_once(house: Any, surface: Any) -> None:
    surface.ask("/jam/prompt", "fast jazz")
    understood(house, "fast jazz", ("style", "jazz"), ("pace", "fast"))
    surface.send("/jam/undo")
    surface.settle()
    assert house.hub.snapshot.settings == Settings()


def test_a_prompt_that_comes_back_overrules_nothing_that_was_turned_since(
    house: Any, surface: Any
) -> None:
    surface.ask("/jam/prompt", "fast jazz")
    understood(house, "fast jazz", ("style", "jazz"), ("pace", "fast"))
    surface.ask("/jam/pace", "slow")
    surface.settle()
    before = house.hub.snapshot.settings
    surface.ask("/jam/prompt", "rock")
    understood(house, "rock", ("style", "rock"))
    surface.send("/jam/undo")
    surface.settle()
    understood(house, "fast jazz", ("style", "jazz"), ("pace", "fast"))  # read again
    surface.settle()
    assert house.hub.snapshot.settings == before
    surface.ask("/jam/prompt", "")
    understood(house, "")
    surface.settle()
    assert house.hub.snapshot.settings == Settings(pace="slow")


def test_an_engine_that_begins_again_reads_a_prompt_that_came_back(
    house: Any, surface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface.ask("/jam/prompt", "jazz")
    understood(house, "jazz", ("style", "jazz"))
    surface.ask("/jam/prompt", "rock")
    surface.send("/jam/undo")
    surface.settle()
    sent: list[Any] = []
    monkeypatch.setattr(house.hub.crew, "send", lambda who, message: sent.append((who, message)))
    house.call(lambda: house.hub._take_in("engine", Hello("engine", "swing", "CPU")))
    surface.settle()
    assert sent == [("engine", Turned("prompt", "jazz"))]


def test_taps_are_taken_back(house: Any, surface: Any) -> None:
    surface.ask("/jam/clock/bpm", 60)
    for _ in range(2):
        surface.send("/jam/tap")
        time.sleep(0.3)
    surface.settle()
    assert house.hub.snapshot.settings.clock_bpm > 100
    surface.send("/jam/undo")
    surface.settle()
    assert house.hub.snapshot.settings.clock_bpm == 120.0
