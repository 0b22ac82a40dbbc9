import asyncio
import io
from collections.abc import Mapping
from dataclasses import replace

import pytest
from rich.console import Console
from rich.panel import Panel

from bridge.app.hub import view
from bridge.app.hub.view import Lines, Screen, news, rows
from bridge.control.snapshot import Snapshot, after, note_name
from bridge.core.events import (
    Action,
    Fault,
    Heard,
    Hello,
    Late,
    Message,
    Notice,
    Play,
    Pulse,
    Status,
    Understood,
)
from bridge.core.params import Settings

START = Snapshot(settings=Settings(), osc_port=9000, takes="takes")


def status(state: str, take: int = 0) -> Status:
    return Status(state, take, 0, 0, "C major", "swing", "CPU", 1.94)


def pulse(beat: float, *, playing: bool = True) -> Pulse:
    return Pulse(0.0, beat, 97.53, playing, "midi", "locked" if playing else "stopped")


def told(*messages: Message) -> Snapshot:
    snapshot = START
    for message in messages:
        snapshot = after(snapshot, message)
    return snapshot


def on(pitch: int) -> Heard:
    return Heard(0.0, 0x90, pitch, 90)


def off(pitch: int) -> Heard:
    return Heard(0.0, 0x80, pitch, 0)


@pytest.mark.parametrize(
    ("pitch", "name"), [(60, "C4"), (0, "C-1"), (127, "G9"), (69, "A4"), (61, "C#4")]
)
def test_note_names(pitch: int, name: str) -> None:
    assert note_name(pitch) == name


@pytest.mark.parametrize(
    ("beats", "unit", "beat", "bar", "inside"),
    [
        (4, "4", 0.0, 1, 1),
        (4, "4", 3.9, 1, 4),
        (4, "4", 3.9999999, 2, 1),
        (4, "4", 9.0, 3, 2),
        (6, "8", 4.0, 2, 3),
        (3, "4", 3.0, 2, 1),
    ],
)
def test_bars_and_beats_count_from_one(
    beats: int, unit: str, beat: float, bar: int, inside: int
) -> None:
    settings = Settings(meter_beats=beats, meter_unit=unit)
    snapshot = after(Snapshot(settings=settings), pulse(beat))
    assert (snapshot.bar, snapshot.beat_in_bar) == (bar, inside)


def test_a_phrase_is_heard_from_its_first_note() -> None:
    listening = told(on(60), status("listening"), off(60), on(64))
    assert listening.phrase == (60, 64)
    answered = after(after(listening, status("thinking")), status("armed"))
    assert answered.phrase == (60, 64)
    assert after(answered, on(67)).phrase == (67,)


def test_each_answer_is_shown_from_its_first_note() -> None:
    notes = [Play(take, 0.0, 1.0, 0, pitch, 90) for take, pitch in ((1, 60), (1, 62), (2, 64))]
    assert told(*notes[:2]).answer == (60, 62)
    assert told(*notes).answer == (64,)


def test_a_long_phrase_is_remembered_by_its_end() -> None:
    phrase = told(*(on(pitch) for pitch in range(100))).phrase
    assert (len(phrase), phrase[-1]) == (64, 99)


def test_messages_that_show_nothing_change_nothing() -> None:
    for message in (Action("start"), off(60), Heard(0.0, 0xB0, 64, 127), Heard(0, 0xC0, 5, 0)):
        assert told(message) is START


def test_the_screen_shows_what_is_going_on() -> None:
    snapshot = told(
        Hello("player", "from DAW", "to DAW"),
        Hello("engine", "swing", "CPU"),
        pulse(9.0),
        on(60),
        on(64),
        status("responding", 3),
        Play(3, 12.0, 1.0, 0, 67, 90),
        Late(812, 2, 1, 0.0042, 3),
        Fault("engine", 1, "the engine was restarted"),
    )
    shown = dict(rows(snapshot))
    assert shown["state"] == "responding (answer 3)"
    assert shown["time"] == "bar 3:2, 97.5 BPM, 4/4"
    assert shown["clock"] == "midi, locked"
    assert shown["you"] == "C4 E4"
    assert shown["answer"] == "G4"
    assert shown["key"] == "C major"
    assert shown["model"] == "swing on CPU, 1.9 ms a note"
    assert shown["timing"] == "812 notes, 2 late, 1 left out, worst 4.2 ms"
    assert shown["MIDI"] == "hears from DAW, plays to DAW"
    assert (shown["OSC"], shown["panel"]) == ("127.0.0.1:9000", "off")
    assert shown["takes"] == "takes"
    assert shown["note"] == "engine: the engine was restarted"


def test_before_anything_is_known_the_screen_says_so() -> None:
    shown = dict(rows(replace(START, osc_port=0)))
    assert (shown["state"], shown["clock"], shown["OSC"]) == ("starting", "none yet", "off")
    assert shown["model"] == "note-transformer"


def test_the_screen_and_the_lines_say_where_the_panel_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    beside = replace(START, web_port=9080)
    assert dict(rows(beside))["panel"] == "http://127.0.0.1:9080"
    Lines().show(beside)
    assert "panel: http://127.0.0.1:9080" in capsys.readouterr().out.splitlines()


def test_plain_lines_tell_a_jam_in_order() -> None:
    story: list[Message] = [
        Hello("player", "from DAW", "to DAW"), pulse(0.0), status("armed"), on(60), on(64),
        status("listening"), pulse(1.0), status("thinking", 1), Play(1, 4.0, 1.0, 0, 67, 90),
        status("responding", 1), Late(1, 0, 0, 0.0, 0), status("armed", 1),
        pulse(8.0, playing=False), Fault("engine", 4, "no such file"),
    ]  # fmt: skip
    lines, snapshot = [], START
    for message in story:
        before, snapshot = snapshot, after(snapshot, message)
        lines += news(before, snapshot)
    before, snapshot = snapshot, replace(snapshot, saved="a.mid")
    assert [*lines, *news(before, snapshot)] == [
        "MIDI: hears from DAW, plays to DAW",
        "clock: midi, locked, 97.5 BPM",
        "model: swing on CPU",
        "state: armed, bar 1:1, 97.5 BPM",
        "state: listening, bar 1:1, 97.5 BPM",
        "state: thinking, bar 1:2, 97.5 BPM",
        "you: C4 E4",
        "state: responding, bar 1:2, 97.5 BPM",
        "state: armed, bar 1:2, 97.5 BPM",
        "answer 1: G4",
        "clock: midi, stopped: press play in the DAW, or send /jam/start",
        "note: engine: no such file",
        "take: takes/a.mid",
    ]


def test_lines_are_printed_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    for snapshot in (START, told(status("armed")), told(status("armed"))):
        lines.show(snapshot)
    lines.close(told(status("idle")))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].endswith("OSC 127.0.0.1:9000, takes in takes")
    assert printed[1:4] == [
        "model: swing on CPU",
        "state: armed, bar 1:1, 120.0 BPM",
        "state: idle, bar 1:1, 120.0 BPM",
    ]
    assert printed[4] == "timing: 0 notes, 0 late, 0 left out, worst 0.0 ms"


def test_a_notice_is_shown_while_it_holds_and_printed_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    deaf = told(Notice("no paces"))
    cured = told(Notice("no paces"), Notice(""))
    assert dict(rows(deaf))["mind"] == "no paces"
    assert dict(rows(cured))["mind"] == ""
    lines = Lines()
    for snapshot in (START, deaf, deaf, cured, deaf, told(Notice("no drums"))):
        lines.show(snapshot)
    assert capsys.readouterr().out.splitlines()[1:] == ["mind: no paces", "mind: no drums"]


def test_an_engine_that_begins_again_begins_without_a_notice() -> None:
    assert told(Notice("no paces"), Hello("engine", "swing", "CPU")).notice == ""


def test_a_reader_that_went_away_does_not_end_the_jam(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Gone())
        lines = Lines()
        lines.show(START)
        lines.close(told(status("armed")))


def drawings(changes: int, apart: float, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Return how often the screen was drawn, and all that was drawn."""
    monkeypatch.setattr(view, "PERIOD", 0.05)
    page = io.StringIO()
    drawn: list[Snapshot] = []
    panel = view.panel

    def count(snapshot: Snapshot, opened: Mapping[str, str]) -> Panel:
        drawn.append(snapshot)
        return panel(snapshot, opened)

    monkeypatch.setattr(view, "panel", count)

    async def show() -> None:
        screen = Screen(Console(file=page, force_terminal=True, width=100))
        for beat in range(changes):
            screen.show(after(told(status("responding", 3)), pulse(float(beat))))
            await asyncio.sleep(apart)
        await asyncio.sleep(0.12)
        screen.close(told(status("idle")))

    asyncio.run(show())
    return len(drawn), page.getvalue()


def test_quick_changes_are_drawn_together_and_quiet_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times, page = drawings(40, 0.0, monkeypatch)
    assert 2 <= times <= 4  # at once, after the period, at the end
    assert "bar 10:4" in page  # the last of the forty
    assert "idle" in page
    assert "[" not in page.replace("\x1b[", "")  # no markup on the screen


def test_text_from_outside_is_no_markup() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(view.panel(told(Fault("engine", 1, "[red]x[/nonsense]"))))
    assert "[red]x[/nonsense]" in console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("page", "plain", "kind"),
    [("tty", False, Screen), ("tty", True, Lines), ("pipe", False, Lines)],
)
def test_the_terminal_decides(
    monkeypatch: pytest.MonkeyPatch, page: str, *, plain: bool, kind: type
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: page == "tty", raising=False)
    assert isinstance(view.terminal_view(plain=plain), kind)


def test_what_is_asked_for_is_seen_and_what_a_prompt_said() -> None:
    wanted = replace(START, settings=Settings(style="jazz", voice_answer="bass"))
    now = after(wanted, Understood("jazz", "jazz: understood", ()))
    assert dict(rows(now))["asked"] == "style jazz, voice/answer bass"
    assert dict(rows(now))["prompt"] == "jazz: understood"
    assert news(START, now) == ["prompt: jazz: understood", "asked: style jazz, voice/answer bass"]
    assert news(now, START) == ["prompt: nothing asked for", "asked: nothing"]


def test_one_who_is_about_to_conduct_is_told_without_what_is_true_of_another() -> None:
    snapshot = after(START, pulse(1.0))  # a MIDI clock conducts
    snapshot = replace(snapshot, settings=replace(snapshot.settings, clock_source="jack"))
    told = dict(rows(snapshot))["clock"]
    assert told == "jack, which is about to take over from midi"
