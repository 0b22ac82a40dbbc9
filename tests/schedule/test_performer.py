"""What leaves, when, and that every note-on is paid for."""

from __future__ import annotations

import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bridge.core.beat import BeatClock
from bridge.core.events import Play
from bridge.core.midi import is_note_on
from bridge.schedule.late import SHORTEST
from bridge.schedule.performer import Performer

LINE = BeatClock(0.0, 0.0, 60.0)  # a beat a second


def note(
    beat: float, length: float = 1.0, pitch: int = 60, take: int = 1, *, velocity: int = 100
) -> Play:
    return Play(take, beat, length, 0, pitch, velocity)


def heard(performer: Performer, second: float, line: BeatClock = LINE) -> str:
    """Return what leaves by a second: +60 begins, -60 ends."""
    messages = [m for s in performer.due(line, second) for m in s.messages]
    return " ".join(f"{'+' if is_note_on(m) else '-'}{m[1]}" for m in messages)


def performer_of(*plays: Play) -> Performer:
    performer = Performer()
    for play in plays:
        performer.play(play)
    return performer


def test_a_note_begins_and_ends_on_its_beats() -> None:
    performer = performer_of(note(2.0, 0.5))
    assert heard(performer, 1.999) == ""
    assert heard(performer, 2.0) == "+60"
    assert heard(performer, 2.499) == ""
    assert heard(performer, 2.5) == "-60"
    assert performer.next_beat() == math.inf


def test_an_end_comes_before_a_beginning_on_the_same_beat() -> None:
    performer = performer_of(note(1.0, 1.0, 60), note(2.0, 1.0, 64))
    heard(performer, 1.0)
    assert heard(performer, 2.0) == "-60 +64"


def test_a_repeated_pitch_closes_the_old_note_and_lives_its_full_length() -> None:
    performer = performer_of(note(1.0, 2.0), note(2.0, 3.0))
    assert heard(performer, 1.0) == "+60"
    assert heard(performer, 2.0) == "-60 +60"
    assert heard(performer, 4.9) == ""  # the older note would have ended at 3
    assert heard(performer, 5.0) == "-60"


def test_the_same_pitch_on_another_channel_is_another_note() -> None:
    performer = performer_of(note(1.0), Play(1, 1.0, 1.0, 9, 60, 100))
    heard(performer, 1.0)
    assert performer.sounding == 2


def test_a_tempo_change_moves_what_waits() -> None:
    performer = performer_of(note(4.0))
    faster = LINE.with_tempo(120.0, 2.0)
    assert heard(performer, 2.99, faster) == ""
    assert heard(performer, 3.0, faster) == "+60"


@pytest.mark.parametrize(
    ("late", "left", "counts"),
    [
        (0.010, "+60", (1, 0, 0)),
        (0.050, "+60", (1, 1, 0)),
        (0.119, "+60", (1, 1, 0)),
        (0.130, "", (0, 0, 1)),
    ],
)
def test_a_late_note_is_counted_and_a_very_late_one_dropped_with_its_pair(
    late: float, left: str, counts: tuple[int, int, int]
) -> None:
    performer = performer_of(note(2.0))
    assert heard(performer, 2.0 + late) == left
    count = performer.punctuality
    assert (count.sent, count.late, count.dropped) == counts
    assert heard(performer, 9.0) == left.replace("+", "-")


def test_a_late_short_note_is_still_heard() -> None:
    performer = performer_of(note(2.0, 0.01))
    assert heard(performer, 2.1) == "+60"
    assert performer.next_beat() == pytest.approx(2.1 + SHORTEST)


def test_a_late_note_off_is_never_dropped() -> None:
    performer = performer_of(note(2.0))
    heard(performer, 2.0)
    assert heard(performer, 1000.0) == "-60"


def test_cancel_drops_what_waits_and_ends_what_sounds_of_that_answer_only() -> None:
    performer = performer_of(
        note(1.0, 8.0, 60, take=1), note(3.0, 1.0, 62, take=1), note(3.0, 1.0, 72, take=2)
    )
    heard(performer, 1.0)
    performer.cancel(1, 2.0)
    assert heard(performer, 2.0) == "-60"
    assert heard(performer, 3.0) == "+72"


def test_retract_drops_what_waits_from_a_beat_on_and_lets_the_rest_be() -> None:
    performer = performer_of(note(1.0, 4.0), note(2.0, 1.0, 62), note(3.0, 1.0, 64))
    performer.play(note(3.0, 1.0, 65, take=2))
    heard(performer, 1.0)
    performer.retract(1, 3.0)
    assert heard(performer, 2.0) == "+62"
    assert heard(performer, 3.0) == "-62 +65"
    assert heard(performer, 5.0) == "-65 -60"


def test_cancel_never_makes_a_note_longer() -> None:
    performer = performer_of(note(1.0, 1.0))
    heard(performer, 1.0)
    performer.cancel(1, 5.0)
    assert heard(performer, 2.0) == "-60"


@pytest.mark.parametrize(
    "play",
    [
        Play(1, math.nan, 1.0, 0, 60, 100),
        Play(1, 1.0, 0.0, 0, 60, 100),
        Play(1, 1.0, math.inf, 0, 60, 100),
        Play(1, 1.0, 1.0, 16, 60, 100),
        Play(1, 1.0, 1.0, 0, 128, 100),
        Play(1, 1.0, 1.0, 0, 60, 0),
    ],
)
def test_what_midi_cannot_say_is_refused(play: Play) -> None:
    with pytest.raises(ValueError, match="note"):
        Performer().play(play)


def test_what_is_asked_for_ahead_says_when_it_is_to_leave() -> None:
    performer = performer_of(note(2.0, 0.01))
    assert performer.due(LINE, 1.98, 0.01) == []
    strike, end = performer.due(LINE, 1.98, 0.1)
    assert (strike.second, strike.take) == (2.0, 1)
    assert strike.lateness == pytest.approx(-0.02)
    assert end.second == pytest.approx(2.0 + SHORTEST)


class Lengths(RuleBasedStateMachine):
    """Any order of play, cancel, tempo, time and panic: no note ends before it should."""

    @initialize()
    def begin(self) -> None:
        self.performer = Performer()
        self.line = LINE
        self.now = 0.0
        self.plays: list[Play] = []
        self.sounds: dict[tuple[int, int], float] = {}  # key -> the beat it must last until
        self.begun = self.ended = 0

    @rule(
        ahead=st.floats(-0.5, 3),
        length=st.floats(0.01, 4),
        channel=st.integers(0, 1),
        pitch=st.integers(60, 62),
        take=st.integers(1, 3),
    )
    def play(self, ahead: float, length: float, channel: int, pitch: int, take: int) -> None:
        beat = self.line.beat_at(self.now) + ahead
        velocity = len(self.plays) % 127 + 1  # tells which note it was
        play = Play(take, beat, length, channel, pitch, velocity)
        self.plays.append(play)
        self.performer.play(play)

    @rule(take=st.integers(1, 3), ahead=st.floats(-1, 2))
    def cancel(self, take: int, ahead: float) -> None:
        self.performer.cancel(take, self.line.beat_at(self.now) + ahead)
        self.sounds = dict.fromkeys(self.sounds, -math.inf)  # any may end early now

    @rule(bpm=st.floats(20, 300))
    def tempo(self, bpm: float) -> None:
        self.line = self.line.with_tempo(bpm, self.now)

    @rule(seconds=st.floats(0, 1.5))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        for sending in self.performer.due(self.line, self.now):
            assert sending.lateness <= 0.120 or not sending.strikes
            for message in sending.messages:
                self.synthesizer(message, retrigger=len(sending.messages) == 2)

    @rule()
    def silence(self) -> None:
        for message in self.performer.silence():
            self.synthesizer(message, retrigger=True)
        assert not self.sounds
        assert not self.performer.busy

    def synthesizer(self, message: bytes, *, retrigger: bool) -> None:
        key = (message[0] & 0x0F, message[1])
        if is_note_on(message):
            assert key not in self.sounds
            play = next(p for p in reversed(self.plays) if p.velocity == message[2])
            self.sounds[key] = play.beat + play.length
            self.begun += 1
        else:
            lasts = self.sounds.pop(key)  # KeyError: a note-off nobody owed
            assert retrigger or lasts <= self.line.beat_at(self.now) + 1e-9
            self.ended += 1

    def teardown(self) -> None:
        if hasattr(self, "performer"):
            self.silence()
            assert self.begun == self.ended


TestLengths = Lengths.TestCase
TestLengths.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
