"""Templates put in place: told first, nothing of others lost, everything taken back."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.app.daws.daw_folders import FILES, Machine, folder_of, record_file
from bridge.app.daws.setup import set_up, take_back
from bridge.app.daws.setup_record import Copy, Record, load, save
from bridge.app.hub.last_take import show_take
from bridge.core.errors import SettingError
from bridge.core.events import TakeDone
from bridge.desk.table import Table
from bridge.desk.templates import templates

TAKE = TakeDone(3, 4, 4, 120.0, ((0.0, 1.0, 60, 90, 0),), ((4.0, 1.0, 64, 90, 0),))
EVERYWHERE = [(target, system) for target in FILES for system in ("darwin", "win32", "linux")]
NOT_THERE = {("ableton", "linux"), ("fl", "linux")}


class Musician:
    """Somebody who is told what will be done, and agrees or does not."""

    def __init__(self, *, agrees: bool) -> None:
        self.agrees = agrees
        self.told = ""

    def __call__(self, told: str) -> bool:
        self.told = told
        return self.agrees


yes, no = Musician(agrees=True), Musician(agrees=False)


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[str], Machine]:
    """Make a machine of some system, with the folders of every DAW that runs there."""

    def make(platform: str) -> Machine:
        (tmp_path / "Documents").mkdir(exist_ok=True)
        found = Machine(platform, tmp_path, {})
        for target in FILES:
            if (target, platform) not in NOT_THERE:
                folder_of(target, found).mkdir(parents=True, exist_ok=True)
        return found

    return make


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def age(target: str, path: Path, machine: Machine) -> None:
    """Let a file be one that an older Antiphon has put in place."""
    path.write_bytes(b"older")
    record = load(machine)
    for copy in record.copies[target]:
        if copy.path == path:
            copy.sha256 = hashlib.sha256(b"older").hexdigest()
    save(record, machine)


@pytest.mark.parametrize(("target", "platform"), sorted({*EVERYWHERE} - NOT_THERE))
def test_files_are_put_in_place_and_taken_back(
    target: str, platform: str, machine: Callable[[str], Machine]
) -> None:
    here = machine(platform)
    folders = {p for p in here.home.rglob("*") if p.is_dir()}
    files = templates(Table())
    written = set_up(target, None, here, yes)
    assert {p.read_bytes() for p in written} == {files[source] for source in FILES[target]}
    take_back(target, here, yes)
    assert tree(here.home) == {}
    ours = {record_file(here).parent, *record_file(here).parent.parents}
    assert {p for p in here.home.rglob("*") if p.is_dir()} - ours == folders - ours


@pytest.mark.parametrize(("target", "platform"), sorted(NOT_THERE))
def test_a_program_that_is_not_made_for_this_system_is_told_in_one_line(
    target: str, platform: str, machine: Callable[[str], Machine]
) -> None:
    with pytest.raises(SettingError, match=r"does not run on this system; .*--folder"):
        set_up(target, None, machine(platform), yes)


def test_what_will_be_done_is_told_first_and_a_no_is_a_no(
    machine: Callable[[str], Machine],
) -> None:
    here = machine("linux")
    wary = Musician(agrees=False)
    with pytest.raises(SettingError, match="nothing was written"):
        set_up("reaper", None, here, wary)
    assert "ProjectTemplates/Antiphon.RPP" in wary.told
    assert "OSC/Antiphon.ReaperOSC" in wary.told
    assert tree(here.home) == {}


def test_a_file_of_others_is_kept_and_brought_back(machine: Callable[[str], Machine]) -> None:
    here = machine("linux")
    path = folder_of("bitwig", here) / "Projects" / "Antiphon.dawproject"
    path.parent.mkdir()
    path.write_bytes(b"my own")
    keen = Musician(agrees=True)
    set_up("bitwig", None, here, keen)
    assert "is kept as Antiphon.dawproject.before-antiphon" in keen.told
    assert path.read_bytes() != b"my own"
    take_back("bitwig", here, yes)
    assert path.read_bytes() == b"my own"


def test_a_second_time_there_is_nothing_to_do(machine: Callable[[str], Machine]) -> None:
    here = machine("darwin")
    set_up("ableton", None, here, yes)
    assert set_up("ableton", None, here, no) == []


def test_an_older_file_of_ours_is_renewed_and_what_was_kept_stays_kept(
    machine: Callable[[str], Machine],
) -> None:
    here = machine("linux")
    path = folder_of("osc", here) / "Antiphon" / "antiphon.json"
    path.parent.mkdir()
    path.write_bytes(b"my own")
    set_up("osc", None, here, yes)
    age("osc", path, here)
    keen = Musician(agrees=True)
    set_up("osc", None, here, keen)
    assert "renew" in keen.told
    assert "replace" not in keen.told
    take_back("osc", here, yes)
    assert path.read_bytes() == b"my own"


def test_a_file_that_was_changed_since_stays(machine: Callable[[str], Machine]) -> None:
    here = machine("linux")
    [project, osc] = set_up("reaper", None, here, yes)
    project.write_text("with my tracks")
    assert take_back("reaper", here, yes) == [osc]
    assert project.read_text() == "with my tracks"


def test_an_original_survives_that_our_copy_was_edited_and_set_up_again(
    machine: Callable[[str], Machine],
) -> None:
    here = machine("linux")
    path = folder_of("bitwig", here) / "Projects" / "Antiphon.dawproject"
    path.parent.mkdir()
    path.write_bytes(b"my own")
    set_up("bitwig", None, here, yes)
    path.write_bytes(b"ours, edited")
    keen = Musician(agrees=True)
    set_up("bitwig", None, here, keen)
    edited = path.with_name("Antiphon.dawproject.before-antiphon-2")
    assert "is kept as Antiphon.dawproject.before-antiphon-2" in keen.told
    take_back("bitwig", here, yes)
    assert path.read_bytes() == b"my own"
    assert edited.read_bytes() == b"ours, edited"


def test_an_original_is_brought_back_where_our_copy_was_deleted(
    machine: Callable[[str], Machine],
) -> None:
    here = machine("linux")
    path = folder_of("bitwig", here) / "Projects" / "Antiphon.dawproject"
    path.parent.mkdir()
    path.write_bytes(b"my own")
    set_up("bitwig", None, here, yes)
    path.unlink()
    keen = Musician(agrees=True)
    assert take_back("bitwig", here, keen) == [path]
    assert "bring back Antiphon.dawproject.before-antiphon" in keen.told
    assert path.read_bytes() == b"my own"
    assert load(here).copies == {}


def test_deleted_by_hand_with_nothing_kept_there_is_nothing_left_to_remember(
    machine: Callable[[str], Machine],
) -> None:
    here = machine("linux")
    for path in set_up("bitwig", None, here, yes):
        path.unlink()
    assert take_back("bitwig", here, yes) == []
    assert load(here).copies == {}


def test_what_was_changed_since_can_be_taken_back_later(machine: Callable[[str], Machine]) -> None:
    here = machine("linux")
    root = folder_of("reaper", here)
    [project, osc] = (root / below for below in FILES["reaper"].values())
    project.parent.mkdir(exist_ok=True)
    project.write_bytes(b"my own")
    set_up("reaper", None, here, yes)
    ours = project.read_bytes()
    project.write_text("with my tracks")
    assert take_back("reaper", here, yes) == [osc]
    project.write_bytes(ours)
    assert take_back("reaper", here, yes) == [project]
    assert project.read_bytes() == b"my own"
    assert load(here).copies == {}


def test_with_a_folder_only_what_was_put_there_is_taken_back(
    machine: Callable[[str], Machine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here, other, third = machine("darwin"), tmp_path / "other", tmp_path / "third"
    other.mkdir()
    third.mkdir()
    usual = set_up("ableton", None, here, yes)
    monkeypatch.chdir(tmp_path)
    elsewhere = set_up("ableton", Path("other"), here, yes)
    assert take_back("ableton", here, no, folder=third) == []
    assert capsys.readouterr().out == f"Ableton Live: nothing to take back from {third}\n"
    assert take_back("ableton", here, yes, folder=other) == elsewhere
    assert all(path.exists() for path in usual)
    assert tree(other) == {}
    assert take_back("ableton", here, yes) == usual


def test_taking_back_what_was_never_put_there_does_nothing(
    machine: Callable[[str], Machine],
) -> None:
    assert take_back("fl", machine("win32"), no) == []


def test_a_missing_folder_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="is not there; start REAPER once") as told:
        set_up("reaper", None, Machine("linux", tmp_path, {}), yes)
    assert "\n" not in str(told.value)


@pytest.mark.skipif(os.name == "nt", reason="folders are made read-only otherwise there")
def test_a_folder_that_cannot_be_written_is_told_in_one_line(
    machine: Callable[[str], Machine],
) -> None:
    here = machine("linux")
    (folder_of("bitwig", here) / "Projects").write_text("a file where a folder should be")
    with pytest.raises(SettingError, match="cannot be written") as told:
        set_up("bitwig", None, here, yes)
    assert "\n" not in str(told.value)


def test_a_record_that_cannot_be_written_is_told_once(machine: Callable[[str], Machine]) -> None:
    here = machine("linux")
    record_file(here).mkdir(parents=True)  # a folder where the file should be
    with pytest.raises(SettingError) as told:
        save(Record(copies={"reaper": [Copy(path=here.home, sha256="")]}), here)
    assert str(told.value).count("cannot be written") == 1


@pytest.mark.skipif(os.name == "nt", reason="a file is no folder in another way there")
def test_what_was_never_written_is_taken_back_all_the_same(
    machine: Callable[[str], Machine],
) -> None:
    """Given a setup that fell over its second file, undo removes the first and forgets both."""
    here = machine("linux")
    (folder_of("reaper", here) / "OSC").write_text("a file where a folder should be")
    with pytest.raises(SettingError, match="cannot be written"):
        set_up("reaper", None, here, yes)
    [first] = take_back("reaper", here, yes)
    assert first.name == "Antiphon.RPP"
    assert not first.exists()
    assert load(here).copies == {}


def test_another_folder_may_be_named(machine: Callable[[str], Machine], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert set_up("fl", other, machine("linux"), yes)[0].is_relative_to(other)


def test_a_damaged_record_is_told_in_one_line(machine: Callable[[str], Machine]) -> None:
    here = machine("linux")
    record_file(here).parent.mkdir(parents=True)
    record_file(here).write_text("{")
    with pytest.raises(SettingError, match=r"setup\.json cannot be read") as told:
        set_up("reaper", None, here, yes)
    assert "\n" not in str(told.value)


def test_the_newest_ardour_is_meant(tmp_path: Path) -> None:
    for name in ("ardour6", "ardour7", "ardour9", "ardour10", "ardour-old"):
        (tmp_path / ".config" / name).mkdir(parents=True)
    assert folder_of("ardour", Machine("linux", tmp_path, {})).name == "ardour10"


def test_the_last_take_is_in_the_piano_roll_script(machine: Callable[[str], Machine]) -> None:
    here = machine("darwin")
    [_, script] = set_up("fl", None, here, yes)
    show_take(TAKE, here)
    assert "TAKE = 3" in script.read_text()
    assert set(script.parent.iterdir()) == {script}


def test_a_script_with_a_take_in_it_is_still_ours(machine: Callable[[str], Machine]) -> None:
    here = machine("darwin")
    written = set_up("fl", None, here, yes)
    show_take(TAKE, here)
    assert set(take_back("fl", here, yes)) == set(written)


def test_where_fl_was_not_set_up_a_take_writes_nothing(machine: Callable[[str], Machine]) -> None:
    here = machine("darwin")
    show_take(TAKE, here)
    set_up("ableton", None, here, yes)
    before = tree(here.home)
    show_take(TAKE, here)
    assert tree(here.home) == before
