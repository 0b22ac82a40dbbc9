"""FL Studio's scripts, run against the stubs of its Python and checked by mypy."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flpianoroll
import pytest
from fl_classes import FlMidiMsg
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.events import NoteRow, TakeDone
from bridge.desk.fl_roll import NO_TAKE, piano_roll
from bridge.desk.fl_script import controller_script
from tests.desk.fl_studio import Studio, run

TAKE = TakeDone(
    take=7, meter_beats=4, meter_unit=4, bpm=120,
    phrase=((4.0, 1.0, 60, 100, 0), (6.5, 0.5, 64, 90, 0)),
    answer=((8.0, 2.0, 67, 127, 1), (9.99, 0.25, 72, 1, 1)),
)  # fmt: skip


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    return Studio(monkeypatch)


def number(data: bytes) -> int:
    return sum(byte << 7 * place for place, byte in enumerate(reversed(data)))


def test_the_answer_plays_on_the_channel_of_its_name(studio: Studio) -> None:
    on, off = studio.hear(0x90, 60, 100), studio.hear(0x80, 60, 0)
    assert studio.played == [(1, 60, 100), (1, 60, 0)]
    assert (on.handled, off.handled) == (True, True)


def test_a_note_on_without_velocity_ends_a_note(studio: Studio) -> None:
    studio.hear(0x90, 60, 100)
    studio.hear(0x90, 60, 0)
    assert studio.played == [(1, 60, 100), (1, 60, 0)]


def test_without_a_channel_of_that_name_fl_does_as_it_always_does(studio: Studio) -> None:
    studio.names = ["Kick", "Piano"]
    assert not studio.hear(0x90, 60, 100).handled
    assert not studio.hear(0x80, 60, 0).handled
    assert studio.played == []


def test_a_note_ends_where_it_began_whatever_the_channels_are_called_by_then(
    studio: Studio,
) -> None:
    studio.hear(0x90, 60, 100)
    studio.names = ["Antiphon", "Piano"]
    studio.hear(0x80, 60, 0)
    assert studio.played == [(1, 60, 100), (1, 60, 0)]


def test_a_script_that_ends_lets_go_of_every_note(studio: Studio) -> None:
    for pitch in (60, 64, 60):
        studio.hear(0x90, pitch, 100)
    studio.script.OnDeInit()
    assert sorted(studio.played[3:]) == [(1, 60, 0), (1, 60, 0), (1, 64, 0)]


@given(
    st.lists(st.tuples(st.sampled_from([0x80, 0x90]), st.integers(59, 62), st.integers(0, 127))),
    st.lists(st.sampled_from(["Kick", "Antiphon"]), min_size=1, max_size=4),
)
def test_every_note_that_begins_ends_once(
    messages: list[tuple[int, int, int]], names: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        studio = Studio(patch)
        for index, message in enumerate(messages):
            studio.names = [names[index % len(names)], "Antiphon"]
            studio.hear(*message)
        studio.script.OnDeInit()
    begun = Counter((index, pitch) for index, pitch, velocity in studio.played if velocity)
    ended = Counter((index, pitch) for index, pitch, velocity in studio.played if not velocity)
    assert begun == ended


def test_what_is_no_note_is_left_to_fl(studio: Studio) -> None:
    assert not studio.hear(0xB0, 1, 64).handled


@pytest.mark.parametrize("tempo", [120_000, 120.0])
def test_a_beat_is_told_with_tempo_and_place(studio: Studio, tempo: float) -> None:
    studio.tempo = tempo
    studio.script.OnUpdateBeatIndicator(1)
    _meter, told = studio.sent
    assert told[:4] == bytes([0xF0, 0x7D, 0x41, 1])
    assert told[-1] == 0xF7
    downbeat, bpm, place, ppq = told[4:5], told[5:8], told[8:13], told[13:15]
    assert [number(x) for x in (downbeat, bpm, place, ppq)] == [1, 120_000, 1000, 96]


def test_all_that_is_sent_has_seven_bits(studio: Studio) -> None:
    studio.tempo = 522_000
    studio.script.OnUpdateBeatIndicator(2)
    assert all(byte < 0x80 for byte in studio.sent[0][1:-1])


def test_between_beats_and_when_it_stands_nothing_is_told(studio: Studio) -> None:
    studio.script.OnUpdateBeatIndicator(0)
    studio.playing = False
    studio.script.OnUpdateBeatIndicator(1)
    assert studio.sent == []


def test_a_stop_is_told_once(studio: Studio) -> None:
    studio.script.OnIdle()
    studio.playing = False
    studio.script.OnIdle()
    studio.script.OnIdle()
    assert studio.sent == [bytes([0xF0, 0x7D, 0x41, 2, 0xF7])]


def test_a_ping_is_answered_and_a_hint_shown(studio: Studio) -> None:
    studio.script.OnSysEx(FlMidiMsg([0xF0, 0x7D, 0x41, 16, 0xF7]))
    studio.script.OnSysEx(FlMidiMsg([0xF0, 0x7D, 0x41, 17, *b"your turn", 0xF7]))
    assert studio.sent[0][:4] == bytes([0xF0, 0x7D, 0x41, 3])
    assert studio.hints == ["your turn"]


@pytest.mark.parametrize(
    "data", [[0xF0, 0xF7], [0xF0, 0x7D, 0x41, 0xF7], [0xF0, 0x43, 1, 16, 0xF7]]
)
def test_sysex_of_others_is_left_alone(studio: Studio, data: list[int]) -> None:
    event = FlMidiMsg(data)
    studio.script.OnSysEx(event)
    assert not event.handled
    assert studio.sent == []


@pytest.fixture
def insert(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], list[tuple[int, ...]]]:
    """Run a piano-roll script with a part chosen; return (ticks, length, pitch, velocity)."""

    def insert(source: str, part: float) -> list[tuple[int, ...]]:
        notes: list[Any] = []
        monkeypatch.setattr(type(flpianoroll.score), "addNote", lambda _score, n: notes.append(n))
        monkeypatch.setattr(type(flpianoroll.score), "PPQ", 96)
        monkeypatch.setattr(flpianoroll, "Note", SimpleNamespace)  # the stubs' notes forget
        script: Any = run(source)
        form = script.createDialog()
        monkeypatch.setattr(form, "GetInputValue", lambda _name: part)
        script.apply(form)
        return [(n.time, n.length, n.number, round(n.velocity * 127)) for n in notes]

    return insert


def test_the_answer_goes_to_the_piano_roll_from_its_bar_line(insert: Any) -> None:
    assert insert(piano_roll(TAKE), 0.0) == [(0, 192, 67, 127), (191, 24, 72, 1)]


def test_your_phrase_goes_there_from_its_own(insert: Any) -> None:
    assert insert(piano_roll(TAKE), 1.02) == [(0, 96, 60, 100), (240, 48, 64, 90)]


def test_both_keep_their_distance(insert: Any) -> None:
    assert [row[0] for row in insert(piano_roll(TAKE), 1.98)] == [384, 575, 0, 240]


ROW = st.tuples(
    st.floats(0, 1e4), st.floats(1 / 96, 64), st.integers(0, 127), st.integers(1, 127), st.just(0)
)
ROWS = st.lists(ROW, max_size=6).map(tuple)


@given(ROWS, ROWS, st.sampled_from([(3, 4), (4, 4), (7, 8)]))
def test_every_note_of_any_take_goes_to_the_piano_roll(
    phrase: tuple[NoteRow, ...], answer: tuple[NoteRow, ...], meter: tuple[int, int]
) -> None:
    script = run(piano_roll(TakeDone(1, *meter, 120.0, phrase, answer)))
    assert [row[2:] for row in script.PHRASE] == [row[2:4] for row in phrase]
    assert [row[2:] for row in script.ANSWER] == [row[2:4] for row in answer]
    assert all(row[0] >= script.ANSWER_BAR - 0.03 for row in script.ANSWER)


def test_before_the_first_take_nothing_is_inserted(insert: Any) -> None:
    assert insert(piano_roll(NO_TAKE), 2.0) == []


@pytest.mark.parametrize("source", [controller_script(), piano_roll(TAKE), piano_roll(NO_TAKE)])
def test_scripts_use_neither_files_nor_sockets(source: str) -> None:
    words = ("open(", "import os", "import socket", "import threading", "pathlib", "print(")
    assert [word for word in words if word in source] == []


def test_mypy_finds_nothing_in_the_scripts(tmp_path: Path) -> None:
    paths = [tmp_path / "controller.py", tmp_path / "take.py", tmp_path / "none.py"]
    sources = (controller_script(), piano_roll(TAKE), piano_roll(NO_TAKE))
    for path, source in zip(paths, sources, strict=True):
        path.write_text(source)
    done = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}",
            *paths,
        ],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
