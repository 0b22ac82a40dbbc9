"""The jam, played on paper: 4/4, beats from 0, an answer is drawn by hand."""

from __future__ import annotations

import pytest

from bridge.core.events import Action, Heard, Pulse
from bridge.core.midi import note_off, note_on
from bridge.core.params import Settings
from bridge.session.events import Cut, Feed, Forget, Load, Reach
from tests.session.score import Jam

TWO_BARS = "0 C4 1 | 1 E4 1 | 2 G4 1 | 3 C5 1 | 4 B4 1 | 5 G4 1 | 6 E4 .5"


def test_an_answer_begins_on_the_bar_line_after_the_phrase() -> None:
    """Two bars, a beat of silence, the answer on bar 3, as long as the phrase."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(8)
    assert jam.state == "thinking"
    ask = jam.asked[0]
    assert (ask.limits.earliest, ask.limits.exact, ask.end) == (8 * 24, True, 16 * 24)


def test_a_slow_model_is_asked_for_the_bar_line_it_can_reach() -> None:
    """The phrase is over at beat 7.5, a quarter of a second before the line, and likely at 6.75."""
    for lead, line in ((0.2, 8), (0.3, 12)):
        jam = Jam(lead=lead)
        jam.play(TWO_BARS)
        jam.until(8)
        assert jam.asked[-1].limits.earliest == line * 24


def test_a_slow_model_that_was_asked_in_time_begins_at_the_nearest_line() -> None:
    jam = Jam(lead=0.3)
    jam.play(TWO_BARS)
    jam.until(7.4)
    jam.draw(8)
    jam.until(8)
    assert [play.beat for play in jam.played] == [8]


def test_notes_that_leave_early_must_be_ready_early() -> None:
    """Sent 240 ms before their beats, those of the next line would be late."""
    jam = Jam()
    jam.turn(latency_offset=240.0)
    jam.play(TWO_BARS)
    jam.until(8)
    assert jam.asked[0].limits.earliest == 12 * 24


def test_notes_are_fed_while_they_are_played() -> None:
    """When the phrase is over, at most its last notes are left to feed."""
    jam = Jam()
    jam.play(TWO_BARS)
    fed = [note.pitch for feed in jam.of(Feed) for note in feed.notes]
    assert fed[:6] == [60, 64, 67, 72, 71, 67]
    jam.until(8)
    assert sum(len(feed.notes) for feed in jam.of(Feed)) == 7


def test_the_answer_is_played_handed_back_and_kept() -> None:
    """State goes responding at the line and armed at the end; the take holds both sides."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(8, 9, 10.5)
    assert [p.beat for p in jam.played] == [8, 9, 10.5]
    jam.until(8.1)
    assert jam.state == "responding"
    jam.until(16.1)
    assert jam.state == "armed"
    take = jam.takes[0]
    assert (len(take.phrase), len(take.answer), take.meter_beats) == (7, 3, 4)
    assert jam.of(Cut) == [Cut(1, 16 * 24)]


def test_the_answer_yields_when_the_player_comes_in() -> None:
    """Notes already heard stay with the model, the rest is cut; silence by the next beat."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(8, 9, 10, 11, 12)
    jam.until(9.4)
    jam.play("9.4 D4 .5")
    assert jam.state == "listening"
    assert [(c.take, c.beat) for c in jam.cancelled] == [(1, 10.0)]
    assert jam.of(Cut)[0].tick == 226
    assert [row[0] for row in jam.takes[0].answer] == [8, 9]


def test_the_answer_may_ignore_the_player() -> None:
    """With yield at ignore the answer goes on."""
    jam = Jam()
    jam.turn(yields="ignore")
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(8, 9, 10)
    jam.until(9)
    jam.play("9 D4 .5")
    assert not jam.cancelled
    assert jam.state == "responding"


def test_a_phrase_ends_after_so_many_bars() -> None:
    """Held notes are cut at the line, the answer begins right there."""
    jam = Jam()
    jam.turn(call_bars=1)
    jam.play("0 C4 1 | 1 E4 1 | 2 G4 1 | 3 C5 .95")
    jam.until(4.2)
    assert jam.asked[0].limits.earliest == 4 * 24


def test_a_trigger_ends_the_phrase() -> None:
    """By OSC or pedal, on the next beat where asked so."""
    jam = Jam()
    jam.turn(call_end="manual", quant="beat")
    jam.play("0 C4 1 | 1 E4 1")
    jam.until(6.2)
    assert not jam.asked
    jam.send(Action("trigger"))
    assert jam.asked[0].limits.earliest == 7 * 24


def test_a_single_tap_gets_no_answer() -> None:
    """Shorter than call/min: back to waiting."""
    jam = Jam()
    jam.play("0 C4 .2")
    jam.until(4)
    assert jam.state == "armed"
    assert not jam.asked


def test_a_stale_note_is_dropped() -> None:
    """What an abandoned answer still draws is not played."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.until(8.5)
    jam.play("8.5 C4 .2")
    count = len(jam.played)
    jam.draw(9)
    assert len(jam.played) == count


def test_infinite_mode_goes_on() -> None:
    """The end moves off by two bars before the answer is as near to it as the horizon."""
    jam = Jam()
    jam.turn(mode="infinite", response_bars=2)
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(8, 10, 12, 14)
    jam.until(15)
    assert [ask.end for ask in jam.asked] == [16 * 24]
    assert [reach.end for reach in jam.of(Reach)][-1] == 24 * 24
    assert jam.of(Reach)[-1].tick == 19 * 24


def test_stop_of_the_transport_gives_the_answer_up() -> None:
    """After stop nothing is drawn; the take is kept."""
    jam = Jam()
    jam.play(TWO_BARS)
    jam.until(7.9)
    jam.draw(8, 9)
    jam.until(8.5)
    jam.send(Pulse(4.0, 8.5, 120.0, playing=False, source="midi", status="stopped"))
    assert jam.state == "armed"
    assert jam.cancelled
    assert len(jam.takes[0].answer) == 1


def test_stop_and_start_by_action() -> None:
    """Idle hears nothing, start arms again."""
    jam = Jam()
    jam.send(Action("stop"))
    assert jam.state == "idle"
    jam.play("1 C4 1")
    assert jam.state == "idle"
    jam.send(Action("start"))
    assert jam.state == "armed"


def test_reset_lets_the_model_forget() -> None:
    """Reset clears the context and keeps the parameters."""
    jam = Jam()
    jam.turn(temperature=0.5)
    jam.play("0 C4 1")
    jam.send(Action("reset"))
    assert jam.of(Forget)
    assert jam.session.settings.temperature == 0.5


def test_another_model_waits_for_the_bar_line() -> None:
    """Changed in bar 1, loaded at bar 2."""
    jam = Jam()
    jam.until(1)
    jam.turn(model="note-lstm")
    assert not jam.of(Load)
    jam.until(4.1)
    assert jam.of(Load) == [Load("note-lstm")]


@pytest.mark.parametrize(("meter", "line"), [((3, "4"), 9), ((6, "8"), 9), ((5, "4"), 10)])
def test_bar_lines_follow_the_meter(meter: tuple[int, str], line: int) -> None:
    """The answer waits for a bar line of 3/4, 6/8 or 5/4."""
    jam = Jam()
    jam.turn(meter_beats=meter[0], meter_unit=meter[1])
    jam.play("0 C4 1 | 1 E4 1 | 2 G4 1 | 3 C5 1 | 4 B4 1 | 5 G4 1 | 6 E4 .5")
    jam.until(9)
    assert jam.asked[0].limits.earliest == line * 24


def test_a_seed_gives_its_answers_again_after_a_reset() -> None:
    jam = Jam(Settings(seed=7))
    for begin in (0, 8):
        jam.play(f"{begin} C4 1 | {begin + 1} E4 1")
        jam.until(begin + 3.5)
        jam.draw(begin + 4)
        jam.until(begin + 8)
    jam.send(Action("reset"))
    for begin in (16, 24):
        jam.play(f"{begin} C4 1 | {begin + 1} E4 1")
        jam.until(begin + 3.5)
        jam.draw(begin + 4)
        jam.until(begin + 8)
    assert [ask.seed for ask in jam.asked] == [7, 8, 7, 8]
    assert [ask.take for ask in jam.asked] == [1, 2, 3, 4]


def test_without_a_song_nobody_is_heard() -> None:
    jam = Jam()
    jam.send(Pulse(0.0, 0.0, 120.0, playing=False, source="midi", status="stopped"))
    jam.play("0 C4 1")
    assert jam.state == "armed"


def test_a_pedal_let_go_of_during_the_answer_does_not_stick() -> None:
    jam = Jam()
    jam.send(Heard(0.0, 0xB0, 64, 127))
    jam.play("0 C4 1 | 1 E4 1")
    jam.until(4.5)
    jam.send(Heard(4.5, 0xB0, 64, 0))
    jam.until(12)
    jam.play("12 C4 1 | 14 E4 1")
    jam.until(28)
    assert [note[1] for note in jam.takes[-1].phrase] == [1.0, 1.0]


def test_a_note_that_comes_just_before_the_song_moves_is_heard_at_the_new_place() -> None:
    """The DAW starts with a note on its first beat; the note is here before the clock's tick."""
    jam = Jam()
    jam.until(5.35)
    jam.send(Heard(5.3, *note_on(0, 60, 80)))
    jam.send(Pulse(9.0, 0.0, 120.0, playing=True, source="midi", status="free", jump=True))
    assert jam.state == "listening"
    jam.beat = 0.0
    jam.send(Heard(1.0, *note_off(0, 60)))
    jam.play("1 E4 1 | 2 G4 1 | 3 C5 .5")
    jam.until(5)
    (asked,) = jam.asked
    assert [note.onset for note in asked.taste.phrase] == [0, 24, 48, 72]


def test_a_note_from_long_before_the_song_moves_is_not() -> None:
    jam = Jam()
    jam.until(5.35)
    jam.send(Heard(5.0, *note_on(0, 60, 80)))
    jam.send(Pulse(9.0, 0.0, 120.0, playing=True, source="midi", status="free", jump=True))
    assert jam.state == "armed"
