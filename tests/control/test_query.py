"""The tree that OSCQuery tells: what the tables say, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bridge.control.query import ATTRIBUTES, Node, find, host_info, tree
from bridge.control.snapshot import Snapshot
from bridge.control.surfaces import LISTS, READINGS, REQUESTS, readable
from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS, Settings

MODELS = ("note-transformer", "swing")


@pytest.fixture(scope="module")
def root() -> Node:
    return tree(Snapshot(settings=Settings()), lambda of: MODELS if of == "models" else ())


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("CONTENTS", {}).values():
        yield from nodes(child)


def at(root: Node, path: str) -> Node:
    found = find(root, path)
    assert found is not None
    return found


def test_every_parameter_is_there_with_its_limits_and_value(root: Node) -> None:
    for row in PARAMS.values():
        node = at(root, f"/jam/{row.knob.address}")
        assert node["FULL_PATH"] == f"/jam/{row.knob.address}"
        assert (node["TYPE"], node["ACCESS"], node["VALUE"]) == (row.osc_type, 3, [row.default])
        assert node["DESCRIPTION"] == row.knob.help
        if row.type is not str:
            assert node["RANGE"] == [{"MIN": row.knob.low, "MAX": row.knob.high}]
            assert node["CLIPMODE"] == ["both"]
        elif row.knob.choices:
            assert node["RANGE"] == [{"VALS": list(row.knob.choices)}]


def test_a_parameter_with_a_list_of_its_own_offers_what_is_in_it(root: Node) -> None:
    assert at(root, "/jam/model")["RANGE"] == [{"VALS": list(MODELS)}]


def test_units_have_the_names_of_the_proposal_where_it_has_one(root: Node) -> None:
    assert at(root, "/jam/late/limit")["UNIT"] == ["time.ms"]
    assert at(root, "/jam/call/silence")["UNIT"] == ["beats"]
    assert "UNIT" not in at(root, "/jam/temperature")


def test_actions_are_written_and_readings_are_read(root: Node) -> None:
    for name in ACTIONS:
        node = at(root, f"/jam/{name}")
        assert (node["TYPE"], node["ACCESS"]) == ("I", 2)
        assert node["DESCRIPTION"]
        assert "VALUE" not in node
    for shown in READINGS:
        node = at(root, f"/jam/{shown.address}")
        assert (node["TYPE"], node["ACCESS"]) == (shown.types.replace(" ", ""), 1)
        assert shown.address in readable()
    assert "start" not in readable()


def test_requests_are_told_with_their_arguments(root: Node) -> None:
    for name in REQUESTS:
        node = find(root, f"/jam/{name}")
        assert (node is not None) == name.islower()
    assert at(root, "/jam/subscribe")["TYPE"] == "if"
    assert at(root, "/jam/dump")["TYPE"] == "I"
    for name in LISTS:
        assert at(root, f"/jam/list/{name}")["ACCESS"] == 1
    assert at(root, "/jam/list/models")["VALUE"] == list(MODELS)


def test_every_node_says_where_it_is_and_says_nothing_unknown(root: Node) -> None:
    for node in nodes(root):
        assert find(root, node["FULL_PATH"]) is node
        assert set(node) <= set(ATTRIBUTES)
        assert len(node.get("VALUE", ())) in (0, len(node.get("TYPE", "")))
        for name, child in node.get("CONTENTS", {}).items():
            assert child["FULL_PATH"].rpartition("/")[2] == name
    assert json.loads(json.dumps(root)) == root


def test_a_reading_may_hold_another_below_it(root: Node) -> None:
    prompt = at(root, "/jam/prompt")
    assert prompt["TYPE"] == "s"
    assert prompt["CONTENTS"]["understood"]["TYPE"] == "s"


@pytest.mark.parametrize("path", ["/jam/nothing", "/x", "/jam/temperature/x", "/jam//mode"])
def test_there_is_nothing_elsewhere(root: Node, path: str) -> None:
    assert find(root, path) is None


def test_host_info_tells_where_osc_is_taken() -> None:
    info = host_info("127.0.0.1", 9000)
    assert (info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("127.0.0.1", 9000, "UDP")
    assert info["EXTENSIONS"]["LISTEN"] is True
    assert "OSC_PORT" not in host_info("127.0.0.1", 0)
