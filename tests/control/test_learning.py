"""Knobs and keys are taught over OSC, obey, and are no music any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.control.history import History
from bridge.core.events import Action, ControlChange, Heard, Turned
from bridge.core.params import Settings
from tests.control.knobs import Stage, off, on, on_stage


@pytest.fixture
def stage(
    house: Any, surface: Any, wait_for: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Give the house its first settings, and nothing learned."""
    with on_stage(house, surface, monkeypatch) as stage:
        yield stage
        wait_for(lambda: not house.hub._deeds.learner._saving)


def test_the_next_knob_turns_what_it_was_taught(stage: Stage, surface: Any) -> None:
    assert surface.ask("/jam/learn", "temperature") == ("/jam/learning", ("temperature",))
    stage.knob(20, 64)
    assert surface.ask("/jam/learning") == ("/jam/learning", ("",))
    assert surface.ask("/jam/learned") == ("/jam/learned", ("temperature: CC 20, channel 1",))
    stage.knob(20, 59, 127)
    assert stage.settings == Settings(temperature=2.0)
    stage.knob(20, 0)
    assert stage.settings == Settings(temperature=0.05)
    stage.knob(20, 127, channel=1)
    stage.knob(21, 127)
    assert stage.settings == Settings(temperature=0.05)


def test_subscribers_hear_what_a_knob_turns(
    stage: Stage, house: Any, new_surface: Callable[[int], Any]
) -> None:
    panel = new_surface(house.port)
    panel.send("/jam/subscribe", panel.port)
    panel.settle()
    stage.learn("call/end", ControlChange(0.0, 0, 20, 0))
    stage.knob(20, 127)
    due = {
        ("/jam/call/end", ("manual",)),
        ("/jam/learned", ("call/end: CC 20, channel 1",)),
    }
    while due:
        due.discard(panel.hear())


def test_no_name_gives_up(stage: Stage, surface: Any) -> None:
    surface.ask("/jam/learn", "temperature")
    assert surface.ask("/jam/learn", "") == ("/jam/learning", ("",))
    stage.knob(20, 64)
    assert surface.ask("/jam/list/learned") == ("/jam/list/learned", ())


def test_what_nobody_teaches_is_given_up(
    stage: Stage, surface: Any, wait_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while a knob that is moved turns nothing new, also if nobody took it back."""
    monkeypatch.setattr("bridge.app.hub.learning.PATIENCE", 0.05)
    surface.ask("/jam/learn", "temperature")
    wait_for(lambda: stage.house.hub.snapshot.learning == "")
    stage.knob(20, 64)
    assert surface.ask("/jam/list/learned") == ("/jam/list/learned", ())


def test_what_a_control_did_before_is_told(stage: Stage, surface: Any) -> None:
    """Taught something else, it says what is lost; taught the same again, nothing is."""
    stage.learn("top_p", ControlChange(0.0, 0, 20, 0))
    stage.learn("temperature", ControlChange(0.0, 0, 20, 0))
    told = "temperature: CC 20, channel 1"
    assert surface.ask("/jam/learned") == ("/jam/learned", (f"{told}; was top_p",))
    stage.learn("temperature", ControlChange(0.0, 0, 20, 0))
    assert surface.ask("/jam/learned") == ("/jam/learned", (told,))


def test_what_is_learned_is_listed_and_forgotten(stage: Stage, surface: Any) -> None:
    stage.learn("temperature", ControlChange(0.0, 0, 20, 0))
    stage.learn("trigger", on(36, 9))
    listed = ("temperature: CC 20, channel 1", "trigger: note 36, channel 10")
    assert surface.ask("/jam/list/learned") == ("/jam/list/learned", listed)
    assert surface.ask("/jam/forget", "/jam/temperature") == ("/jam/list/learned", listed[1:])
    stage.knob(20, 127)
    assert stage.settings == Settings()
    address, (code, told) = surface.ask("/jam/forget", "temperature")
    assert (address, code, told) == ("/jam/error", 2, "nothing was learned for temperature")


@pytest.mark.parametrize(("address", "words"), [("prompt", "no knob"), ("tempo", "unknown")])
def test_what_no_knob_can_do_is_refused(
    stage: Stage, surface: Any, address: str, words: str
) -> None:
    where, (code, told) = surface.ask("/jam/learn", address)
    assert (where, code) == ("/jam/error", 2)
    assert words in told
    assert stage.house.hub.snapshot.learning == ""


def test_a_bound_key_presses_an_action_and_is_no_part_of_the_phrase(stage: Stage) -> None:
    stage.learn("trigger", on(36), off(36))
    assert stage.engine == []
    stage.hear(on(60), on(36), off(36), off(60))
    assert stage.engine == [on(60), Action("trigger"), off(60)]
    assert stage.house.hub.snapshot.phrase == (60,)


def test_a_bound_key_takes_the_next_choice(stage: Stage) -> None:
    stage.learn("quant", on(36), off(36))
    stage.hear(on(36), off(36))
    assert stage.settings == Settings(quant="2bar")
    assert stage.engine == [Turned("quant", "2bar")]


def test_a_number_waits_for_a_knob_and_lets_keys_play(stage: Stage, surface: Any) -> None:
    stage.learn("temperature", on(60), off(60))
    assert stage.engine == [on(60), off(60)]
    told = "control: a key cannot turn temperature: move a knob or a fader"
    assert stage.house.hub.snapshot.fault == told
    assert surface.ask("/jam/learning") == ("/jam/learning", ("temperature",))
    stage.knob(20, 1)
    assert surface.ask("/jam/learning") == ("/jam/learning", ("",))


def test_every_note_off_goes_where_its_note_on_went(stage: Stage, surface: Any) -> None:
    stage.hear(on(36))
    stage.learn("trigger", off(36), on(36))  # it was music when it went down
    assert stage.engine == [on(36), off(36)]
    surface.ask("/jam/forget", "trigger")
    stage.hear(off(36), on(36), off(36))  # it was a button when it went down
    assert stage.engine == [on(36), off(36), on(36), off(36)]


def test_a_key_that_goes_down_twice_and_is_music_again_is_let_go(
    stage: Stage, surface: Any
) -> None:
    stage.learn("trigger", on(36))
    surface.ask("/jam/forget", "trigger")
    stage.hear(on(36), off(36))
    assert stage.engine == [on(36), off(36)]


def test_a_button_that_sends_control_changes_acts_once_a_press(stage: Stage) -> None:
    stage.learn("trigger", ControlChange(0.0, 0, 80, 127), ControlChange(0.0, 0, 80, 0))
    assert stage.engine == []
    stage.knob(80, 1, 63, 64, 90, 127)
    stage.knob(80, 0)
    stage.knob(80, 127)
    assert stage.engine == [Action("trigger"), Action("trigger")]


def test_a_knob_that_is_still_moving_does_not_press_what_it_was_just_taught(stage: Stage) -> None:
    stage.learn("start", *(ControlChange(0.0, 0, 80, value) for value in (70, 71, 72)))
    assert stage.engine == []


def test_pedals_are_music_and_control_changes_are_not(stage: Stage) -> None:
    stage.knob(64, 20, 90, 127, 100, 30, 0)
    stage.knob(1, 50)
    stage.knob(123, 0)
    down, up = Heard(0.0, 0xB0, 64, 90), Heard(0.0, 0xB0, 64, 30)
    assert stage.engine == [down, up]


def test_a_bound_pedal_is_a_button_and_lets_go_of_what_it_held(stage: Stage) -> None:
    stage.knob(64, 127)
    stage.learn("trigger", ControlChange(0.0, 0, 64, 127))
    stage.knob(64, 0)
    stage.knob(64, 127)
    stage.knob(64, 0)
    assert stage.engine == [
        Heard(0.0, 0xB0, 64, 127), Heard(0.0, 0xB0, 64, 0), Action("trigger"),
    ]  # fmt: skip


def test_channel_modes_are_never_learned(stage: Stage, surface: Any) -> None:
    stage.learn("trigger", *(ControlChange(0.0, c, n, 0) for c in (0, 9) for n in (120, 123)))
    assert surface.ask("/jam/learning") == ("/jam/learning", ("trigger",))


def test_only_the_newest_value_of_a_flood_is_applied(stage: Stage) -> None:
    stage.learn("temperature", ControlChange(0.0, 0, 20, 0))
    stage.learn("top_p", ControlChange(0.0, 0, 21, 0))

    def flood() -> None:
        for value in range(500):
            for number in (20, 21):
                message = ControlChange(0.0, 0, number, value % 128)
                stage.house.hub._take_in("player", message)

    stage.house.call(flood)
    stage.hear()
    assert [m.name for m in stage.engine] == ["temperature", "top_p"]
    assert stage.engine[0].value == pytest.approx(0.05 + 1.95 * (499 % 128) / 127)


def test_what_cannot_be_set_is_told_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.app.hub.link.installed", lambda: False)
    stage.learn("clock/source", ControlChange(0.0, 0, 20, 0))
    stage.knob(20, 64)
    assert "aalink" in stage.house.hub.snapshot.fault
    assert stage.settings == Settings()
    stage.learn("undo", on(36), off(36))
    stage.house.call(lambda: setattr(stage.house.hub, "_history", History()))
    stage.hear(on(36), off(36))
    assert stage.house.hub.snapshot.fault == "control: there is nothing to undo"


def test_turns_of_a_knob_are_taken_back_as_one(stage: Stage, surface: Any) -> None:
    stage.learn("temperature", ControlChange(0.0, 0, 20, 0))
    for value in range(0, 128, 16):
        stage.knob(20, value)
    surface.send("/jam/undo")
    surface.settle()
    assert stage.settings == Settings()


def test_what_was_learned_is_there_with_the_next_start(
    stage: Stage, surface: Any, wait_for: Any
) -> None:
    stage.learn("temperature", ControlChange(0.0, 2, 20, 0))
    stage.learn("trigger", on(36, 9))
    wait_for(lambda: stage.file.exists() and "trigger" in stage.file.read_text())

    stage.begin_again("generic")
    listed = surface.ask("/jam/list/learned")[1]
    assert listed[-2:] == ("temperature: CC 20, channel 3", "trigger: note 36, channel 10")
    assert "mode: CC 3, channel 16" in listed


def test_a_broken_file_is_told_and_kept(stage: Stage, surface: Any) -> None:
    stage.file.parent.mkdir(exist_ok=True)
    stage.file.write_text("[[learned")
    stage.house.call(stage.house.hub._deeds.learner.open)
    surface.settle()
    assert stage.house.hub.snapshot.fault.endswith("it is now called learned.toml.broken")
    assert stage.file.with_name("learned.toml.broken").read_text() == "[[learned"


def test_what_another_version_has_learned_is_told_and_kept(
    stage: Stage, surface: Any, wait_for: Any
) -> None:
    stage.file.parent.mkdir(exist_ok=True)
    stage.file.write_text("[[learned]]\naddress = 'sparkle'\ncc = 20\nchannel = 1\n")
    stage.house.call(stage.house.hub._deeds.learner.open)
    stage.learn("trigger", on(36))
    assert "skipped sparkle" in stage.house.hub.snapshot.fault
    wait_for(lambda: "trigger" in stage.file.read_text())
    assert "sparkle" in stage.file.read_text()
    assert surface.ask("/jam/list/learned")[1] == ("trigger: note 36, channel 1",)
