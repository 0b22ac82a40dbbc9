"""What control tells of one player after the other: counts that go on, and nobody in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.app.hub.view import Lines, clock, rows
from bridge.control.surfaces import readings
from bridge.core.errors import SettingError
from bridge.core.events import Hello, Late, Pulse
from bridge.core.params import Settings
from tests.control.stage import status

BORN = Hello("player", "from DAW", "to DAW")


def stands(source: str) -> Pulse:
    return Pulse(0.0, 0.0, 120.0, playing=False, source=source, status="stopped")


def tell(story: Callable[[Hub], None], source: str = "auto") -> Hub:
    """Return a hub that has no children, after a story."""

    async def run() -> Hub:
        hub = Hub(Plan(osc_port=0, settings=Settings(clock_source=source)), Lines())
        story(hub)
        return hub

    return asyncio.run(run())


def test_late_notes_of_a_player_that_died_stay_counted() -> None:
    def story(hub: Hub) -> None:
        for message in (
            BORN, Late(10, 2, 1, 0.05, 1, 1), Late(12, 3, 1, 0.05, 0, 1),
            BORN, Late(4, 1, 0, 0.02, 2), Late(5, 1, 2, 0.03, 1),
        ):  # fmt: skip
            hub._take_in("player", message)

    snapshot = tell(story).snapshot
    assert snapshot.late == Late(17, 4, 3, 0.05, 1, 1)
    assert dict(rows(snapshot))["timing"] == (
        "17 notes, 4 late, 1 snapped, 3 left out, worst 50.0 ms"
    )


def test_a_new_player_that_has_sent_nothing_leaves_the_counts() -> None:
    def story(hub: Hub) -> None:
        for message in (BORN, Late(10, 2, 1, 0.05, 1), BORN, BORN):
            hub._take_in("player", message)

    assert tell(story).snapshot.late.late == 2


def test_while_there_is_no_player_no_ports_and_no_clock_are_told() -> None:
    def story(hub: Hub) -> None:
        hub._take_in("player", BORN)
        hub._take_in(
            "player", Pulse(0.0, 8.0, 97.5, playing=True, source="internal", status="free")
        )
        hub._reborn("player", 1, "the JACK server is gone")

    hub = tell(story)
    told = readings(hub.snapshot)
    assert told["midi"] == ("", "")
    assert told["transport"][0] == "stopped"
    assert told["clock"] == ("internal", "stopped", "")
    assert dict(rows(hub.snapshot))["MIDI"] == "no player is there"
    resumed = hub._config("player")["resume"]  # the next one goes on all the same
    assert (resumed["beat"], resumed["bpm"]) == (8.0, 97.5)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("midi", "press play in the DAW that sends us its MIDI clock"),
        ("jack", "start JACK's transport, with a program that gives it a tempo"),
        ("fl", "press play in FL Studio"),
    ],
)
def test_a_start_that_only_others_can_give_is_refused_in_one_line(wanted: str, says: str) -> None:
    def story(hub: Hub) -> None:
        hub._take_in("player", BORN)
        hub._take_in("player", stands(wanted))
        hub._take_in("engine", status("idle"))
        hub.press("start")  # it takes part
        hub._take_in("engine", status("armed"))
        with pytest.raises(SettingError, match=f"while clock/source is {wanted}: {says}"):
            hub.press("start")

    assert clock(tell(story, wanted).snapshot).endswith(f"stopped: {says}")


@pytest.mark.parametrize(("wanted", "source"), [("auto", "midi"), ("internal", "internal")])
def test_a_start_by_hand_is_offered_where_it_starts(wanted: str, source: str) -> None:
    def story(hub: Hub) -> None:
        hub._take_in("player", stands(source))
        hub._take_in("engine", status("armed"))
        hub.press("start")

    assert clock(tell(story, wanted).snapshot).endswith("send /jam/start")
