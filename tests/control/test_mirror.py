"""What is turned anywhere is shown on the knobs and buttons that turn it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.app.hub import mirror
from bridge.core.events import Cables, ControlChange, Hello, Status
from tests.control.knobs import Row, Stage, off, on, on_stage

CC, NOTE = 0xB0, 0x90
PLAY, STOP = 91, 81  # of the APC Key 25
TEMPERATURE = 48
ALL = 16  # controls


@pytest.fixture
def stage(house: Any, surface: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give the house an APC Key 25."""
    monkeypatch.setattr(mirror, "HAND", 0.1)
    with on_stage(house, surface, monkeypatch, "apc-key-25") as stage:
        yield stage


@pytest.fixture
def told(stage: Stage, wait_for: Any) -> Stage:
    """Let the controller have been told everything."""
    wait_for(lambda: len(stage.shown) >= ALL)
    stage.shown.clear()
    return stage


def state(word: str) -> Status:
    return Status(word, 0, 0, 0, "", "swing", "CPU", 0.0)


def test_all_is_told_at_the_start(stage: Stage, wait_for: Any) -> None:
    """Each bound control is told once: knobs their values, buttons that they are dark."""
    wait_for(lambda: len(stage.shown) >= ALL)
    assert len({row[:2] for row in stage.shown}) == len(stage.shown) == ALL
    assert (CC, TEMPERATURE, 59, -1) in stage.shown
    assert (NOTE, PLAY, 0, 0) in stage.shown


def test_what_a_surface_turns_is_shown(told: Stage, wait_for: Any) -> None:
    """One knob is told one value."""
    told.surface.send("/jam/temperature", 2.0)
    wait_for(lambda: told.shown)
    assert told.shown == [(CC, TEMPERATURE, 127, -1)]


def test_of_a_flood_the_newest_value_is_shown(told: Stage, wait_for: Any) -> None:
    """Of five hundred values at once only the last is sent."""

    def flood() -> None:
        for number in range(500):
            told.house.hub.turn("temperature", 0.05 + number / 1000)

    told.house.call(flood)
    wait_for(lambda: told.shown)
    assert told.shown == [(CC, TEMPERATURE, round(499 / 1000 / 1.95 * 127), -1)]


def test_a_knob_is_not_sent_what_a_hand_turns_it_to(told: Stage, wait_for: Any) -> None:
    """The knob that moves stays as it is; what else has changed is told."""
    told.knob(TEMPERATURE, 59, 80)
    told.surface.send("/jam/top_p", 0.05)
    wait_for(lambda: told.shown)
    assert [row[1] for row in told.shown] == [TEMPERATURE + 1]
    assert told.settings.temperature != 0.95


def test_a_knob_without_hold_is_told_its_value_when_the_hand_rests(
    told: Stage, wait_for: Any
) -> None:
    """A motor fader moved away from a value that it has no hold of goes back to it."""
    told.knob(TEMPERATURE, 10)
    wait_for(lambda: told.shown)
    assert told.shown == [(CC, TEMPERATURE, 59, -1)]
    assert told.settings.temperature == 0.95


def test_a_knob_is_left_alone_while_it_is_taught(told: Stage, wait_for: Any) -> None:
    """The others are told anew at once, the one in the hand when that rests."""
    told.learn("temperature", ControlChange(0.0, 0, 20, 10))
    wait_for(lambda: (CC, 20, 59, -1) in told.shown)
    assert told.shown.index((CC, 20, 59, -1)) == ALL - 1


def test_buttons_are_lit_while_their_state_holds(told: Stage, wait_for: Any) -> None:
    """Start is lit while Antiphon takes part, stop while it does not, in this maker's green."""
    told.house.call(lambda: told.house.hub._take_in("engine", state("armed")))
    wait_for(lambda: told.shown)
    assert told.shown == [(NOTE, PLAY, 1, 0)]
    told.house.call(lambda: told.house.hub._take_in("engine", state("idle")))
    wait_for(lambda: len(told.shown) == 3)
    assert sorted(told.shown[1:]) == [(NOTE, STOP, 1, 0), (NOTE, PLAY, 0, 0)]


def test_a_pressed_button_is_told_what_it_shows(told: Stage, wait_for: Any) -> None:
    """A controller may have changed its lamp by itself."""
    told.hear(on(PLAY), off(PLAY))
    wait_for(lambda: told.shown)
    assert {row[1] for row in told.shown} == {PLAY}


@pytest.mark.parametrize(
    "message", [Hello("player", "a", "b"), Cables((), (), ("fader:in",))], ids=("player", "cable")
)
def test_who_knows_nothing_is_told_all(told: Stage, wait_for: Any, message: Any) -> None:
    """A player that begins, and a controller that is cabled, are told everything."""
    told.house.call(lambda: told.house.hub._take_in("player", message))
    wait_for(lambda: len(told.shown) >= ALL)


def test_what_is_taught_is_shown_and_what_is_forgotten_goes_dark(
    told: Stage, wait_for: Any
) -> None:
    """A key for a switch is lit while that is on; forgotten, it is put out."""
    told.learn("mode", on(36, 4), off(36, 4))
    told.surface.send("/jam/mode", "infinite")
    lit: Row = (NOTE | 4, 36, 127, 0)
    wait_for(lambda: lit in told.shown)
    told.surface.send("/jam/forget", "mode")
    wait_for(lambda: told.shown[-1] != lit and (NOTE | 4, 36, 0, 0) in told.shown)


def test_a_forgotten_row_of_a_map_stays_forgotten_until_it_is_restored(
    told: Stage, wait_for: Any
) -> None:
    """The next start does not bring it back; `/jam/restore` does, with its own knob."""
    surface = told.surface
    surface.ask("/jam/forget", "temperature")
    wait_for(lambda: told.file.exists() and "temperature" in told.file.read_text())
    told.begin_again("apc-key-25")
    assert "temperature" not in str(surface.ask("/jam/list/learned"))
    told.learn("temperature", ControlChange(0.0, 0, 20, 59))
    assert "temperature: CC 20, channel 1" in surface.ask("/jam/list/learned")[1]
    listed = surface.ask("/jam/restore", "/jam/temperature")[1]
    assert "temperature: CC 48, channel 1" in listed
    assert "CC 20" not in str(listed)
    where, (code, words) = surface.ask("/jam/restore", "seed")
    assert (where, code, words) == ("/jam/error", 2, "no map of a controller in use has seed")
