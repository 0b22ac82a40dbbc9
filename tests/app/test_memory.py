"""What control remembers for a child that has to begin again."""

from __future__ import annotations

from bridge.app.hub.memory import AnswerMemory, PhraseMemory, lost_take
from bridge.control.snapshot import Snapshot
from bridge.core.events import Cancel, Heard, Play, Pulse, Retract, Status, TakeDone
from bridge.core.params import Settings


def pulse(beat: float) -> Pulse:
    return Pulse(1.0, beat, 120.0, playing=True, source="midi", status="locked")


def on(pitch: int) -> Heard:
    return Heard(0.5, 0x90, pitch, 90)


def test_the_memory_of_a_phrase_is_bounded() -> None:
    memory = PhraseMemory(3)
    for message in (pulse(0.0), on(1)):
        memory.note(message)
    memory.clear()
    for pitch in range(5):
        memory.note(on(pitch))
    assert memory.replay() == [pulse(0.0), on(2), on(3), on(4)]


def test_the_memory_of_an_answer_is_of_one_take() -> None:
    memory = AnswerMemory()
    notes = [Play(take, beat, 1.0, 0, 60, 90) for take, beat in ((1, 4.0), (2, 8.0), (2, 9.0))]
    for note in notes:
        memory.note(note)
    assert memory.replay(0.0) == notes[1:]
    assert memory.replay(8.0) == notes[2:]
    memory.note(Retract(2, 8.5))
    assert memory.replay(0.0) == notes[1:2]
    memory.note(Cancel(2, 8.5))
    assert memory.replay(0.0) == []


def test_a_lost_player_owes_what_may_have_sounded_when_it_went() -> None:
    memory = AnswerMemory()
    for take, beat, pitch in ((1, 4.0, 60), (1, 4.5, 62), (1, 5.0, 64), (1, 7.0, 65)):
        memory.note(Play(take, beat, 1.0, 0, pitch, 90))
    assert memory.owed(5.25, 5.75) == [(0, 62), (0, 64)]
    memory.note(Cancel(1, 5.5))  # sounding notes end a little later
    memory.note(Play(2, 5.6, 1.0, 9, 36, 90))
    assert memory.owed(5.25, 5.75) == [(0, 62), (0, 64), (9, 36)]


def test_an_answer_lost_with_its_engine_ends_and_is_kept() -> None:
    phrase, answer = PhraseMemory(), AnswerMemory()
    phrase.note(on(60))
    phrase.note(Heard(1.5, 0x80, 60, 0))
    for beat in (4.0, 5.0, 6.0):
        answer.note(Play(7, beat, 1.0, 0, 67, 90))
    status = Status("responding", 7, 0, 0, "", "swing", "CPU", 0.0)
    snapshot = Snapshot(settings=Settings(clock_bpm=90.0), status=status)
    take = lost_take(phrase, answer, snapshot, 5.5)
    assert take == TakeDone(
        7, 4, 4, 90.0, ((0.5, 1.0, 60, 90, 0),), ((4.0, 1.0, 67, 90, 0), (5.0, 0.5, 67, 90, 0))
    )
