"""The Open Stage Control session: plain JSON, every widget with what its type needs."""

import json
from typing import Any

import pytest

from bridge.core.params import PARAMS, Param
from bridge.desk.open_stage import module, session
from bridge.desk.table import Table


@pytest.fixture(scope="module")
def widgets() -> list[dict[str, Any]]:
    whole = json.loads(session(Table()))
    assert whole["type"] == "session"
    assert whole["content"]["type"] == "root"
    found: list[dict[str, Any]] = whole["content"]["widgets"]
    return found


def widget(widgets: list[dict[str, Any]], row: Param) -> dict[str, Any]:
    [found] = [w for w in widgets if w["id"] == f"set {row.knob.address}"]
    return found


def test_ids_are_unique(widgets: list[dict[str, Any]]) -> None:
    ids = [w["id"] for w in widgets]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("row", PARAMS.values(), ids=lambda row: row.name)
def test_a_parameter_is_sent_to_us_and_starts_at_its_default(
    widgets: list[dict[str, Any]], row: Param
) -> None:
    found = widget(widgets, row)
    assert found["address"] == f"/jam/{row.knob.address}"
    assert found["target"] == "127.0.0.1:9000"
    assert found["default"] == row.default


@pytest.mark.parametrize("row", PARAMS.values(), ids=lambda row: row.name)
def test_limits_and_choices_are_those_of_the_table(
    widgets: list[dict[str, Any]], row: Param
) -> None:
    found = widget(widgets, row)
    if found["type"] == "fader":
        assert found["range"] == {"min": row.knob.low, "max": row.knob.high}
    elif row.knob.choices:
        assert found["values"] == list(row.knob.choices)
    else:
        assert found["type"] == "input"


def test_the_module_renews_the_subscription_before_it_ends() -> None:
    assert "/jam/subscribe" in module()
    assert "setInterval(ask, 10000)" in module()
