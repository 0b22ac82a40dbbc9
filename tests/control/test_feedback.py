"""Many surfaces on one desk: floods, fights over a fader, and what each is told."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.control import callers
from bridge.control.news import KEPT_ERRORS
from bridge.core.params import Settings

Maker = Callable[[int], Any]


@pytest.fixture(autouse=True)
def as_new(house: Any) -> Iterator[None]:
    """Give the house its first settings and no subscribers."""
    yield
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(house.exchange._subscribers.clear)


@pytest.fixture
def subscriber(house: Any, new_surface: Maker) -> Callable[[], Any]:
    """Return what makes surfaces that are told all changes."""

    def make() -> Any:
        surface = new_surface(house.port)
        surface.send("/jam/subscribe")
        surface.settle()
        return surface

    return make


def test_who_sets_hears_each_value_and_others_the_newest(
    house: Any, new_surface: Maker, subscriber: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PAUSE", 60.0)  # nothing is told but the first and what is asked
    fader, others = new_surface(house.port), [subscriber() for _ in range(8)]
    for step in range(100):
        assert fader.ask("/jam/velocity/scale", step / 64) == (
            "/jam/velocity/scale", (step / 64,),
        )  # fmt: skip
    for other in others:
        told = [value for _, (value,) in other.settle()]
        assert told[-1] == 99 / 64
        assert len(told) <= 2


def test_a_newest_value_is_told_without_being_asked_for(
    house: Any, new_surface: Maker, subscriber: Callable[[], Any]
) -> None:
    fader, other = new_surface(house.port), subscriber()
    for step in range(200):
        fader.send("/jam/velocity/scale", step / 128)
    while other.hear() != ("/jam/velocity/scale", (199 / 128,)):
        continue


def test_of_two_who_fight_over_a_fader_the_last_wins_and_both_know(
    house: Any, subscriber: Callable[[], Any]
) -> None:
    left, right = subscriber(), subscriber()
    for step in range(50):
        for surface in (left, right):
            surface.send("/jam/velocity/scale", step / 64 + (surface is right))
    left.settle()
    right.settle()
    assert house.hub.snapshot.settings.velocity_scale in {49 / 64, 1 + 49 / 64}
    for surface, other in ((left, right), (right, left)):
        surface.send("/jam/velocity/scale", 0.25 + (surface is right))
        heard = [surface.settle()[-1], other.settle()[-1]]
        assert heard == [("/jam/velocity/scale", (0.25 + (surface is right),))] * 2


def test_what_is_told_late_comes_before_the_answer_to_a_later_question(
    house: Any, new_surface: Maker, subscriber: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PAUSE", 60.0)
    fader, other = new_surface(house.port), subscriber()
    fader.ask("/jam/top_k", 1)
    fader.ask("/jam/top_k", 2)
    fader.ask("/jam/top_p", 0.5)
    assert other.settle() == [
        ("/jam/top_k", (1,)),  # at once
        ("/jam/top_k", (2,)),
        ("/jam/top_p", (0.5,)),
    ]  # fmt: skip


def test_a_flood_of_mistakes_is_not_multiplied(
    house: Any, new_surface: Maker, subscriber: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PAUSE", 60.0)
    fool, other = new_surface(house.port), subscriber()
    for step in range(50):
        assert fool.ask(f"/jam/nothing/{step}")[0] == "/jam/error"
    told = other.settle()
    assert len(told) <= 1 + KEPT_ERRORS
    assert "/jam/nothing/49" in told[-1][1][1]


def test_each_of_two_errors_is_told_to_others(
    house: Any, new_surface: Maker, subscriber: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PAUSE", 60.0)
    fool, other = new_surface(house.port), subscriber()
    asked = [f"/jam/nothing/{step}" for step in range(3)]
    for address in asked:
        fool.ask(address)
    told = [reason for _, (_, reason) in other.settle()]
    assert [reason.split()[2].rstrip(";") for reason in told] == asked


def test_a_named_rate_holds_for_parameters_and_the_last_value_arrives(
    house: Any, new_surface: Maker
) -> None:
    """Given one who asked for one update a second, of a fader it hears no more than that."""
    fader, other = new_surface(house.port), new_surface(house.port)
    other.send("/jam/subscribe", 0, 1.0)
    other.settle()
    began = time.monotonic()
    for step in range(1, 41):
        fader.ask("/jam/memory", step / 64)
    told = [other.hear()]
    while told[-1] != ("/jam/memory", (40 / 64,)):
        told.append(other.hear())
    assert len(told) <= time.monotonic() - began + 2


def test_what_waits_for_its_time_is_not_told_for_a_question(house: Any, new_surface: Maker) -> None:
    """Given a rate and a change that waits, a ping is answered alone, an error at once."""
    fader, other = new_surface(house.port), new_surface(house.port)
    other.send("/jam/subscribe", 0, 1.0)
    other.settle()
    [waiting] = house.exchange._subscribers
    waiting.due = math.inf
    fader.ask("/jam/top_k", 1)
    fader.ask("/jam/nothing")
    assert other.hear()[0] == "/jam/error"
    fader.ask("/jam/top_k", 2)
    assert other.settle() == []
    assert other.ask("/jam/top_k") == ("/jam/top_k", (2,))


@pytest.mark.parametrize(
    ("asked", "told"), [((), 10.0), ((0, 25.0), 25.0), ((0, 0), 1.0), ((0, 1000.0), 60.0)]
)
def test_a_subscriber_is_told_the_rate_it_has(
    house: Any, new_surface: Maker, asked: tuple[float, ...], told: float
) -> None:
    surface = new_surface(house.port)
    surface.send("/jam/subscribe", *asked)
    address, (_, _, rate) = surface.hear()
    assert (address, rate) == ("/jam/hello", told)
    surface.settle()
    surface.send("/jam/subscribe", *asked)
    assert surface.settle() == []
    surface.send("/jam/subscribe", 0, 5.0)
    [(address, (_, _, rate))] = surface.settle()
    assert (address, rate) == ("/jam/hello", 5.0)


def test_a_flood_is_confirmed_value_by_value(house: Any, new_surface: Maker) -> None:
    fader = new_surface(house.port)
    until, sent, heard = time.monotonic() + 0.5, 0, 0
    while time.monotonic() < until:
        for _ in range(20):
            fader.send("/jam/velocity/scale", sent % 128 / 64)
            sent += 1
        while heard < sent:
            assert fader.hear()[1] == (heard % 128 / 64,)
            heard += 1
    assert house.hub.snapshot.settings.velocity_scale == (sent - 1) % 128 / 64
