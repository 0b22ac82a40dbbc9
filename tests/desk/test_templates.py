"""The files as a whole: always the same, small, up to date, and made from the tables alone."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bridge.app.daws.templates import update
from bridge.control.surfaces import READINGS
from bridge.core.errors import SettingError
from bridge.core.events import ACTIONS
from bridge.core.params import PARAMS
from bridge.desk.table import Table, kind
from bridge.desk.templates import templates, unpacked

ROOT = Path(__file__).resolve().parents[2]
SURFACES = (
    "surfaces/Antiphon.tosc",
    "surfaces/antiphon.json",
    "reaper/Antiphon.ReaperOSC",
    "controllers/generic.json",
    "controllers/README.md",
    "ableton/midi-mapping.md",
)


made = cache(templates)


def text(path: str, table: Table) -> str:
    inside = unpacked(path, made(table)[path])
    assert isinstance(inside, bytes)
    return inside.decode()


def test_the_files_in_the_repository_are_up_to_date() -> None:
    update(ROOT / "daw_templates", check=True)


def test_the_same_tables_give_the_same_bytes() -> None:
    assert templates(Table()) == templates(Table())


def test_all_files_together_are_small() -> None:
    assert sum(map(len, templates(Table()).values())) < 1_000_000


@pytest.mark.parametrize("path", SURFACES)
def test_a_new_parameter_appears_everywhere(path: str, richer: Table) -> None:
    assert "/jam/light/sparkle" not in text(path, Table())
    assert "/jam/light/sparkle" in text(path, richer)


@pytest.mark.parametrize("path", SURFACES)
def test_a_new_action_appears_everywhere(path: str, richer: Table) -> None:
    assert "/jam/twinkle" not in text(path, Table())
    assert "/jam/twinkle" in text(path, richer)


@pytest.mark.parametrize("path", SURFACES[:3])
def test_everything_that_can_be_asked_for_is_on_a_surface(path: str) -> None:
    shown = text(path, Table())
    names = [row.knob.address for row in PARAMS.values()]
    names += [*ACTIONS, *(reading.address for reading in READINGS)]
    assert [name for name in names if f"/jam/{name}" not in shown] == []


def test_everything_that_can_be_turned_has_a_control_change() -> None:
    generic = json.loads(text("controllers/generic.json", Table()))
    turned = {turn["address"] for turn in generic["turns"]}
    turnable = [row for row in PARAMS.values() if kind(row) in {"fader", "choice"}]
    assert turned == {f"/jam/{row.knob.address}" for row in turnable}
    assert {press["address"] for press in generic["presses"]} == {f"/jam/{a}" for a in ACTIONS}


def test_written_files_are_found_up_to_date(tmp_path: Path) -> None:
    update(tmp_path, check=False)
    update(tmp_path, check=True)


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="nowhere is not there; antiphon templates makes it"):
        update(tmp_path / "nowhere", check=True)


@pytest.mark.parametrize("path", ["ableton/Antiphon.als", "surfaces/antiphon.json"])
def test_a_stale_file_is_named(path: str, tmp_path: Path) -> None:
    update(tmp_path, check=False)
    (tmp_path / path).write_bytes(b"old")
    with pytest.raises(SettingError, match=path):
        update(tmp_path, check=True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    update(tmp_path, check=False)
    (tmp_path / "reaper" / "Antiphon.RPP").unlink()
    with pytest.raises(SettingError, match=r"reaper/Antiphon\.RPP"):
        update(tmp_path, check=True)


def test_a_file_that_is_no_longer_made_is_named_and_never_removed(tmp_path: Path) -> None:
    update(tmp_path, check=False)
    (tmp_path / "mine.txt").write_text("hands off")
    with pytest.raises(SettingError, match=r"mine\.txt"):
        update(tmp_path, check=True)
    update(tmp_path, check=False)
    assert (tmp_path / "mine.txt").read_text() == "hands off"


def test_a_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(SettingError, match="cannot be written") as told:
        update(tmp_path / "taken", check=False)
    assert "\n" not in str(told.value)


def test_the_page_of_templates_names_every_file() -> None:
    files: dict[str, Any] = templates(Table())
    page = files.pop("README.md").decode()
    assert [path for path in files if f"`{path}`" not in page] == []
