"""What bound controls show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.control.bindings import Touch
from bridge.control.snapshot import Snapshot
from bridge.core.params import PARAMS, Param, Settings
from bridge.desk.cc_map import data_at, has_knob, value_at
from bridge.desk.controllers import APC_KEY_25, GENERIC, LAUNCH_CONTROL_XL, NANOKONTROL2, Controller
from bridge.desk.lamps import NO_LAMP, Shown, shown, status

ROWS = st.sampled_from([row for row in PARAMS.values() if has_knob(row)])
CALL, INFINITE = (Snapshot(settings=Settings(mode=mode)) for mode in ("call", "infinite"))


@given(ROWS, st.integers(0, 127))
def test_a_knob_that_is_set_to_a_value_means_it(row: Param, position: int) -> None:
    """From a position to its value, to a position, and back: the value is the same."""
    value = value_at(row, position)
    assert value_at(row, data_at(row, value)) == value


@given(ROWS)
def test_a_knob_stands_at_its_end_for_the_last_value(row: Param) -> None:
    """Motor faders go all the way."""
    assert [data_at(row, value_at(row, end)) for end in (0, 127)] == [0, 127]


@given(ROWS.filter(lambda row: row.type is float), st.floats(0, 1))
def test_between_two_positions_the_nearest_is_shown(row: Param, share: float) -> None:
    """A value of another surface is shown within half a step."""
    value = row.knob.low + share * (row.knob.high - row.knob.low)
    step = (row.knob.high - row.knob.low) / 127
    assert abs(float(value_at(row, data_at(row, value))) - value) <= step / 2 * 1.001


@pytest.mark.parametrize(
    ("controller", "on", "off"),
    [
        (GENERIC, 127, 0),
        (LAUNCH_CONTROL_XL, 0x3C, 0x0C),
        (APC_KEY_25, 1, 0),
        (NANOKONTROL2, 127, 0),
    ],
    ids=lambda each: getattr(each, "file", str(each)),
)
def test_each_maker_lights_buttons_in_its_own_way(
    controller: Controller, on: int, off: int
) -> None:
    """A key for a switch is lit while the switch is not at its first choice."""
    key = Touch("note", 41, controller.channel)
    assert shown(key, "mode", INFINITE, controller) == Shown(on, off)
    assert shown(key, "mode", CALL, controller) == Shown(off, off)
    other = Touch("note", 41, controller.channel % 16 + 1)
    assert shown(other, "mode", INFINITE, controller) == Shown(127, 0)


def test_a_control_is_told_in_the_words_it_uses() -> None:
    """A control change for a control change, a note for a key, on its own channel."""
    assert status(Touch("cc", 7, 16)) == 0xBF
    assert status(Touch("note", 7, 1)) == 0x90
    assert shown(Touch("cc", 7, 1), "mode", INFINITE, GENERIC) == Shown(127, NO_LAMP)
    assert shown(Touch("cc", 7, 1), "panic", INFINITE, GENERIC) == Shown(0, 0)
