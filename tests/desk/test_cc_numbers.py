"""The number of a knob, once given, stays: whatever is added, moved or taken away."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.daws.templates import update
from bridge.core.errors import SettingError
from bridge.core.params import Knob, Param
from bridge.desk import cc_numbers
from bridge.desk.cc_map import ledger, pressed, turned
from bridge.desk.controllers import CONTROLLERS, GENERIC, Controller
from bridge.desk.table import Table

OURS = Table()
NEW = Param("sparkle", float, 0.25, Knob("light/sparkle", "How it sparkles", 0, 3, "lumen"))


def numbers(table: Table, controller: Controller) -> dict[str, int]:
    turns = {row.knob.address: knob.number for knob, row in turned(table, controller)}
    return turns | {name: button.number for button, name in pressed(table, controller)}


@pytest.mark.parametrize("controller", CONTROLLERS, ids=lambda each: each.file)
@given(st.randoms(use_true_random=False), st.sets(st.sampled_from(OURS.params)))
def test_a_number_stays_whatever_else_comes_moves_or_goes(
    controller: Controller, chance: Any, gone: set[Param]
) -> None:
    rows = [row for row in (*OURS.params, NEW) if row not in gone]
    actions = [*OURS.actions, "twinkle"]
    chance.shuffle(rows)
    chance.shuffle(actions)
    before = numbers(OURS, controller)
    after = numbers(replace(OURS, params=tuple(rows), actions=tuple(actions)), controller)
    kept = set(before) - {row.knob.address for row in gone}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    new = {after[name] for name in set(after) - set(before)}
    assert not new & set(before.values())  # nor is the number of what went given again


def test_a_new_parameter_takes_the_next_free_number() -> None:
    found = numbers(replace(OURS, params=(NEW, *OURS.params)), GENERIC)
    taken = OURS.numbers["generic"]["turns"].values()
    assert found["light/sparkle"] == next(
        knob.number for knob in GENERIC.turns if knob.number not in taken
    )


def test_a_controller_without_a_free_knob_stays_as_it_is() -> None:
    richer = ledger(replace(OURS, params=(NEW, *OURS.params)))
    full = [each for each in CONTROLLERS if len(each.turns) < len(OURS.params) // 2]
    assert full
    assert all(richer[each.file]["turns"] == OURS.numbers[each.file]["turns"] for each in full)


@pytest.fixture
def without_redo(tmp_path: Path) -> Path:
    """Return a ledger that has never heard of one action."""
    path = tmp_path / "cc_numbers.toml"
    lines = cc_numbers.FILE.read_text().splitlines(keepends=True)
    path.write_text("".join(each for each in lines if not each.startswith("redo = ")))
    return path


def test_a_ledger_that_lacks_one_is_told(tmp_path: Path, without_redo: Path) -> None:
    shutil.copytree(Path(__file__).resolve().parents[2] / "daw_templates", tmp_path / "made")
    with pytest.raises(SettingError, match="it lacks redo; run antiphon templates"):
        update(tmp_path / "made", check=True, numbers=without_redo)


def test_templates_write_down_what_was_given(tmp_path: Path, without_redo: Path) -> None:
    update(tmp_path / "made", check=False, numbers=without_redo)
    assert cc_numbers.read(without_redo) == cc_numbers.read()
    update(tmp_path / "made", check=True, numbers=without_redo)
