"""Answers drawn before the phrase ends, several to choose from, and one that is late."""

from __future__ import annotations

import pytest

from bridge.core.events import Action, Pulse, Status, TakeDone
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.session.events import (
    Ask,
    Choose,
    Chosen,
    Cut,
    Drawn,
    Drop,
    Feed,
    Forget,
    Load,
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


def drawn(onset: float, plan: int) -> Drawn:
    """A note of take 1 at a beat."""
    return Drawn(1, Note(round(onset * 24), 0, 72, 12, 90), plan)


def test_a_silence_has_the_answer_drawn_before_it_is_long_enough() -> None:
    """A quarter of a beat after the last key; nothing is told or played yet."""
    jam = Jam()
    jam.play(BAR)
    jam.until(2.9)
    assert jam.state == "listening"
    (ask,) = jam.asked
    assert ask.limits.earliest == 4 * 24
    jam.draw(4, 5)
    assert not jam.played
    jam.until(3.6)
    assert jam.state == "thinking"
    assert jam.asked == [ask]
    assert [play.beat for play in jam.played] == [4, 5]
    assert not jam.of(Drop)


def test_a_guess_is_forgotten_when_the_player_goes_on() -> None:
    """And another is made for the longer phrase, under the same number."""
    jam = Jam(Settings(seed=7))
    jam.play(BAR)
    jam.until(2.9)
    jam.draw(4, 5)
    jam.play("3 A4 .5")
    assert jam.of(Drop) == [Drop(1, 0)]
    assert not jam.played
    jam.until(4.6)
    assert [(ask.take, ask.seed) for ask in jam.asked] == [(1, 7), (1, 7)]
    assert jam.asked[1].limits.earliest == 8 * 24
    assert jam.session.answer is not None
    assert not jam.session.answer.notes


def test_what_a_forgotten_guess_still_draws_is_dropped() -> None:
    jam = Jam()
    jam.play(BAR)
    jam.until(2.9)
    old = jam.plan
    jam.play("3 A4 .5")
    jam.until(4.6)
    jam.send(drawn(8, old))
    assert not jam.played


def test_a_line_that_is_near_has_the_answer_drawn_with_keys_down() -> None:
    """The held note is heard as long as the bar leaves it, and taken back if it ends sooner."""
    jam = Jam(Settings(call_bars=1))
    jam.play("0 C4 1 | 1 E4 1 | 2 G4 1.7")
    assert jam.of(Ask)
    fed = [feed for feed in jam.of(Feed) if feed.notes[-1].pitch == 67]
    assert fed[0].notes[-1].duration == 2 * 24
    assert jam.of(Drop) == [Drop(1, 1)]
    jam.until(4)
    assert jam.asked[-1].limits.earliest == 4 * 24
    assert jam.state == "thinking"


@pytest.mark.parametrize("action", ["stop", "panic", "reset"])
def test_a_guess_does_not_outlive_the_jam(action: str) -> None:
    jam = Jam()
    jam.play(BAR)
    jam.until(2.9)
    done = jam.send(Action(action))
    assert Drop(1, 0) in done
    assert (Forget() in done) == (action == "reset")
    jam.draw(4)
    assert not jam.played


def test_another_model_draws_a_guess_anew() -> None:
    jam = Jam()
    jam.play("1 C4 1 | 2 E4 1 | 3 G4 .6")
    jam.turn(model="note-lstm")
    jam.until(4.3)
    kinds = [type(e) for e in jam.of((Ask, Drop, Load))]
    assert kinds == [Ask, Drop, Load, Ask]


# -- candidates -----------------------------------------------------------------------------------


def test_the_best_is_chosen_before_the_answer_begins() -> None:
    """A quarter of a beat before; whole answers are compared."""
    jam = Jam(Settings(candidates=4))
    jam.play(TWO_BARS)
    jam.until(7.7)
    assert (jam.asked[-1].taste.count, jam.asked[-1].reach) == (4, 16 * 24)
    assert not jam.of(Choose)
    jam.until(7.8)
    assert jam.of(Choose) == [Choose(1)]
    jam.send(Chosen(1, 3, jam.plan))
    assert jam.session.answer is not None
    assert jam.session.answer.tried == 3


def test_a_choice_that_is_made_need_not_be_asked_for() -> None:
    jam = Jam(Settings(candidates=2))
    jam.play(TWO_BARS)
    jam.until(7)
    jam.send(Chosen(1, 2, jam.plan))
    jam.until(9)
    assert not jam.of(Choose)


@pytest.mark.parametrize("action", ["stop", "panic"])
def test_stopping_while_answers_are_tried(action: str) -> None:
    jam = Jam(Settings(candidates=4))
    jam.play(TWO_BARS)
    jam.until(7.6)
    done = jam.send(Action(action))
    assert [e.take for e in done if isinstance(e, Cut)] == [1]
    jam.send(Chosen(1, 2, jam.plan))
    jam.draw(8)
    assert not jam.played


# -- a model that is late -------------------------------------------------------------------------


def test_a_model_that_is_late_is_stood_in_for() -> None:
    """At beat 4 nothing is there: the phrase comes again, varied, for a bar."""
    jam = Jam()
    jam.play(BAR)
    jam.until(4.2)
    assert jam.state == "responding"
    assert [(p.beat, p.pitch) for p in jam.played] == [(4, 60), (5, 64), (6, 67)]
    assert jam.asked[-1].limits.earliest == 8 * 24
    assert jam.of(Feed)[-1].notes[0].onset == 4 * 24


def test_every_bar_that_is_missing_is_filled() -> None:
    """Until the model comes; what it draws then follows on."""
    jam = Jam(Settings(response_bars=4))
    jam.play(BAR)
    jam.until(8.3)
    assert len(jam.played) == 6
    jam.draw(12, 13)
    jam.until(12.3)
    assert [p.beat for p in jam.played[6:]] == [12, 13]
    assert [s.fallback for s in jam.of(Status)][-1] == 2
    jam.until(20.1)
    assert len(jam.takes[0].answer) == 8


def test_what_stands_in_is_no_playing_of_the_players() -> None:
    """It is context to the model, and what was not heard of it is forgotten."""
    jam = Jam()
    jam.play(BAR)
    jam.until(4.2)
    assert [feed.counted for feed in jam.of(Feed)[-2:]] == [True, False]
    jam.draw(8, 9)
    jam.until(5.5)
    jam.play("5.5 D4 .5")
    assert [row[0] for row in jam.takes[0].answer] == [4, 5]
    assert jam.of((Cut, Drop))[-1] == Drop(1, 1)


def test_notes_that_come_too_late_are_not_played() -> None:
    """The bar is filled already."""
    jam = Jam()
    jam.play(BAR)
    jam.until(3.9)
    old = jam.plan
    jam.until(4.2)
    count = len(jam.played)
    jam.send(drawn(4.5, old))
    assert len(jam.played) == count


def test_a_model_in_time_is_not_stood_in_for() -> None:
    jam = answered(8, until=12)
    assert not [play for play in jam.played if play.pitch != 72]


@pytest.mark.parametrize(("offset", "bpm"), [(0.0, 120.0), (80.0, 120.0), (30.0, 180.0)])
def test_a_phrase_that_ends_by_bars_is_answered_on_its_line(offset: float, bpm: float) -> None:
    """However slow the model was a while ago, and however much earlier its notes have to leave."""
    jam = Jam(Settings(call_end="bars", call_bars=1, latency_offset=offset), lead=0.12)
    jam.send(Pulse(0.0, 0.0, bpm, playing=True, source="internal", status="free"))
    jam.play("0 C4 1 | 1 E4 1 | 2 G4 1")
    jam.until(3.5)
    jam.draw(4, 5)
    jam.until(4)
    assert [play.beat for play in jam.played] == [4, 5]


def test_what_is_played_after_the_phrase_was_closed_and_before_its_line_is_no_coming_in() -> None:
    """The last sixteenth of a bar, where notes leave that early: the take has it."""
    jam = Jam(Settings(call_end="bars", call_bars=1, latency_offset=160.0))
    jam.play("0 C4 1 | 2 G4 1")
    jam.until(3.5)
    jam.draw(4, 5)
    jam.play("3.75 A4 .2")
    jam.until(8.1)
    (take,) = jam.of(TakeDone)
    assert [row[2] for row in take.phrase] == [60, 67, 69]
    assert len(take.answer) == 2
    jam.play("9 C4 1")
    assert jam.session._call.count == 1
