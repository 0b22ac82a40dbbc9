"""Any order of play, cancel, tempo, policy, time and stop, by either way out: no key stays down."""

from __future__ import annotations

import math

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bridge.core.beat import BeatClock
from bridge.core.events import Play
from bridge.core.midi import is_note_on
from bridge.schedule.late import LatePolicy
from bridge.schedule.outbox import Outbox
from bridge.schedule.performer import Performer

RATE, PERIOD, HORIZON = 48000, 256, 0.016  # frames a second, frames, seconds


class Synthesizer:
    """Keeps account: a key goes down when it is up, and comes up when it is down."""

    def __init__(self) -> None:
        self.down: set[tuple[int, int]] = set()
        self.begun = self.ended = 0

    def hear(self, message: bytes) -> None:
        key = (message[0] & 0x0F, message[1])
        if is_note_on(message):
            assert key not in self.down
            self.down.add(key)
            self.begun += 1
        else:
            self.down.remove(key)  # KeyError: a note-off nobody owed
            self.ended += 1


class Direct:
    """A port that takes each message when it is due, as rtmidi's."""

    horizon = 0.0

    def __init__(self, synthesizer: Synthesizer) -> None:
        self.synthesizer = synthesizer

    def send(self, message: bytes, _second: float, _take: int | None) -> None:
        self.synthesizer.hear(message)

    def cancel(self, take: int, since: float = -math.inf) -> None:
        """Nothing waits here."""

    def recall(self) -> None:
        """Nothing waits here."""

    def pass_time(self, second: float) -> None:
        """Nothing waits here."""


class Exact:
    """The outbox of the process on JACK, fed ahead of time."""

    horizon = HORIZON

    def __init__(self, synthesizer: Synthesizer) -> None:
        self.synthesizer = synthesizer
        self.outbox = Outbox()
        self.frame = 0
        self.recall = self.outbox.recall

    def cancel(self, take: int, since: float = -math.inf) -> None:
        self.outbox.cancel(take, since * RATE)

    def send(self, message: bytes, second: float, take: int | None) -> None:
        self.outbox.push(max(round(second * RATE), self.frame), message, take or 0)

    def pass_time(self, second: float) -> None:
        while self.frame <= second * RATE:
            for leaving in self.outbox.take(self.frame, PERIOD):
                self.synthesizer.hear(leaving.message)
            assert self.outbox._down == self.synthesizer.down
            self.frame += PERIOD


class Debts(RuleBasedStateMachine):
    """A player, as `bridge.app.player.playing` is one, and what a synthesizer hears of it."""

    @initialize(way=st.sampled_from([Direct, Exact]))
    def begin(self, way: type[Direct | Exact]) -> None:
        self.performer = Performer()
        self.synthesizer = Synthesizer()
        self.port = way(self.synthesizer)
        self.line = BeatClock(0.0, 0.0, 60.0)
        self.now = 0.0

    def beat(self) -> float:
        return self.line.beat_at(self.now)

    @rule(
        ahead=st.floats(-0.5, 3),
        length=st.floats(0.01, 4),
        pitch=st.integers(60, 62),
        take=st.integers(1, 3),
    )
    def play(self, ahead: float, length: float, pitch: int, take: int) -> None:
        self.performer.play(Play(take, self.beat() + ahead, length, 0, pitch, 90))

    @rule(take=st.integers(1, 3), ahead=st.floats(-1, 2))
    def cancel(self, take: int, ahead: float) -> None:
        self.port.cancel(take)
        self.performer.cancel(take, self.beat() + ahead)

    @rule(take=st.integers(1, 3), ahead=st.floats(-1, 2))
    def retract(self, take: int, ahead: float) -> None:
        beat = self.beat() + ahead
        self.port.cancel(take, self.line.second_at(beat))
        self.performer.retract(take, beat)

    @rule(bpm=st.floats(20, 300))
    def tempo(self, bpm: float) -> None:
        self.line = self.line.with_tempo(bpm, self.now)

    @rule(beats=st.floats(-2, 2))
    def nudge(self, beats: float) -> None:
        self.line = BeatClock(self.now, self.beat() + beats, self.line.bpm)

    @rule(choice=st.sampled_from(["play", "snap", "drop"]), limit=st.floats(0, 0.2))
    def policy(self, choice: str, limit: float) -> None:
        self.performer.policy = LatePolicy(choice, limit)

    @rule(seconds=st.floats(0, 1.0))
    def stall(self, seconds: float) -> None:
        self.now += seconds
        self.port.pass_time(self.now)

    @rule(seconds=st.floats(0, 0.5))
    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + 0.005, end)
            for sending in self.performer.due(self.line, self.now, self.port.horizon):
                for message in sending.messages:
                    self.port.send(message, sending.second, sending.take)
            self.port.pass_time(self.now)

    @rule()
    def stop(self) -> None:
        self.port.recall()
        for message in self.performer.silence():
            self.port.send(message, self.now, None)
        self.now += 2 * PERIOD / RATE  # it reaches the next cycle
        self.port.pass_time(self.now)
        assert not self.synthesizer.down
        assert not self.performer.busy

    def teardown(self) -> None:
        if hasattr(self, "performer"):
            self.stop()
            assert self.synthesizer.begun == self.synthesizer.ended


TestDebts = Debts.TestCase
TestDebts.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


class Orphaned(Debts):
    """The same, where the player dies and only the process on JACK is left to let go."""

    @initialize(way=st.just(Exact))
    def begin(self, way: type[Direct | Exact]) -> None:
        super().begin(way)

    def teardown(self) -> None:
        if hasattr(self, "performer"):
            self.port.recall()
            self.now += 2 * PERIOD / RATE
            self.port.pass_time(self.now)
            assert not self.synthesizer.down


TestOrphaned = Orphaned.TestCase
TestOrphaned.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
