"""The TouchOSC layout, read by tosclib and beside files that TouchOSC saved."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tosclib
from lxml import etree

from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS, Param
from bridge.desk.table import Table, kind
from bridge.desk.touchosc import touchosc

Element = etree._Element


@pytest.fixture(scope="module")
def layout() -> Element:
    return etree.fromstring(zlib.decompress(touchosc(Table())))


def nodes(root: Element, type_: str) -> Iterator[Element]:
    return (node for node in root.iter("node") if node.get("type") == type_)


def keys(node: Element, part: str) -> dict[str, str | None]:
    """Return the keys of a node's properties or values, with the types of the properties."""
    found = node.find(part)
    assert found is not None
    return {row.findtext("key", ""): row.get("type") for row in found}


def messages(root: Element, address: str) -> list[Element]:
    return [osc for osc in root.iter("osc") if osc.findtext("path/partial/value") == address]


def test_tosclib_reads_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "Antiphon.tosc"
    path.write_bytes(touchosc(Table()))
    root = tosclib.tosc.ElementTOSC.fromFile(str(path))
    name, script = root.getPropertyValue("name"), root.getPropertyValue("script")
    assert name is not None
    assert name.text == "Antiphon"
    assert script is not None
    assert "/jam/subscribe" in (script.text or "")


def test_ids_are_unique(layout: Element) -> None:
    ids = [node.get("ID") for node in layout.iter("node")]
    assert len(ids) == len(set(ids))


def test_nothing_that_comes_in_goes_out_again(layout: Element) -> None:
    assert {osc.findtext("feedback") for osc in layout.iter("osc")} == {"0"}


@pytest.mark.parametrize("row", PARAMS.values(), ids=lambda row: row.name)
def test_the_value_of_every_parameter_follows(layout: Element, row: Param) -> None:
    address = f"/jam/{row.knob.address}"
    followed = [osc for osc in messages(layout, address) if osc.findtext("receive") == "1"]
    assert followed


@pytest.mark.parametrize(
    "row", [r for r in PARAMS.values() if kind(r) == "fader"], ids=lambda row: row.name
)
def test_a_fader_spans_the_range_both_ways(layout: Element, row: Param) -> None:
    knob = row.knob
    [fader] = [o for o in messages(layout, f"/jam/{knob.address}") if o.findtext("send") == "1"
               and o.findtext("receive") == "1"]  # fmt: skip
    [argument] = fader.findall("arguments/partial")
    assert float(argument.findtext("scaleMin", "")) == pytest.approx(knob.low)
    assert float(argument.findtext("scaleMax", "")) == pytest.approx(knob.high)


@pytest.mark.parametrize(
    "row", [r for r in PARAMS.values() if r.knob.choices], ids=lambda row: row.name
)
def test_every_choice_has_a_button_that_sends_it(layout: Element, row: Param) -> None:
    knob = row.knob
    sent = [
        osc.findtext("arguments/partial/value")
        for osc in messages(layout, f"/jam/{knob.address}")
        if osc.findtext("send") == "1"
    ]
    assert set(knob.choices) <= set(sent)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_sent_once_a_press(layout: Element, action: str) -> None:
    [osc] = messages(layout, f"/jam/{action}")
    assert osc.findtext("triggers/trigger/condition") == "RISE"


def test_all_controls_lie_inside_their_parents(layout: Element) -> None:
    def frame(node: Element) -> tuple[float, ...]:
        for row in node.iterfind("properties/property"):
            if row.findtext("key") == "frame":
                return tuple(float(row.findtext(f"value/{side}", "")) for side in "xywh")
        raise AssertionError(node.attrib)

    for parent in layout.iter("node"):
        _, _, width, height = frame(parent)
        for child in parent.iterfind("children/node"):
            x, y, w, h = frame(child)
            assert x >= 0 <= y
            assert w > 0 < h
            assert x + w <= width
            assert y + h <= height


@pytest.mark.parametrize("type_", ["GROUP", "PAGER", "BUTTON", "FADER", "LABEL"])
def test_controls_have_the_properties_touchosc_itself_saves(
    type_: str, layout: Element, sample: Callable[[str], Path]
) -> None:
    saved = etree.fromstring(zlib.decompress(sample("tosclib_controls.tosc").read_bytes()))
    real = next(nodes(saved, type_))
    ours = [node for node in nodes(layout, type_) if "tabLabel" not in keys(node, "properties")]
    for node in ours:
        assert keys(node, "properties").items() >= keys(real, "properties").items()
        assert keys(node, "values") == keys(real, "values")


def test_pages_have_the_properties_touchosc_itself_saves(
    layout: Element, sample: Callable[[str], Path]
) -> None:
    saved = etree.fromstring(zlib.decompress(sample("tosclib_controls.tosc").read_bytes()))
    real = next(node for node in nodes(saved, "GROUP") if "tabLabel" in keys(node, "properties"))
    pages = [node for node in nodes(layout, "GROUP") if "tabLabel" in keys(node, "properties")]
    assert pages
    for page in pages:
        assert keys(page, "properties").items() >= keys(real, "properties").items()


def test_messages_have_the_parts_touchosc_itself_saves(
    layout: Element, sample: Callable[[str], Path]
) -> None:
    def shape(osc: Element) -> list[str]:
        return [part.tag for part in osc.iter()]

    saved = etree.fromstring(zlib.decompress(sample("tosclib_messages.tosc").read_bytes()))
    real = next(saved.iter("osc"))
    partial = next(real.iter("partial"))
    # The sample's path has two parts, the second of which is the control's name.
    real.findall("path")[0].remove(real.findall("path/partial")[1])
    assert {tuple(shape(osc)) for osc in layout.iter("osc")} == {tuple(shape(real))}
    assert {tuple(shape(p)) for p in layout.iter("partial")} == {tuple(shape(partial))}
