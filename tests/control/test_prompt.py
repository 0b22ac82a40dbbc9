"""A prompt over OSC: read by the engine, set by control, told to whoever sent it and to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.app.engine.asked import Reader
from bridge.app.hub.prompting import Prompting, said_back
from bridge.app.places import models_folder
from bridge.core.events import Hello, Turned, Understood
from bridge.core.params import Settings

JAZZ = (("style", "jazz"), ("pace", "fast"), ("voice_answer", "piano"))


@pytest.fixture(autouse=True)
def as_new(house: Any, surface: Any) -> Iterator[None]:
    """Give the house its first settings and no subscribers."""
    yield
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(lambda: setattr(house.hub, "_prompting", Prompting(Settings())))
    house.call(house.exchange._subscribers.clear)
    surface.settle()


def understood(house: Any, prompt: str, says: str, *values: tuple[str, str]) -> None:
    message = Understood(prompt, says, values)
    house.call(lambda: house.hub._take_in("engine", message))


def test_who_sends_a_prompt_hears_what_was_understood_and_set(house: Any, surface: Any) -> None:
    prompt = "быстрый джаз, фортепиано"
    assert surface.ask("/jam/prompt", prompt) == ("/jam/prompt", (prompt,))
    understood(house, prompt, "понято", *JAZZ)
    assert surface.hear_until("/jam/prompt/understood") == [
        ("/jam/style", ("jazz",)),
        ("/jam/pace", ("fast",)),
        ("/jam/voice/answer", ("piano",)),
        ("/jam/prompt/understood", ("понято",)),
    ]
    assert surface.ask("/jam/style") == ("/jam/style", ("jazz",))
    assert surface.ask("/jam/prompt/understood") == ("/jam/prompt/understood", ("понято",))


def test_subscribers_hear_it_once(
    house: Any, surface: Any, new_surface: Callable[[int], Any]
) -> None:
    panel = new_surface(house.port)
    surface.send("/jam/subscribe", panel.port)
    surface.settle()
    panel.settle()
    surface.ask("/jam/prompt", "jazz")
    understood(house, "jazz", "jazz: understood", ("style", "jazz"))
    surface.hear_until("/jam/prompt/understood")
    assert panel.settle() == [
        ("/jam/prompt", ("jazz",)),
        ("/jam/style", ("jazz",)),
        ("/jam/prompt/understood", ("jazz: understood",)),
    ]


def test_the_next_prompt_frees_what_the_one_before_had_set(house: Any, surface: Any) -> None:
    surface.ask("/jam/prompt", "jazz")
    understood(house, "jazz", "", *JAZZ)
    surface.ask("/jam/pace", "slow")  # by hand: this stays
    surface.settle()
    surface.ask("/jam/prompt", "")
    understood(house, "", "")
    surface.settle()
    settings = house.hub.snapshot.settings
    assert (settings.style, settings.voice_answer, settings.pace) == ("free", "same", "slow")


def test_a_prompt_that_was_overtaken_sets_nothing(house: Any, surface: Any) -> None:
    surface.ask("/jam/prompt", "rock")
    understood(house, "jazz", "", *JAZZ)
    surface.settle()
    assert house.hub.snapshot.settings == Settings(prompt="rock")


def test_a_prompt_that_is_too_long_is_refused(house: Any, surface: Any) -> None:
    _, (code, text) = surface.ask("/jam/prompt", "a" * 201)
    assert (code, text) == (2, "prompt takes 200 characters at most, not 201")
    assert not house.hub.snapshot.settings.prompt


def test_an_engine_that_begins_is_given_the_prompt_that_waits(
    house: Any, monkeypatch: pytest.MonkeyPatch, surface: Any
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(house.hub.crew, "send", lambda who, message: sent.append((who, message)))
    house.call(lambda: setattr(house.hub, "_prompting", Prompting(Settings(prompt="jazz"))))
    house.call(lambda: house.hub._take_in("engine", Hello("engine", "swing", "CPU")))
    surface.settle()
    assert sent == [("engine", Turned("prompt", "jazz"))]


def test_at_the_start_a_wish_set_by_name_outweighs_the_prompt() -> None:
    prompting = Prompting(Settings(prompt="fast jazz", style="rock"))
    assert prompting.turns(Settings(style="rock"), dict(JAZZ[:2])) == {"pace": "fast"}
    assert prompting.turns(Settings(style="rock"), {"style": "pop"}) == {"style": "pop"}


def test_a_wish_that_holds_against_the_prompt_is_told(house: Any, surface: Any) -> None:
    begun = Settings(prompt="sparse jazz", density="busy")
    first = house.hub.snapshot.__class__(settings=begun, osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(lambda: setattr(house.hub, "_prompting", Prompting(begun)))
    understood(house, "sparse jazz", "read", ("density", "sparse"), ("style", "jazz"))
    surface.settle()
    snapshot = house.hub.snapshot
    assert (snapshot.settings.density, snapshot.settings.style) == ("busy", "jazz")
    assert snapshot.understood == "read; density is held at busy by --set"


@pytest.mark.parametrize(
    ("prompt", "answers", "says"),
    [
        ("no drums", "piano", "no drums: understood"),
        ("no piano", "piano", "no piano: this is what answers, name another instrument"),
        ("без рояля", "bass", "без рояля (piano): понято"),
    ],
)
def test_an_instrument_that_is_not_wanted_is_silent_or_it_is_told(
    prompt: str, answers: str, says: str
) -> None:
    reading = Reader(models_folder()).understood(prompt, "note-transformer")
    assert isinstance(reading, Understood)
    assert said_back(reading, Settings(voice_player=answers), []) == says


def test_a_prompt_sets_the_key_and_the_next_one_frees_it(house: Any, surface: Any) -> None:
    surface.ask("/jam/prompt", "in D minor")
    understood(house, "in D minor", "", ("key", "D minor"))
    surface.settle()
    assert house.hub.snapshot.settings.key == "D minor"
    surface.ask("/jam/prompt", "")
    understood(house, "", "")
    surface.settle()
    assert house.hub.snapshot.settings.key == "off"


def test_the_engine_reads_a_prompt() -> None:
    reader = Reader(models_folder())
    found = reader.understood("jazz, fast, piano and bass, angry", "note-lstm")
    assert isinstance(found, Understood)
    assert found.values == JAZZ
    assert found.says == (
        "jazz, fast, piano: understood; bass: only the first of a kind counts; 'angry': not known;"
        " the model note-lstm knows no paces"
    )
    assert reader.understood(" ", "note-lstm") == Understood(" ", "", ())
