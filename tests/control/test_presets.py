"""Presets as files: what they keep, and what becomes of files that are broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.hub.presets import PresetFolder, check_name
from bridge.control.preset import KEPT, Preset
from bridge.core.errors import BridgeError, SettingError
from bridge.core.params import PARAMS, Param, Settings

MACHINE = {
    "channel_out", "clock_source", "clock_link", "clock_bpm", "meter_beats", "meter_unit",
    "live_follow", "latency_offset", "late_policy", "late_limit", "control_takeover",
}  # fmt: skip


def values_of(row: Param) -> st.SearchStrategy[Any]:
    knob = row.knob
    if knob.choices:
        return st.sampled_from(knob.choices)
    if row.type is str:
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=int(knob.high) or 20)
    if row.type is int:
        return st.integers(int(knob.low), int(knob.high))
    return st.floats(knob.low, knob.high)


SETTINGS = st.builds(Settings, **{name: values_of(row) for name, row in PARAMS.items()})


@pytest.fixture
def shelf(tmp_path: Path) -> PresetFolder:
    return PresetFolder(tmp_path / "presets")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> PresetFolder:
    return PresetFolder(tmp_path_factory.mktemp("written"))


@given(SETTINGS)
def test_what_was_saved_is_what_is_read(written: PresetFolder, settings: Settings) -> None:
    written.write("a song", settings)
    values, unknown = written.read("a song")
    assert values == {name: getattr(settings, name) for name in KEPT}
    assert unknown == []


@given(SETTINGS, SETTINGS)
def test_a_preset_holds_until_something_it_keeps_is_changed(a: Settings, b: Settings) -> None:
    same = all(getattr(a, name) == getattr(b, name) for name in KEPT)
    assert Preset("x", a).holds(b) is same


def test_machine_and_moment_are_no_part_of_it() -> None:
    assert set(PARAMS) - set(KEPT) == MACHINE


@given(st.text(max_size=80))
def test_a_name_that_is_accepted_is_a_file_of_the_folder(name: str) -> None:
    try:
        check_name(name)
    except SettingError:
        return
    path = Path("folder") / f"{name}.toml"
    assert path.parent == Path("folder")
    assert path.stem == name
    assert not name.startswith(".")


@pytest.mark.parametrize("name", ["jazz", "Ночь 2", "blues (slow)", "A&B", "7", "v1.2", "don't"])
def test_names_that_can_be(shelf: PresetFolder, name: str) -> None:
    shelf.write(name, Settings())
    assert shelf.names() == (name,)


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../x", "a/b", "a\\b", "/etc/x", ".hidden", "x.", "x ", "a\nb", "a\0b",
     "nul", "COM1", "learned", "x" * 61, "a:b", "a*"],
)  # fmt: skip
def test_names_that_cannot_be(shelf: PresetFolder, name: str) -> None:
    for deed in (shelf.read, shelf.delete, lambda n: shelf.write(n, Settings())):
        with pytest.raises(SettingError, match="cannot be called"):
            deed(name)
    assert not shelf.folder.exists()


def test_what_a_file_does_not_name_is_not_in_it(shelf: PresetFolder) -> None:
    shelf.folder.mkdir()
    (shelf.folder / "mine.toml").write_text('temperature = 1\n"call/bars" = 2\nmeter_unit = 8\n')
    assert shelf.read("mine") == ({"temperature": 1.0, "call_bars": 2}, ["meter_unit"])


def test_unknown_keys_are_told_and_skipped(shelf: PresetFolder) -> None:
    shelf.folder.mkdir()
    (shelf.folder / "new.toml").write_text("top_p = 0.5\nsparkle = 3\n[later]\nx = 1\n")
    assert shelf.read("new") == ({"top_p": 0.5}, ["sparkle", "later"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"temperature = ", "preset bad cannot be read"),
        (b"\xff\xfe", "preset bad cannot be read"),
        (b"temperature = 1\ntemperature = 2", "preset bad cannot be read"),
        (b"temperature = 20", r"preset bad: temperature must be in 0.05..2, not 20"),
        (b'temperature = "hot"', "preset bad: temperature must be a number"),
        (b"temperature = nan", "preset bad: temperature must be in"),
        (b"temperature = true", "preset bad: temperature must be a number, not True"),
        (b"temperature = [1]", "preset bad: temperature must be a number"),
        (b"style = ['jazz']", "preset bad: style must be text"),
        (b"style = 'polka'", "preset bad: style cannot be 'polka'"),
    ],
)
def test_a_broken_file_is_told_in_one_line(shelf: PresetFolder, text: bytes, words: str) -> None:
    shelf.folder.mkdir()
    (shelf.folder / "bad.toml").write_bytes(text)
    with pytest.raises(SettingError, match=words) as told:
        shelf.read("bad")
    assert "\n" not in str(told.value)


def test_a_preset_that_is_not_there_is_told_with_those_that_are(shelf: PresetFolder) -> None:
    shelf.write("jazz", Settings())
    for deed in (shelf.read, shelf.delete):
        with pytest.raises(SettingError, match=r"no preset 'rock' .*; there are: jazz"):
            deed("rock")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BridgeError, match="cannot be written"):
        PresetFolder(tmp_path / "file").write("jazz", Settings())


def test_saving_replaces_and_leaves_nothing_beside(shelf: PresetFolder) -> None:
    for temperature in (0.5, 1.5):
        shelf.write("jazz", replace(Settings(), temperature=temperature))
    assert shelf.read("jazz")[0]["temperature"] == 1.5
    assert [path.name for path in shelf.folder.iterdir()] == ["jazz.toml"]
    shelf.delete("jazz")
    assert shelf.names() == ()
