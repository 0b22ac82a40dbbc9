"""What was handed over ahead of its time is taken back where it is drawn anew."""

from __future__ import annotations

import math
import socket
import time

from bridge.app.player.lifeline import Lifeline, sockets
from bridge.app.player.playing import Player
from bridge.app.player.ports import Ports
from bridge.core.events import Cancel, Play, Pulse, Retract
from bridge.core.params import Settings
from bridge.core.wire import Link
from bridge.listen.transport import Transport
from tests.player.stage import BPM, Paper

HORIZON = 0.3  # seconds: at 240 BPM more than a beat
OFFSET = 20.0  # ms


class Early(Paper):
    """A port that wants its messages ahead of their time, and writes down what is taken back."""

    horizon = HORIZON

    def __init__(self) -> None:
        super().__init__("early")
        self.begins: list[float] = []  # seconds
        self.taken_back: list[tuple[int, float]] = []  # take, seconds

    def send(self, message: bytes, second: float | None = None, take: int | None = None) -> None:
        self.sent.append(message)
        if take is not None and second is not None:
            self.begins.append(second)

    def cancel(self, take: int, since: float) -> None:
        self.taken_back.append((take, since))

    def recall(self) -> None:
        """Nothing is kept."""

    def release(self, note_off: bytes) -> None:
        """Nothing is down."""

    def take_missed(self) -> list[float]:
        return []


def test_a_retract_reaches_what_was_handed_over_and_a_cancel_all_of_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        mouth, link, theirs_link = Early(), Link(ours), Link(theirs)
        now = time.monotonic()
        player = Player(
            theirs_link,
            Ports(Paper("ear"), mouth, Lifeline(sockets()), ahead=mouth),
            Transport("internal", BPM, now),
            Settings(clock_source="internal", clock_bpm=BPM, latency_offset=OFFSET),
        )

        def play(seconds: float) -> None:
            until = time.monotonic() + seconds
            player.run(lambda: time.monotonic() > until)

        play(0.05)
        pulse = next(m for m in reversed(link.receive()) if isinstance(m, Pulse))
        beat = pulse.beat + (time.monotonic() - pulse.second) * BPM / 60 + 0.8
        link.send(Play(1, beat, 0.2, 0, 60, 90))
        play(0.1)
        link.send(Retract(1, beat))
        link.send(Cancel(1, 0.0))
        play(0.05)
    [begin] = mouth.begins
    [(_, since), everything] = mouth.taken_back
    assert math.isclose(since, begin, abs_tol=1e-6)
    assert everything == (1, -math.inf)
