"""What hands have turned is taken back step by step, and taken again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.control.history import LIMIT, History
from bridge.core.params import Settings

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "temperature": st.floats(0.05, 2),
    "call_bars": st.integers(0, 4),
    "style": st.sampled_from(("free", "jazz", "rock")),
    "prompt": st.sampled_from(("", "jazz", "slow rock")),
}
TURNS = st.sampled_from(sorted(VALUES)).flatmap(lambda n: st.tuples(st.just(n), VALUES[n]))
STORY = st.lists(st.tuples(TURNS, st.floats(0, 3)), max_size=30)


def having(settings: Settings, values: Mapping[str, Any]) -> Settings:
    return replace(settings, **values)


def turned(history: History, settings: Settings, at: float, **values: Any) -> Any:
    after = replace(settings, **values)
    return history.turned(settings, after, at), after


def played(story: list[Any]) -> tuple[History, Settings]:
    history, settings, second = History(), Settings(), 0.0
    for (name, value), wait in story:
        second += wait
        history, settings = turned(history, settings, second, **{name: value})
    return history, settings


@given(STORY)
def test_all_undone_is_as_it_began_and_all_redone_as_it_ended(story: list[Any]) -> None:
    history, last = played(story)
    settings = last
    while (travelled := history.undo(settings))[1]:
        history, values = travelled
        settings = having(settings, values)
    assert settings == Settings()
    while (travelled := history.redo(settings))[1]:
        history, values = travelled
        settings = having(settings, values)
    assert settings == last


@given(STORY)
def test_a_step_undone_and_redone_changes_nothing(story: list[Any]) -> None:
    history, settings = played(story)
    back, values = history.undo(settings)
    if values:
        forth, again = back.redo(having(settings, values))
        assert forth == history
        assert having(having(settings, values), again) == settings


@given(STORY)
def test_what_somebody_else_has_set_since_is_left_alone(story: list[Any]) -> None:
    history, settings = played(story)
    settings = replace(settings, style="blues", temperature=0.123456789)
    while (travelled := history.undo(settings))[1]:
        history, values = travelled
        settings = having(settings, values)
    assert settings == Settings(style="blues", temperature=0.123456789)


def test_quick_turns_of_one_knob_are_one_step() -> None:
    history, settings = History(), Settings()
    for i in range(50):
        history, settings = turned(history, settings, i * 0.9, temperature=1 + i / 100)
    assert history.undo(settings)[1] == {"temperature": 0.95}


def test_slow_turns_are_steps_of_their_own() -> None:
    history, settings = turned(History(), Settings(), 0.0, temperature=1.0)
    history, settings = turned(history, settings, 1.5, temperature=1.1)
    assert history.undo(settings)[1] == {"temperature": 1.0}


def test_two_knobs_turned_at_a_time_are_two_steps() -> None:
    history, settings = History(), Settings()
    for i in range(40):
        name = ("temperature", "top_p")[i % 2]
        history, settings = turned(history, settings, i * 0.01, **{name: 0.5 + i / 100})
    assert len(history.done) == 2
    history, values = history.undo(settings)
    assert values == {"top_p": 0.95}
    assert history.undo(replace(settings, top_p=0.95))[1] == {"temperature": 0.95}


def test_a_knob_turned_back_at_once_is_no_step() -> None:
    history, settings = turned(History(), Settings(), 0.0, temperature=1.0)
    history, settings = turned(history, settings, 0.5, temperature=0.95)
    assert history == History()


def test_a_prompt_and_what_it_sets_are_one_step() -> None:
    history, settings = turned(History(), Settings(), 0.0, prompt="fast jazz")
    read = replace(settings, style="jazz", pace="fast")
    history = history.followed("fast jazz", settings, read, 4.0)
    assert history.undo(read)[1] == {"prompt": "", "style": "free", "pace": "clock"}


def test_a_prompt_read_after_something_else_was_turned_is_a_step_of_its_own() -> None:
    history, settings = turned(History(), Settings(), 0.0, prompt="jazz")
    history, settings = turned(history, settings, 0.1, style="rock")
    read = replace(settings, style="jazz")
    history = history.followed("jazz", settings, read, 0.2)
    assert history.undo(read)[1] == {"style": "rock"}


def test_a_preset_is_a_step_that_joins_no_other() -> None:
    history, settings = turned(History(), Settings(), 0.0, temperature=1.0)
    recalled = replace(settings, temperature=0.95)
    history = history.recalled(settings, recalled)
    history, settings = turned(history, recalled, 0.2, temperature=1.2)
    assert [dict(step.changes) for step in history.done] == [
        {"temperature": span} for span in ((0.95, 1.0), (1.0, 0.95), (0.95, 1.2))
    ]
    assert history.recalled(settings, settings) == history


def test_a_turn_after_an_undo_ends_what_could_be_redone() -> None:
    history, settings = turned(History(), Settings(), 0.0, temperature=1.0)
    history, values = history.undo(settings)
    history, settings = turned(history, having(settings, values), 0.2, temperature=1.5)
    assert history.redo(settings)[1] == {}
    assert history.undo(settings)[1] == {"temperature": 0.95}


def test_only_so_much_is_remembered() -> None:
    history, settings = History(), Settings()
    for i in range(2 * LIMIT):
        history, settings = turned(history, settings, 2.0 * i, call_bars=1 + i % 2)
    assert len(history.done) == LIMIT
