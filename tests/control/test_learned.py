"""What knobs were taught, as a table and as a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.hub.learned import (
    NOTHING,
    Learned,
    bindings_of,
    fits,
    read_learned,
    set_aside,
    target,
    write_learned,
)
from bridge.control.bindings import Bindings, Touch
from bridge.core.errors import BridgeError, SettingError
from bridge.core.events import ACTIONS
from bridge.core.params import BY_ADDRESS
from bridge.desk.cc_map import cc_map, has_knob
from bridge.desk.controllers import CONTROLLERS, Controller
from bridge.desk.table import Table

TARGETS = [*ACTIONS, *(a for a, row in BY_ADDRESS.items() if has_knob(row))]
TOUCH = st.builds(
    Touch, st.sampled_from(("cc", "note")), st.integers(0, 127), st.integers(1, 16)
)  # fmt: skip
ROWS = st.lists(
    st.tuples(TOUCH, st.sampled_from(TARGETS)).filter(lambda row: fits(*row)), max_size=30
)


def table_of(rows: list[tuple[Touch, str]]) -> Bindings:
    bindings = Bindings()
    for row in rows:
        bindings = bindings.having(*row)
    return bindings


@given(ROWS)
def test_a_control_has_one_task_and_a_task_one_control(rows: list[tuple[Touch, str]]) -> None:
    bound = table_of(rows).rows
    assert len({touch for touch, _ in bound}) == len({a for _, a in bound}) == len(bound)
    assert not rows or bound[-1] == rows[-1]


@given(ROWS, ROWS)
def test_what_was_taught_outweighs_a_map(
    taught: list[tuple[Touch, str]], known: list[tuple[Touch, str]]
) -> None:
    both = table_of(taught).over(table_of(known))
    assert set(table_of(taught).rows) <= set(both.rows)
    assert set(both.rows) <= {*table_of(taught).rows, *table_of(known).rows}


@given(ROWS, ROWS)
def test_what_was_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[Touch, str]],
    lost: list[tuple[Touch, str]],
) -> None:
    path = tmp_path_factory.getbasetemp() / "new" / "learned.toml"
    learned = Learned(table_of(rows), tuple(lost))
    write_learned(path, learned)
    assert read_learned(path) == learned


@given(ROWS, ROWS, st.data())
def test_what_is_forgotten_has_no_control_until_its_map_is_restored(
    taught: list[tuple[Touch, str]], known: list[tuple[Touch, str]], data: st.DataObject
) -> None:
    """Forgotten, a task has no control, taught or known; restored, the one of the map."""
    maps = table_of(known)
    learned = Learned(table_of(taught), ())
    if not maps.rows:
        return
    row = data.draw(st.sampled_from(maps.rows))
    forgotten = learned.without(row[1], maps)
    assert row[1] not in {address for _, address in forgotten.over(maps).rows}
    assert row in forgotten.restored(row).over(maps).rows
    assert row in forgotten.having(*row).over(maps).rows
    others = [each for each in learned.over(maps).rows if each[1] != row[1]]
    assert set(others) <= set(forgotten.over(maps).rows)


@pytest.mark.parametrize("controller", CONTROLLERS, ids=lambda controller: controller.file)
def test_a_controller_does_what_its_map_says(controller: Controller) -> None:
    whole = json.loads(cc_map(Table(), controller))
    said = {
        (kind, row[kind], row["address"].removeprefix("/jam/"))
        for row in (*whole["turns"], *whole["presses"])
        for kind in ("cc", "note")
        if kind in row
    }
    bound = bindings_of(controller.file).rows
    assert {(t.message, t.number, address) for t, address in bound} == said
    assert {touch.channel for touch, _ in bound} == {whole["channel"]}


def test_a_controller_nobody_knows_is_told_with_those_we_know() -> None:
    with pytest.raises(SettingError, match="it may be generic, launch-control-xl"):
        bindings_of("launchpad")


@pytest.mark.parametrize(
    ("name", "address"),
    [("temperature", "temperature"), ("/jam/call/bars", "call/bars"), ("call_bars", "call/bars"),
     ("/jam/trigger", "trigger"), ("undo", "undo")],
)  # fmt: skip
def test_what_can_be_taught(name: str, address: str) -> None:
    assert target(name) == address


@pytest.mark.parametrize(
    ("name", "words"),
    [("prompt", "has no knob"), ("seed", "has no knob"), ("model", "has no knob"),
     ("temprature", "did you mean temperature"), ("state", "unknown parameter")],
)  # fmt: skip
def test_what_cannot_be_taught(name: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        target(name)


@pytest.mark.parametrize(
    "text",
    [
        "learned = 3",
        "forgotten = 3",
        "[[forgotten]]\naddress = 'temperature'\ncc = 20",
        "[[learned]]",
        "[[learned]]\naddress = 'temperature'\ncc = 20",
        "[[learned]]\naddress = 'temperature'\ncc = 128\nchannel = 1",
        "[[learned]]\naddress = 'temperature'\ncc = 20\nchannel = 0",
        "[[learned]]\naddress = 'temperature'\nnote = 20\nchannel = 1",
        "[[learned]]\naddress = 3\nnote = 20\nchannel = 1",
        "[[learned",
        "\x00",
    ],
)
def test_a_broken_file_is_told_in_one_line_and_set_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "learned.toml"
    path.write_text(text)
    with pytest.raises(SettingError, match=r"learned\.toml cannot be read") as told:
        read_learned(path)
    assert "\n" not in str(told.value)
    assert set_aside(path) == "learned.toml.broken"
    assert (tmp_path / "learned.toml.broken").read_text() == text
    assert read_learned(path) == NOTHING


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BridgeError, match="cannot be written"):
        write_learned(tmp_path / "file" / "learned.toml", NOTHING)
