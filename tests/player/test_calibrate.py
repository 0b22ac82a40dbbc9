"""A loop of paper that takes a known time, and what follows from it."""

from __future__ import annotations

import time

import pytest

from bridge.app.calibrate import Loop, calibrate, judged, measure, told
from bridge.app.player.lifeline import Lifeline, sockets
from bridge.app.player.ports import Ports
from bridge.core.errors import PortError, SettingError
from bridge.core.midi import is_note_off, is_note_on


class PaperLoop:
    """A cable: what is sent comes back after some seconds, or not at all."""

    name = "paper"

    def __init__(self, seconds: float, *, lost: frozenset[int] = frozenset()) -> None:
        self.seconds = seconds
        self.lost = lost  # pitches
        self.under_way: list[tuple[float, bytes]] = []
        self.sent: list[bytes] = []

    def send(self, message: bytes) -> None:
        self.sent.append(message)
        if message[1] not in self.lost:
            self.under_way.append((time.monotonic() + self.seconds, message))

    def poll(self, now: float) -> list[tuple[float, bytes]]:
        here = [entry for entry in self.under_way if entry[0] <= now]
        self.under_way = [entry for entry in self.under_way if entry[0] > now]
        return here

    def check(self) -> None:
        """Never gone."""

    def close(self) -> None:
        """Nothing to close."""


def ports_of(loop: PaperLoop) -> Ports:
    return Ports(loop, loop, Lifeline(sockets()))


def test_a_loop_is_measured_and_leaves_no_note() -> None:
    loop = PaperLoop(0.02)
    found = measure(ports_of(loop), 5, 2.0)
    assert (found.sent, found.heard) == (5, 5)
    assert found.median >= 20  # and not much more, where nothing else runs
    ons = sorted(m[1] for m in loop.sent if is_note_on(m))
    assert ons == sorted(m[1] for m in loop.sent if is_note_off(m))
    assert len(set(ons)) == len(ons)


def test_a_loop_that_is_not_closed_is_one_clear_line() -> None:
    loop = PaperLoop(0.0, lost=frozenset(range(128)))
    with pytest.raises(PortError, match="nothing came back from 'paper' to 'paper'") as caught:
        measure(ports_of(loop), 5, 0.3)
    assert "\n" not in str(caught.value)


def test_the_whole_trip_counts_where_the_daw_leads_and_half_where_we_do() -> None:
    found = judged("out", "in", 5, [0.010, 0.012, 0.011, 0.030, 0.011])
    assert found == Loop("out", "in", 5, 5, 11.0, 20.0, 11.0, 5.5)
    assert "5 of 5 notes came back from 'out' to 'in': median 11.00 ms" in told(found)
    assert "latency_offset=11 where the DAW's MIDI clock leads" in told(found)
    assert "latency_offset=5.5 where we lead" in told(found)


def test_no_more_is_proposed_than_may_be_set() -> None:
    found = judged("out", "in", 1, [0.9])
    assert (found.whole, found.half) == (250.0, 250.0)


def test_the_built_in_musician_is_no_loop() -> None:
    with pytest.raises(SettingError, match="loopback"):
        calibrate("loopback", "", "", notes=1, patience=1.0, as_json=False)
