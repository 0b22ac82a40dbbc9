"""What is planned ahead: turned knobs, guesses, and what the player hears of it; on paper."""

from __future__ import annotations

import pytest

from bridge.core.events import Pulse
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.session.events import (
    Drawn,
    Drop,
    Load,
    Reach,
    Redraw,
)
from tests.session.score import Jam

BAR = "0 C4 1 | 1 E4 1 | 2 G4 .5"  # answered from beat 4 on; its end is known at 3.5
TWO_BARS = "0 C4 1 | 1 E4 1 | 2 G4 1 | 3 C5 1 | 4 B4 1 | 5 G4 1 | 6 E4 .5"


def answered(*onsets: float, until: float, **settings: object) -> Jam:
    """Two bars are played and answered by these notes, from beat 8 on."""
    jam = Jam()
    jam.turn(**settings)
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(*onsets)
    jam.until(until)
    return jam


def test_no_more_is_asked_for_than_the_horizon() -> None:
    """At first four beats of the answer, one more with every beat, and nothing beyond its end."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(8)
    jam.draw(8)
    assert (jam.asked[-1].reach, jam.asked[-1].end) == (12 * 24, 16 * 24)
    jam.until(16)
    assert [reach.tick // 24 for reach in jam.of(Reach)] == [13, 14, 15, 16]


def test_a_turned_knob_takes_back_what_is_not_promised() -> None:
    """At 9.2 with a beat promised: the notes from 10.5 on go, and are drawn from 10.2 on."""
    jam = answered(8, 9, 10, 10.5, 11, until=9.2)
    jam.turn(temperature=0.3)
    jam.until(9.25)
    assert [(r.take, r.beat) for r in jam.retracted] == [(1, 10.5)]
    (again,) = jam.of(Redraw)
    assert again.limits.temperature == 0.3
    assert again.limits.earliest == round(10.25 * 24)
    assert not again.limits.exact
    jam.draw(10.75, 11.25)
    assert jam.session.answer is not None
    assert [n.onset / 24 for n in jam.session.answer.notes] == [8, 9, 10, 10.75, 11.25]


def test_notes_on_their_way_count_only_before_the_cut() -> None:
    """What the old drawing still sends is heard where it is promised, and dropped beyond."""
    jam = answered(8, 9, until=8.5)
    old = jam.plan
    jam.turn(memory=0.0)
    jam.until(8.6)
    for onset in (9.5, 9.75):
        jam.send(drawn(onset, old))
    assert [play.beat for play in jam.played] == [8, 9, 9.5]


def drawn(onset: float, plan: int) -> Drawn:
    """A note of take 1 at a beat."""
    return Drawn(1, Note(round(onset * 24), 0, 72, 12, 90), plan)


def test_many_turns_between_two_looks_are_one_redrawing() -> None:
    """A prompt turns six knobs at once; a knob turned there and back none."""
    jam = answered(8, 9, 10, until=8.5)
    jam.turn(temperature=0.3, density="dense", style="jazz")
    jam.until(8.6)
    assert len(jam.of(Redraw)) == 1
    for key in ("C major", "off"):
        jam.turn(key=key)
    jam.until(8.7)
    assert len(jam.of(Redraw)) == 1


def test_before_the_answer_begins_it_is_asked_for_anew() -> None:
    """Nothing is promised yet, and the same dice are thrown."""
    jam = Jam(Settings(seed=3))
    jam.play(TWO_BARS)
    jam.until(6.9)
    jam.draw(8, 9)
    jam.turn(key="D minor")
    jam.until(7.6)
    first, second = jam.asked
    assert jam.of(Drop) == [Drop(1, 0)]
    assert (first.seed, second.seed) == (3, 3)
    assert second.limits.exact
    assert not (second.limits.pitches == first.limits.pitches).all()


@pytest.mark.parametrize(
    "knob", [None, ("temperature", 0.3)], ids=["another tempo", "a turned knob"]
)
def test_an_answer_of_which_nothing_is_drawn_is_asked_for_from_its_beginning(
    knob: tuple[str, float] | None,
) -> None:
    """Half a beat before the line, within what would be promised if there were anything."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(7.5)
    if knob is None:
        jam.send(Pulse(4.0, 7.5, 150.0, playing=True, source="midi", status="locked"))
    else:
        jam.turn(**{knob[0]: knob[1]})
    jam.until(7.6)
    assert not jam.of(Redraw)
    assert (jam.asked[-1].limits.earliest, jam.asked[-1].limits.exact) == (8 * 24, True)
    jam.draw(8, 8.5)
    jam.until(9)
    assert [play.beat for play in jam.played] == [8, 8.5]


def test_a_commit_beyond_the_horizon_is_the_horizon() -> None:
    jam = answered(8, 9, 10, 11, until=8.5, horizon=1.0, commit=8.0)
    jam.turn(temperature=0.3)
    jam.until(8.6)
    assert [r.beat for r in jam.retracted] == [10]


def test_what_is_sent_early_is_promised_earlier() -> None:
    """A fifth of a second ahead at 120 BPM is two fifths of a beat more."""
    jam = answered(8, 9, 10, 11, until=8.7, latency_offset=200)
    jam.turn(temperature=0.3)
    jam.until(8.8)
    assert [r.beat for r in jam.retracted] == [11]


@pytest.mark.parametrize(("bpm", "redrawn"), [(122.0, 0), (150.0, 1)])
def test_another_tempo_redraws_what_depends_on_it(bpm: float, redrawn: int) -> None:
    """The pace asked for is that of the clock; a clock that trembles changes nothing."""
    jam = answered(8, 9, 10, 11, until=8.5)
    jam.send(Pulse(4.0, 8.5, bpm, playing=True, source="midi", status="locked"))
    jam.until(8.6)
    assert len(jam.of(Redraw)) == redrawn


def test_a_tempo_between_two_paces_does_not_flutter() -> None:
    """110 BPM, where moderate becomes fast: a hundredth more or less redraws nothing."""
    jam = Jam(Settings(clock_bpm=110.0))
    jam.send(Pulse(0.0, 0.0, 109.99, playing=True, source="midi", status="locked"))
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(8, 9, 10)
    for bpm in (110.01, 109.99, 110.02):
        jam.send(Pulse(4.0, jam.beat, bpm, playing=True, source="midi", status="locked"))
        jam.until(jam.beat + 0.2)
    assert not jam.of(Redraw)


def test_the_player_comes_in_after_a_redrawing() -> None:
    """Everything stops by the next beat, whatever plan it is of."""
    jam = answered(8, 9, 10, 11, 12, until=8.5)
    jam.turn(temperature=0.3)
    jam.until(8.6)
    jam.draw(10, 11, 12)
    jam.until(9.3)
    jam.play("9.3 D4 .5")
    assert [(c.take, c.beat) for c in jam.cancelled] == [(1, 10.0)]
    assert [row[0] for row in jam.takes[0].answer] == [8, 9]
    count = len(jam.played)
    jam.draw(12.5)
    assert len(jam.played) == count


# -- guesses --------------------------------------------------------------------------------------


def test_another_model_is_heard_from_the_bar_line_on() -> None:
    """It is loaded where what is promised ends at the line, and draws from there."""
    jam = answered(8, 9, 10, 11.5, 12, 13, until=9, horizon=8)
    jam.turn(model="note-lstm")
    jam.until(10.8)
    assert not jam.of(Load)
    jam.until(11.1)
    [load, redraw] = jam.of((Load, Redraw))
    assert load == Load("note-lstm")
    assert 12 * 24 - 3 <= redraw.tick <= 12 * 24


def test_one_asked_for_within_the_last_beat_takes_over_at_the_line() -> None:
    """Loaded at 12: what is promised, up to 13, is played as it was."""
    jam = answered(8, 9, 10, 11.5, 12, 13.5, until=11.5, horizon=8)
    jam.turn(model="note-lstm")
    jam.until(12.1)
    [load, redraw] = jam.of((Load, Redraw))
    assert load == Load("note-lstm")
    assert 13 * 24 <= redraw.tick <= 13 * 24 + 1
