"""The chord that sounds, as a jam tells it: what wakes it, and when it is over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.control.surfaces import readings
from bridge.core.events import Heard, Play, Pulse
from tests.control.stage import on, perform, until

FAST = 600.0  # BPM: a bar of silence is short


def tell(folder: Path, story: object) -> None:
    """Tell a story of a hub without children."""
    plan = Plan(osc_port=0, takes=folder, models=folder, presets=folder, commands={})
    _, ended = asyncio.run(perform(plan, story))  # type: ignore[arg-type]
    assert ended == []


def told(hub: Hub) -> object:
    return readings(hub.snapshot)["chord"]


def test_what_is_played_has_a_name_until_it_was_silent(tmp_path: Path) -> None:
    """Keys go down and up; the name comes and goes, and no timer is left."""

    async def story(hub: Hub) -> None:
        second = asyncio.get_running_loop().time()
        hub._take_in(
            "player", Pulse(second, 0.0, FAST, playing=False, source="internal", status="free")
        )
        for pitch in (45, 60, 64):
            hub._take_in("player", on(pitch))
        await until(lambda: told(hub) == ("Am",))
        for pitch in (45, 60, 64):
            hub._take_in("player", Heard(0.5, 0x80, pitch, 0))
        await until(lambda: told(hub) == ("",))
        assert hub._ear._timer is None

    tell(tmp_path, story)


def test_the_answer_names_its_chord_when_it_sounds(tmp_path: Path) -> None:
    """Nobody plays: the notes' own beats wake the ear, and panic ends what they began."""

    async def story(hub: Hub) -> None:
        second = asyncio.get_running_loop().time()
        hub._take_in(
            "player", Pulse(second, 0.0, FAST, playing=True, source="internal", status="free")
        )
        for pitch in (41, 60, 65, 69):
            hub._take_in("engine", Play(1, 2.0, 1e6, 0, pitch, 90))
        await until(lambda: told(hub) == ("F",))
        hub.order("panic")
        await until(lambda: told(hub) == ("",))

    tell(tmp_path, story)


def test_a_player_of_drums_plays_no_chords(tmp_path: Path) -> None:
    """What is played on pads for drums is told to the ear, and is no harmony."""

    async def story(hub: Hub) -> None:
        hub.turn("voice_player", "drums")
        for pitch in (36, 40, 43):
            hub._take_in("player", on(pitch))
        assert hub._ear._timer is None
        assert told(hub) == ("",)

    tell(tmp_path, story)


def test_the_key_asked_for_spells_it(tmp_path: Path) -> None:
    """F sharp in A major is G flat in D flat major."""

    async def story(hub: Hub) -> None:
        for pitch in (42, 61, 66, 70):
            hub._take_in("player", on(pitch))
        await until(lambda: told(hub) == ("F#",))
        hub.turn("key", "C# major")
        hub._take_in("player", replace(on(78), status=0x80))
        await until(lambda: told(hub) == ("Gb",))
        hub.press("panic")

    tell(tmp_path, story)
