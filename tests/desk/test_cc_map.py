"""The maps of hardware controllers."""

import json
from typing import Any

import pytest

from bridge.core.params import BY_ADDRESS
from bridge.desk.cc_map import cc_map
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
