"""What a child hears of a knob that moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bridge.app.hub.turns import PAUSE, Turns
from bridge.core.events import Action, Message, Turned

Story = Callable[[Turns, list[Message]], Awaitable[None]]


def told(story: Story) -> list[Message]:
    """Return what the child hears in a story."""
    heard: list[Message] = []

    async def tell() -> None:
        await story(Turns(heard.append), heard)

    asyncio.run(tell())
    return heard


def test_a_turn_is_told_at_once() -> None:
    async def story(turns: Turns, heard: list[Message]) -> None:
        turns.send(Turned("top_k", 1))
        assert heard == [Turned("top_k", 1)]

    told(story)


def test_of_quick_turns_the_first_and_the_newest_are_told() -> None:
    async def story(turns: Turns, _: list[Message]) -> None:
        for value in range(100):
            turns.send(Turned("top_k", value))
            turns.send(Turned("seed", value))
        await asyncio.sleep(3 * PAUSE)

    assert told(story) == [Turned("top_k", 0), Turned("top_k", 99), Turned("seed", 99)]


def test_what_was_turned_comes_before_what_is_said_next() -> None:
    async def story(turns: Turns, _: list[Message]) -> None:
        for value in range(3):
            turns.send(Turned("top_k", value))
        turns.send(Action("start"))

    assert told(story) == [Turned("top_k", 0), Turned("top_k", 2), Action("start")]


def test_a_child_that_is_gone_hears_nothing_more() -> None:
    async def story(turns: Turns, _: list[Message]) -> None:
        turns.send(Turned("top_k", 0))
        turns.send(Turned("top_k", 1))
        turns.close()
        await asyncio.sleep(2 * PAUSE)

    assert told(story) == [Turned("top_k", 0)]
