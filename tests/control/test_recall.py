"""Presets over OSC: saved, listed, recalled at the bar line, taken back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.app.cli import preset_from
from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.app.hub.prompting import Prompting
from bridge.control.history import History
from bridge.control.preset import Preset
from bridge.core.events import Pulse, Turned, Understood
from bridge.core.params import Settings
from tests.control.stage import perform

SLOW = 20.0  # BPM: a bar lasts longer than any test


@pytest.fixture(autouse=True)
def shelf(house: Any, surface: Any) -> Path:
    """Give the house its first settings, no past, no presets and no subscribers."""
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(lambda: setattr(house.hub, "_history", History()))
    house.call(lambda: setattr(house.hub, "_prompting", Prompting(Settings())))
    house.call(house.exchange._subscribers.clear)
    surface.settle()
    folder: Path = house.hub.plan.presets
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    return folder


def plays(house: Any, beat: float, *, playing: bool = True) -> None:
    pulse = Pulse(time.monotonic(), beat, SLOW, playing, "midi", "locked", jump=True)
    house.call(lambda: house.hub._take_in("player", pulse))


def comes_at_the_bar_line(house: Any, surface: Any, beat: float, name: str) -> bool:
    """Let the song be just before `beat` until a preset is in force; its file may take its time.

    60 ms before, again and again: who looks first when the line is behind waits for the next one.
    """
    for _ in range(100):
        plays(house, beat - 0.02)
        with contextlib.suppress(TimeoutError):
            while surface.hear(0.05) != ("/jam/preset", (name, "")):
                continue
            return True
    return False


def test_a_preset_is_saved_listed_recalled_and_deleted(house: Any, surface: Any) -> None:
    surface.ask("/jam/temperature", 1.5)
    assert surface.ask("/jam/preset/save", "hot", "jazz") == ("/jam/preset", ("hot jazz", ""))
    assert surface.ask("/jam/list/presets") == ("/jam/list/presets", ("hot jazz",))
    surface.ask("/jam/temperature", 0.5)
    assert surface.ask("/jam/preset") == ("/jam/preset", ("hot jazz", "*"))
    assert surface.ask("/jam/preset/load", "hot jazz") == ("/jam/preset", ("hot jazz", ""))
    assert house.hub.snapshot.settings == Settings(temperature=1.5)
    assert surface.ask("/jam/preset/delete", "hot jazz") == ("/jam/preset", ("", ""))
    assert surface.ask("/jam/list/presets") == ("/jam/list/presets", ())


def test_machine_and_moment_stay_as_they_are(house: Any, surface: Any) -> None:
    surface.ask("/jam/preset/save", "plain")
    surface.ask("/jam/clock/bpm", 90)
    surface.ask("/jam/top_p", 0.5)
    surface.ask("/jam/preset/load", "plain")
    assert house.hub.snapshot.settings == Settings(clock_bpm=90.0)


def test_subscribers_hear_what_a_preset_changes(
    house: Any, surface: Any, new_surface: Callable[[int], Any], shelf: Path
) -> None:
    (shelf / "mine.toml").write_text("temperature = 1.5\ntop_p = 0.95\n")
    panel = new_surface(house.port)
    panel.send("/jam/subscribe", panel.port)
    panel.settle()
    surface.ask("/jam/preset/load", "mine")
    assert sorted(set(panel.settle())) == [
        ("/jam/preset", ("mine", "")),
        ("/jam/temperature", (1.5,)),
    ]


def test_a_preset_is_taken_back_at_once(house: Any, surface: Any, shelf: Path) -> None:
    (shelf / "mine.toml").write_text("temperature = 1.5\ntop_p = 0.5\nkey = 'D minor'\n")
    surface.ask("/jam/preset/load", "mine")
    surface.send("/jam/undo")
    surface.settle()
    assert house.hub.snapshot.settings == Settings()
    assert surface.ask("/jam/preset") == ("/jam/preset", ("mine", "*"))


def test_while_the_song_plays_it_waits_for_the_bar_line(
    house: Any, surface: Any, shelf: Path
) -> None:
    (shelf / "mine.toml").write_text("temperature = 1.5\n")
    plays(house, 1.0)
    surface.send("/jam/preset/load", "mine")
    for _ in range(5):
        surface.settle()
        time.sleep(0.02)
    assert house.hub.snapshot.settings == Settings()
    assert comes_at_the_bar_line(house, surface, 4.0, "mine")
    assert house.hub.snapshot.settings == Settings(temperature=1.5)


def test_a_song_that_stops_has_no_bar_line_to_wait_for(
    house: Any, surface: Any, shelf: Path
) -> None:
    (shelf / "mine.toml").write_text("temperature = 1.5\n")
    plays(house, 1.0)
    surface.send("/jam/preset/load", "mine")
    surface.settle()
    plays(house, 1.5, playing=False)
    assert surface.hear() == ("/jam/preset", ("mine", ""))


def test_a_song_that_moves_takes_its_bar_line_along(house: Any, surface: Any, shelf: Path) -> None:
    (shelf / "mine.toml").write_text("temperature = 1.5\n")
    plays(house, 5.0)
    surface.send("/jam/preset/load", "mine")
    surface.settle()
    plays(house, 41.0)
    time.sleep(0.2)
    surface.settle()
    assert house.hub.snapshot.settings == Settings()
    assert comes_at_the_bar_line(house, surface, 44.0, "mine")


def test_of_two_presets_within_a_bar_the_last_one_counts(
    house: Any, surface: Any, shelf: Path
) -> None:
    (shelf / "a.toml").write_text("temperature = 1.5\n")
    (shelf / "b.toml").write_text("top_p = 0.5\n")
    plays(house, 1.0)
    surface.send("/jam/preset/load", "a")
    surface.send("/jam/preset/load", "b")
    surface.settle()
    assert comes_at_the_bar_line(house, surface, 4.0, "b")
    assert house.hub.snapshot.settings == Settings(top_p=0.5)


def test_all_parameters_are_told_to_the_children_in_one_step(
    house: Any, surface: Any, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf / "mine.toml").write_text("temperature = 1.5\nmodel = 'swing'\ntop_p = 0.95\n")
    sent: list[Any] = []
    monkeypatch.setattr(house.hub.crew, "send", lambda who, message: sent.append((who, message)))
    surface.ask("/jam/preset/load", "mine")
    assert sent == [
        (who, Turned(name, value))
        for name, value in (("temperature", 1.5), ("model", "swing"))
        for who in ("player", "engine")
    ]


def test_a_prompt_of_a_preset_overrules_nothing_in_it(
    house: Any, surface: Any, shelf: Path
) -> None:
    (shelf / "mine.toml").write_text("prompt = 'fast jazz'\nstyle = 'jazz'\npace = 'slow'\n")
    surface.ask("/jam/preset/load", "mine")
    read = Understood("fast jazz", "understood", (("style", "jazz"), ("pace", "fast")))
    house.call(lambda: house.hub._take_in("engine", read))
    surface.settle()
    assert house.hub.snapshot.settings == Settings(prompt="fast jazz", style="jazz", pace="slow")
    assert house.hub.snapshot.understood == "understood"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("temperature = ", "preset bad cannot be read"),
        ("top_p = 0.5\ntemperature = 20", "temperature must be in 0.05..2"),
        ("top_p = 0.5\nmodel = 'nobody'", "model cannot be 'nobody'"),
    ],
)
def test_a_broken_file_gets_one_line_and_changes_nothing(
    house: Any, surface: Any, shelf: Path, text: str, words: str
) -> None:
    (shelf / "bad.toml").write_text(text)
    address, (code, told) = surface.ask("/jam/preset/load", "bad")
    assert (address, code) == ("/jam/error", 2)
    assert words in told
    assert house.hub.snapshot.settings == Settings()
    assert surface.ask("/jam/preset") == ("/jam/preset", ("", ""))


def test_unknown_keys_are_told_and_the_rest_is_recalled(
    house: Any, surface: Any, new_surface: Callable[[int], Any], shelf: Path
) -> None:
    (shelf / "new.toml").write_text("sparkle = 3\nclock_bpm = 90\ntop_p = 0.5\n")
    panel = new_surface(house.port)
    panel.send("/jam/subscribe", panel.port)
    panel.settle()
    surface.ask("/jam/preset/load", "new")
    line = "preset new: skipped 'sparkle', 'clock_bpm', which no preset keeps"
    assert ("/jam/error", (2, line)) in panel.settle()
    assert house.hub.snapshot.settings == Settings(top_p=0.5)


@pytest.mark.parametrize("deed", ["save", "load", "delete"])
def test_a_name_is_no_path(surface: Any, deed: str) -> None:
    address, (code, told) = surface.ask(f"/jam/preset/{deed}", "../../evil")
    assert (address, code) == ("/jam/error", 2)
    assert "cannot be called '../../evil'" in told


def test_takes_are_listed_the_newest_first(house: Any, surface: Any) -> None:
    folder: Path = house.hub.plan.takes
    folder.mkdir(exist_ok=True)
    names = [f"2026-01-0{day}_12-00-00_take-0001.mid" for day in (1, 2, 3)]
    for name in (*names, "a song.mid", "notes.txt"):
        (folder / name).touch()
    assert surface.ask("/jam/list/takes") == ("/jam/list/takes", tuple(reversed(names)))
    house.call(lambda: house.hub._kept(names[-1]))
    surface.settle()
    assert surface.ask("/jam/take/file") == ("/jam/take/file", (names[-1],))


def test_a_jam_that_begins_with_a_preset_reads_its_prompt_and_sets_nothing(
    tmp_path: Path,
) -> None:
    begun = Settings(prompt="fast jazz", style="jazz")  # its pace was freed by hand
    preset = Preset("mine", begun)
    plan = Plan(
        settings=begun, preset=preset, osc_port=0, takes=tmp_path, models=tmp_path,
        presets=tmp_path, commands={},
    )  # fmt: skip

    async def story(hub: Hub) -> None:
        hub._take_in("engine", Understood("fast jazz", "", (("style", "jazz"), ("pace", "fast"))))

    hub, _ = asyncio.run(perform(plan, story))
    assert hub.snapshot.settings == begun
    assert hub.snapshot.preset == preset


def test_what_is_skipped_at_the_start_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new.toml").write_text("sparkle = 3\ntop_p = 0.5\n")
    assert preset_from(tmp_path, "new") == Preset("new", Settings(top_p=0.5))
    line = "antiphon: preset new: skipped 'sparkle', which no preset keeps\n"
    assert capsys.readouterr().err == line
    assert preset_from(tmp_path, "") is None
