"""The maps of hardware controllers."""

import json
from typing import Any

import pytest

from bridge.core.params import BY_ADDRESS, PARAMS, Param, Settings, strict
from bridge.desk.cc_map import cc_map, has_knob, next_choice, value_at
from bridge.desk.controllers import CONTROLLERS, Controller
from bridge.desk.table import Table


@pytest.fixture(params=CONTROLLERS, ids=lambda controller: controller.file)
def controller(request: pytest.FixtureRequest) -> Controller:
    found: Controller = request.param
    return found


@pytest.fixture
def whole(controller: Controller) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cc_map(Table(), controller))
    return found


def test_no_control_has_two_tasks(whole: dict[str, Any]) -> None:
    sent = [(kind, row[kind]) for row in (*whole["turns"], *whole["presses"])
            for kind in ("cc", "note") if kind in row]  # fmt: skip
    assert len(sent) == len(set(sent))
    assert all(0 <= number <= 127 for _, number in sent)


def test_no_parameter_has_two_knobs(whole: dict[str, Any]) -> None:
    addresses = [turn["address"] for turn in whole["turns"]]
    assert len(addresses) == len(set(addresses))


def test_limits_are_those_of_the_table(whole: dict[str, Any]) -> None:
    for turn in whole["turns"]:
        knob = BY_ADDRESS[turn["address"].removeprefix("/jam/")].knob
        if "choices" in turn:
            assert turn["choices"] == list(knob.choices)
        else:
            assert (turn["low"], turn["high"]) == (knob.low, knob.high)


def test_faders_come_first_where_knobs_are_few(
    controller: Controller, whole: dict[str, Any]
) -> None:
    if len(controller.turns) < len(Table().params) // 2:
        assert all("low" in turn for turn in whole["turns"])


def test_the_generic_map_leaves_pedals_banks_and_channel_modes_alone(
    controller: Controller, whole: dict[str, Any]
) -> None:
    if controller.file == "generic":
        used = {row["cc"] for row in (*whole["turns"], *whole["presses"])}
        assert not used & {0, 1, 6, 7, 10, 11, 32, 38, *range(64, 70), *range(96, 102)}
        assert max(used) < 120


KNOBS = [row for row in PARAMS.values() if has_knob(row)]
A_KNOB = pytest.mark.parametrize("row", KNOBS, ids=lambda row: row.name)


@A_KNOB
def test_a_knob_runs_from_the_lowest_to_the_highest_value(row: Param) -> None:
    first, last = value_at(row, 0), value_at(row, 127)
    if row.knob.choices:
        assert (first, last) == (row.knob.choices[0], row.knob.choices[-1])
    else:
        assert (first, last) == (row.knob.low, row.knob.high)


@A_KNOB
def test_a_knob_never_goes_back_and_leaves_no_choice_out(row: Param) -> None:
    values = [value_at(row, data) for data in range(128)]
    if row.knob.choices:
        places = [row.knob.choices.index(str(value)) for value in values]
        assert places == sorted(places)
        assert set(values) == set(row.knob.choices)
    else:
        assert values == sorted(values)
        if row.type is int and row.knob.high - row.knob.low < 128:
            assert set(values) == set(range(int(row.knob.low), int(row.knob.high) + 1))


@A_KNOB
def test_what_a_knob_says_is_a_value_as_it_stands(row: Param) -> None:
    for data in range(128):
        value = value_at(row, data)
        assert getattr(strict(Settings(), row.name, value), row.name) == value


def test_steps_go_through_all_choices_and_round() -> None:
    row = PARAMS["quant"]
    steps = [value := "beat", *(value := next_choice(row, value) for _ in range(4))]
    assert steps == ["beat", "bar", "2bar", "4bar", "beat"]
