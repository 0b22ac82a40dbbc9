"""What becomes of notes that are late: played, moved to the next sixteenth, or left out."""

from __future__ import annotations

from bridge.core.beat import BeatClock
from bridge.core.events import Play
from bridge.core.midi import is_note_on
from bridge.schedule.late import LatePolicy
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


def with_policy(choice: str, limit: float, *plays: Play) -> Performer:
    performer = Performer(LatePolicy(choice, limit))
    for play in plays:
        performer.play(play)
    return performer


def fared(performer: Performer) -> tuple[int, int, int, int]:
    """Return how many notes were sent, late, snapped, dropped."""
    count = performer.punctuality
    return count.sent, count.late, count.snapped, count.dropped


def test_by_the_policy_play_a_note_is_played_however_late() -> None:
    performer = with_policy("play", 0.0, note(2.0))
    assert heard(performer, 2.9) == "+60"
    assert fared(performer) == (1, 1, 0, 0)


def test_by_the_policy_snap_a_late_note_waits_for_the_next_sixteenth() -> None:
    performer = with_policy("snap", 0.060, note(2.0, 0.5))
    assert heard(performer, 2.1) == ""
    assert heard(performer, 2.24) == ""
    assert heard(performer, 2.25) == "+60"
    assert heard(performer, 2.5) == "-60"  # where it would have ended
    assert fared(performer) == (1, 0, 1, 0)


def test_within_the_limit_no_note_is_snapped() -> None:
    performer = with_policy("snap", 0.060, note(2.0))
    assert heard(performer, 2.059) == "+60"
    assert fared(performer) == (1, 1, 0, 0)


def test_a_stall_does_not_end_in_a_burst() -> None:
    line = [note(0.25 * k, 0.2, 60 + k) for k in range(8)]
    performer = with_policy("snap", 0.060, *line)
    assert heard(performer, 1.9) == ""
    assert heard(performer, 2.0) == "+66 +67"  # of beats 1.5 and 1.75
    assert fared(performer) == (2, 0, 2, 6)


def test_a_note_does_not_snap_onto_its_own_key() -> None:
    performer = with_policy("snap", 0.060, note(2.0), note(2.25, velocity=40))
    assert heard(performer, 2.1) == ""
    assert heard(performer, 2.25) == "+60"
    assert fared(performer) == (1, 0, 0, 1)


def test_a_note_snaps_once() -> None:
    performer = with_policy("snap", 0.060, note(2.0))
    heard(performer, 2.1)
    assert heard(performer, 2.4) == ""
    assert fared(performer) == (0, 0, 0, 1)


def test_a_cancelled_answer_does_not_come_back_snapped() -> None:
    performer = with_policy("snap", 0.060, note(2.0))
    heard(performer, 2.1)
    performer.cancel(1, 2.2)
    assert not performer.busy


def test_what_left_in_time_and_was_late_in_the_end_is_counted() -> None:
    performer = performer_of(note(2.0))
    performer.due(LINE, 1.99, 0.016)
    performer.punctuality.count_missed(0.003)
    assert fared(performer) == (1, 0, 0, 0)
    performer.punctuality.count_missed(0.030)
    assert fared(performer) == (1, 1, 0, 0)
    assert performer.punctuality.worst == 0.030
