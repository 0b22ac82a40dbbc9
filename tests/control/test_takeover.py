"""A knob that stands elsewhere waits for its value; no value jumps, and each can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.control.bindings import Touch
from bridge.control.takeover import NEAR, Takeover
from bridge.core.events import ControlChange
from bridge.core.params import PARAMS, Param, Value
from bridge.desk.cc_map import data_at, has_knob, value_at
from tests.control.knobs import Stage, off, on, on_stage

KNOB = Touch("cc", 20, 1)
ROWS = st.sampled_from([row for row in PARAMS.values() if has_knob(row)])
POSITIONS = st.integers(0, 127)
#: A hand moves the knob somewhere, or another surface turns the value to what is there.
DEEDS = st.lists(st.tuples(st.sampled_from(("knob", "other")), POSITIONS), max_size=40)


class Desk:
    """A value, a knob for it, and other hands."""

    def __init__(self, row: Param) -> None:
        self.row, self.value = row, row.default
        self.takeover = Takeover()

    def other(self, position: int) -> None:
        self.value = value_at(self.row, position)

    def knob(self, to: int) -> bool:
        """Move the knob; tell whether it has hold."""
        meant, place = value_at(self.row, to), data_at(self.row, self.value)
        held = self.takeover.moved(KNOB, to, place=place, value=self.value, meant=meant)
        if held:
            self.value = meant
            self.takeover.has_set(KNOB, meant)
        return held


def apart(row: Param, one: Value, other: Value) -> int:
    return abs(data_at(row, one) - data_at(row, other))


@given(ROWS, DEEDS)
@example(
    PARAMS["voice_player"],
    [("knob", 0), ("other", 20), ("knob", 11), ("other", 0), ("knob", 13)],
)
def test_no_value_moves_farther_than_the_hand(row: Param, deeds: list[tuple[str, int]]) -> None:
    """Whatever came before, a turn moves a value no farther than the knob went, or a hair."""
    desk, stood = Desk(row), None
    for who, position in deeds:
        if who == "other":
            desk.other(position)
            continue
        before, was = desk.value, data_at(row, desk.value)
        if desk.knob(position) and desk.value != before:
            went = 0 if stood is None else abs(position - stood)
            assert abs(position - was) <= max(NEAR, went) + apart_of_one(row)
        stood = position


def apart_of_one(row: Param) -> int:
    """Return the widest stretch of a knob that means one value."""
    stretches: dict[Value, int] = {}
    for position in range(128):
        meant = value_at(row, position)
        stretches[meant] = stretches.get(meant, 0) + 1
    return max(stretches.values())


@given(ROWS, DEEDS, POSITIONS)
def test_a_knob_gets_hold_of_any_value_on_its_way_to_it(
    row: Param, deeds: list[tuple[str, int]], to: int
) -> None:
    """A knob that is turned through its whole way has hold at the end, and sets what it means."""
    desk = Desk(row)
    for who, position in deeds:
        getattr(desk, who)(position)
    for position in (0, 127, to):
        desk.knob(position)
    assert desk.value == value_at(row, to)


@pytest.fixture
def stage(
    house: Any, surface: Any, wait_for: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    with on_stage(house, surface, monkeypatch) as stage:
        stage.learn("temperature", ControlChange(0.0, 0, 20, 59))
        yield stage
        wait_for(lambda: not house.hub._deeds.learner._saving)


def turned(stage: Stage, address: str, value: float | str) -> None:
    stage.surface.send(f"/jam/{address}", value)
    stage.surface.settle()


def test_a_knob_waits_for_a_value_that_another_surface_has_turned(stage: Stage) -> None:
    """Turned away from it, the value stays; met on the way, it follows the knob again."""
    stage.knob(20, 60)
    turned(stage, "temperature", 2.0)
    stage.knob(20, 61, 80, 100)
    assert stage.settings.temperature == 2.0
    stage.knob(20, 126)
    stage.knob(20, 100)
    assert stage.settings.temperature == pytest.approx(0.05 + 1.95 * 100 / 127)


def test_a_knob_that_is_told_to_may_jump(stage: Stage) -> None:
    """Without takeover a value goes where the knob is."""
    turned(stage, "control/takeover", "off")
    turned(stage, "temperature", 2.0)
    stage.knob(20, 0)
    assert stage.settings.temperature == 0.05


def test_buttons_and_keys_wait_for_nothing(stage: Stage) -> None:
    """A key takes the next choice, and a button acts, wherever the value was turned to."""
    stage.learn("quant", on(36), off(36))
    turned(stage, "quant", "4bar")
    stage.hear(on(36), off(36))
    assert stage.settings.quant == "beat"


def test_a_knob_has_hold_of_what_it_was_just_taught(stage: Stage) -> None:
    """It was moved on purpose; once another hand has turned the value it waits again."""
    turned(stage, "velocity/scale", 2.0)
    stage.learn("velocity/scale", ControlChange(0.0, 0, 20, 10))
    assert stage.settings.velocity_scale == 2.0
    stage.knob(20, 20)
    assert stage.settings.velocity_scale == pytest.approx(2 * 20 / 127)
    turned(stage, "velocity/scale", 2.0)
    stage.knob(20, 30)
    assert stage.settings.velocity_scale == 2.0


def test_a_knob_that_waits_is_told_with_the_way_to_turn_it(stage: Stage) -> None:
    """And no longer, once it has met its value."""

    def waits() -> tuple[object, ...]:
        answer: tuple[object, ...] = stage.surface.ask("/jam/get/control/waits")[1]
        return answer

    stage.knob(20, 60)
    assert waits() == ("",)
    turned(stage, "temperature", 2.0)
    stage.knob(20, 61)
    assert waits() == ("temperature: turn CC 20, channel 1 up to where the value is",)
    turned(stage, "temperature", 0.05)
    stage.knob(20, 59)
    assert waits() == ("temperature: turn CC 20, channel 1 down to where the value is",)
    stage.knob(20, 0)
    assert waits() == ("",)
