"""Following Ableton Live through AbletonOSC, played by a stand-in that knows its addresses."""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.ableton import live
from bridge.app.ableton.live import LiveSet, told
from bridge.app.hub.children import COMMANDS
from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.app.hub.view import Lines
from bridge.core.errors import PortError
from bridge.core.events import Action, Pulse
from bridge.core.params import Settings
from tests.control.ableton import SET, Live
from tests.control.stage import perform


class Jam(Hub):
    """A hub that writes down what its children would be told."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan, Lines())
        self.orders: list[str] = []

    def _send_both(self, message: Any) -> None:
        if isinstance(message, Action):
            self.orders.append(message.name)


def rolling(source: str) -> Pulse:
    return Pulse(0.0, 0.0, 120.0, source=source, status="free", playing=True)


def play(
    tmp_path: Path, free_port: int, story: Callable[[Jam, Live], Awaitable[None]],
    *, present: bool = True, source: str = "internal",
) -> Jam:  # fmt: skip
    """Run a hub that follows a Live; without a `source` no player is there yet."""
    daw = Live()

    async def run() -> Jam:
        settings = Settings(live_follow="on")
        plan = Plan(
            osc_port=0, takes=tmp_path, settings=settings, commands={},
            live_ports=(daw.port, free_port),
        )  # fmt: skip
        hub = Jam(plan)
        if source:
            hub._take_in("player", rolling(source))
        await hub.open()
        try:
            await story(hub, daw)
        finally:
            await hub.close()
        return hub

    daw.answers_to = free_port
    if present:
        daw.thread.start()
    try:
        return asyncio.run(run())
    finally:
        if present:
            daw.close()
        else:
            daw.socket.close()


async def until(true: Callable[[], object]) -> None:
    for _ in range(300):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


def test_tempo_meter_and_key_of_the_set_become_ours(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, _daw: Live) -> None:
        await until(lambda: hub.snapshot.settings.key == "D minor")
        await until(lambda: hub.snapshot.live.endswith("stopped"))

    hub = play(tmp_path, free_port, story)
    settings = hub.snapshot.settings
    assert settings.clock_bpm == 97.5
    assert (settings.meter_beats, settings.meter_unit) == (3, "4")


def test_what_is_turned_in_live_turns_here_and_the_rest_is_left_alone(
    tmp_path: Path, free_port: int
) -> None:
    async def story(hub: Jam, daw: Live) -> None:
        await until(lambda: hub.snapshot.settings.key == "D minor")
        hub.turn("key", "off")
        daw.turn("tempo", 130.0)
        await until(lambda: hub.snapshot.settings.clock_bpm == 130.0)
        assert hub.snapshot.settings.key == "off"
        daw.turn("root_note", 5)
        await until(lambda: hub.snapshot.settings.key == "F minor")

    play(tmp_path, free_port, story)


def test_play_and_stop_in_live_start_and_stop_our_clock(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, daw: Live) -> None:
        await until(lambda: hub.orders == ["stop"])
        daw.turn("is_playing", 1)
        await until(lambda: hub.orders == ["stop", "start"])
        daw.turn("beat", 7)
        await until(lambda: "beat 7" in hub.snapshot.live)

    assert play(tmp_path, free_port, story).orders == ["stop", "start"]


def test_what_live_does_before_the_first_pulse_is_obeyed_at_it(
    tmp_path: Path, free_port: int
) -> None:
    """Live answers before the player is there; a song that stands in Live stands here then."""

    async def story(hub: Jam, _daw: Live) -> None:
        await until(lambda: "stopped" in hub.snapshot.live)
        assert hub.orders == []
        hub._take_in("player", rolling("internal"))
        assert hub.orders == ["stop"]
        hub._take_in("player", rolling("internal"))

    assert play(tmp_path, free_port, story, source="").orders == ["stop"]


def test_bar_lines_are_where_live_has_them(tmp_path: Path, free_port: int) -> None:
    """Live is started at beat 6.5, and later located: a real player is in the same bar's place."""
    daw = Live()
    daw.answers_to = free_port
    daw.song |= {"tempo": 60.0, "signature_numerator": 4, "current_song_time": 6.5}

    async def story(hub: Hub) -> None:
        await until(lambda: (pulse := hub.snapshot.pulse) and not pulse.playing)
        daw.turn("is_playing", 1)
        await until(lambda: (pulse := hub.snapshot.pulse) and pulse.playing and pulse.beat > 2)
        assert hub.snapshot.beat == pytest.approx(2.5, abs=0.4)
        daw.turn("beat", 17)
        await until(lambda: hub.snapshot.beat % 4 < 2)
        assert hub.snapshot.beat % 4 == pytest.approx(1.0, abs=0.4)

    plan = Plan(
        osc_port=0, takes=tmp_path, settings=Settings(live_follow="on"), api="loopback",
        commands={"player": COMMANDS["player"]}, live_ports=(daw.port, free_port),
    )  # fmt: skip
    daw.thread.start()
    try:
        asyncio.run(perform(plan, story))
    finally:
        daw.close()


def test_what_live_cannot_have_leaves_what_was_known() -> None:
    known = LiveSet(tempo=120.0, numerator=3, denominator=4, root=2, scale="Minor", beat=7.0)
    for name, values in {
        "tempo": (0.0, -5.0, 19.9, 1e9, math.inf, math.nan, "fast"),
        "signature_numerator": (0, -1, 17, 99),
        "signature_denominator": (0, 1, 3, 32),
        "root_note": (-1, 12),
        "beat": (-1, 1e30),
        "current_song_time": (-0.5, math.inf),
    }.items():
        for value in values:
            assert told(known, f"/live/song/get/{name}", (value,)) == known, (name, value)


def test_a_midi_clock_needs_no_word_from_live(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, daw: Live) -> None:
        await until(lambda: "stopped" in hub.snapshot.live)
        daw.turn("is_playing", 1)
        await until(lambda: "playing" in hub.snapshot.live)

    assert play(tmp_path, free_port, story, source="midi").orders == []


def test_a_live_that_begins_anew_is_listened_to_again(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, daw: Live) -> None:
        await until(lambda: hub.snapshot.settings.clock_bpm == 97.5)
        daw.listened.clear()
        daw.song["tempo"] = 141.0
        daw.say("/live/startup")
        await until(lambda: hub.snapshot.settings.clock_bpm == 141.0)
        assert daw.listened

    play(tmp_path, free_port, story)


def test_a_live_that_has_quit_is_shown_no_more_and_stops_nothing(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KNOCK", 0.05)
    monkeypatch.setattr(live, "GONE", 0.5)

    async def story(hub: Jam, daw: Live) -> None:
        daw.turn("is_playing", 1)
        await until(
            lambda: "playing" in hub.snapshot.live and hub.snapshot.settings.clock_bpm == 97.5
        )
        hub.orders.clear()
        daw.has_quit = True
        await until(lambda: not hub.snapshot.live)
        assert hub.orders == []
        assert hub.snapshot.settings.clock_bpm == 97.5
        daw.has_quit = False
        await until(lambda: "playing" in hub.snapshot.live)
        assert hub.orders == ["start"]

    play(tmp_path, free_port, story)


def test_switched_off_it_listens_no_more(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, daw: Live) -> None:
        await until(lambda: hub.snapshot.live)
        hub.turn("live_follow", "off")
        await until(lambda: not daw.listened)
        assert hub.snapshot.live == ""
        hub.turn("live_follow", "on")
        await until(lambda: hub.snapshot.live)

    play(tmp_path, free_port, story)


def test_where_nobody_answers_nothing_is_said(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, _daw: Live) -> None:
        await asyncio.sleep(0.2)
        assert (hub.snapshot.fault, hub.snapshot.live) == ("", "")

    play(tmp_path, free_port, story, present=False)


def test_a_taken_port_is_told(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, _daw: Live) -> None:
        hub.turn("live_follow", "off")
        await asyncio.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", free_port))
            hub.turn("live_follow", "on")
            await until(lambda: hub.snapshot.settings.live_follow == "off")
        assert str(free_port) in hub.snapshot.fault

    play(tmp_path, free_port, story)


def test_a_taken_port_is_told_at_the_start(tmp_path: Path, free_port: int) -> None:
    async def story(_hub: Jam, _daw: Live) -> None:
        raise AssertionError("it should not begin")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", free_port))
        with pytest.raises(PortError, match="AbletonOSC"):
            play(tmp_path, free_port, story, present=False)


@pytest.mark.parametrize(
    ("root", "scale", "key"),
    [
        (0, "Major", "C major"),
        (10, "Dorian", "Bb dorian"),
        (3, "Whole Tone", ""),
        (-1, "Major", ""),
    ],
)
def test_scales_by_our_names(root: int, scale: str, key: str) -> None:
    assert LiveSet(root=root, scale=scale).key == key


@given(
    st.sampled_from([f"/live/song/get/{name}" for name in (*SET, "x")] + ["/live/error", "/"]),
    st.lists(st.one_of(st.integers(), st.floats(), st.text(), st.booleans()), max_size=3),
)
def test_whatever_live_says_asks_for_what_can_be(address: str, arguments: list[Any]) -> None:
    known = told(LiveSet(), address, tuple(arguments))
    for name, value in known.turns().items():
        assert name in ("clock_bpm", "meter_beats", "meter_unit", "key")
        assert value
    assert isinstance(known.text(), str)


def test_taps_set_the_tempo(tmp_path: Path, free_port: int) -> None:
    async def story(hub: Jam, _daw: Live) -> None:
        hub.press("tap")
        await asyncio.sleep(0.25)
        hub.press("tap")

    hub = play(tmp_path, free_port, story, present=False)
    assert hub.snapshot.settings.clock_bpm == pytest.approx(240, abs=30)
    assert hub.orders == []
