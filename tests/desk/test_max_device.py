"""The Max for Live device: its chunks, its boxes, and whether every cord leads somewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.desk.max_device import device, patcher_of
from bridge.desk.table import Table, kind

Boxes = dict[str, dict[str, Any]]


def boxes_of(patcher: Any) -> Boxes:
    return {box["id"]: box for box in (item["box"] for item in patcher["boxes"])}


def reached(patcher: Any, start: str) -> list[str]:
    """Return everything that a value from a box passes, in the order of the cords."""
    found, edge = [], [start]
    cords = [line["patchline"] for line in patcher["lines"]]
    while edge:
        here = edge.pop()
        nexts = [cord["destination"][0] for cord in cords if cord["source"][0] == here]
        fresh = [name for name in nexts if name not in found]
        found += fresh
        edge += fresh
    return found


def test_its_chunks_are_those_of_a_device_that_live_saved(sample: Callable[[str], Path]) -> None:
    real, ours = sample("ableton-maxdevtools_Test.amxd").read_bytes(), device(Table())
    assert ours[:28] == real[:28]  # all before the length of the patcher
    assert set(patcher_of(ours)) <= {*patcher_of(real), "openinpresentation"}


def test_every_cord_leads_from_an_outlet_to_an_inlet() -> None:
    patcher = patcher_of(device(Table()))
    boxes = boxes_of(patcher)
    assert len(boxes) == len(patcher["boxes"])
    for cord in (line["patchline"] for line in patcher["lines"]):
        (source, outlet), (target, inlet) = cord["source"], cord["destination"]
        assert outlet < boxes[source]["numoutlets"], cord
        assert inlet < boxes[target]["numinlets"], cord


def test_notes_pass() -> None:
    assert reached(patcher_of(device(Table())), "midiin") == ["midiout"]


def test_every_control_sends_to_its_address_and_is_set_by_it() -> None:
    table = Table()
    patcher = patcher_of(device(table))
    boxes = boxes_of(patcher)
    routed = boxes["route"]["text"].split()[1:]
    for row in (row for row in table.params if kind(row) != "number"):
        address = f"/jam/{row.knob.address}"
        assert boxes[f"{row.name} out"]["text"] == f"prepend {address}"
        assert "send" in reached(patcher, row.name)
        from_route = [
            line["patchline"]["destination"][0]
            for line in patcher["lines"]
            if line["patchline"]["source"] == ["route", routed.index(address)]
        ]
        assert row.name in {n for first in from_route for n in [first, *reached(patcher, first)]}


def test_what_is_shown_is_not_sent_back() -> None:
    """Each way back ends in `set`, which shows a value and sends none."""
    patcher = patcher_of(device(Table()))
    boxes = boxes_of(patcher)
    for cord in (line["patchline"] for line in patcher["lines"]):
        target = boxes[cord["destination"][0]]
        if target["maxclass"] in {"live.dial", "live.menu", "textedit"}:
            assert boxes[cord["source"][0]]["text"] == "prepend set"


def test_every_action_has_a_button() -> None:
    table = Table()
    boxes = boxes_of(patcher_of(device(table)))
    assert {boxes[f"press {name}"]["text"] for name in table.actions} == {
        f"/jam/{name}" for name in table.actions
    }


def test_a_new_parameter_and_a_new_action_appear(richer: Table) -> None:
    boxes = boxes_of(patcher_of(device(richer)))
    assert boxes["sparkle"]["maxclass"] == "live.dial"
    assert boxes["press twinkle"]["text"] == "/jam/twinkle"


@pytest.mark.parametrize("data", [b"", b"ampf", b"RIFF" + b"\0" * 40])
def test_what_is_no_device_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a Max for Live device"):
        patcher_of(data)
