"""The feel of a phrase, and what it does to an answer drawn on the grid."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.music import Note, snap
from bridge.core.voices import DRUMS
from bridge.listen.feel import FARTHEST, Feel, learn

END = 301  # ticks: the answer's


def played(*ticks: float, velocities: tuple[int, ...] = (80,), voice: int = 0) -> list[Note]:
    """Return notes as capture makes them of real onsets in ticks."""
    count = len(velocities)
    return [
        Note(snap(tick), voice, 60 + i % 5, 6, velocities[i % count], tick - snap(tick))
        for i, tick in enumerate(ticks)
    ]


def drawn(*onsets: int, velocity: int = 80, length: int = 12) -> list[Note]:
    return [Note(onset, 0, 72, length, velocity) for onset in onsets]


def answered(feel: Feel, notes: list[Note], amount: float = 1.0, start: float = 0.0) -> list[Note]:
    found: list[Note] = []
    for note in notes:
        before = found[-1] if found else None
        found.append(feel.given(note, amount, before, (start, END)))
    return found


def real(notes: list[Note]) -> list[float]:
    return [note.onset + note.offset for note in notes]


@pytest.mark.parametrize("late", [1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("voice", [0, DRUMS])
def test_a_swung_phrase_gets_a_swung_answer(late: float, voice: int) -> None:
    phrase = played(*(24 * b + o for b in range(8) for o in (0, 12 + late)), voice=voice)
    answer = answered(learn(phrase), drawn(96, 108, 120, 132, 144))
    assert real(answer) == pytest.approx([96, 108 + late, 120, 132 + late, 144])


def test_an_answer_that_swings_by_itself_swings_as_the_player_does() -> None:
    phrase = played(*(24 * b + o for b in range(8) for o in (0, 14)))
    assert real(answered(learn(phrase), drawn(96, 112, 120, 135))) == [96, 110, 120, 134]


def test_triplets_and_straight_sixteenths_do_not_swing() -> None:
    for beat in ((0, 8, 16), (0, 6, 12, 18), (0, 12, 15)):
        phrase = played(*(24 * b + o for b in range(8) for o in beat))
        assert real(answered(learn(phrase), drawn(96, 104, 108, 112))) == [96, 104, 108, 112]


def test_who_plays_behind_the_beat_is_answered_behind_it() -> None:
    phrase = played(*(24 * b + 1.0 for b in range(8)))
    assert real(answered(learn(phrase), drawn(96, 102, 120))) == [97, 103, 121]


def test_nothing_sounds_before_the_answer_begins() -> None:
    phrase = played(*(24 * b + 23.0 for b in range(8)))
    assert real(answered(learn(phrase), drawn(96, 120), start=96)) == [96, 119]


def test_a_loud_phrase_gets_a_loud_answer_and_a_soft_one_a_soft_one() -> None:
    for loud in (110, 30):
        feel = learn(played(*range(0, 192, 24), velocities=(loud,)))
        for note in answered(feel, drawn(96, 108, 120, velocity=70)):
            assert abs(note.velocity - loud) <= 8


def test_accents_come_back_where_they_were() -> None:
    phrase = played(*range(0, 192, 12), velocities=(110, 70))
    on, off, again, *_ = answered(learn(phrase), drawn(96, 108, 120, velocity=90))
    assert on.velocity == again.velocity
    assert on.velocity - off.velocity > 20


def test_no_feel_changes_nothing() -> None:
    feel = learn(played(*(24 * b + o for b in range(8) for o in (0, 15.0)), velocities=(120, 60)))
    notes = drawn(96, 108, 120, velocity=40)
    assert answered(feel, notes, amount=0) == notes
    assert answered(learn(played(1, 25, 49)), notes) == notes  # too few notes to tell


def test_a_chord_stays_together() -> None:
    chord = [Note(96, 0, pitch, 24, 80) for pitch in (60, 64, 67)]
    feel = learn(played(*(24 * b + 23.0 for b in range(8))))
    assert len(set(real(answered(feel, chord, start=96)))) == 1


@given(
    st.lists(st.floats(0, 384), max_size=40),
    st.lists(st.tuples(st.integers(96, 300), st.integers(1, 96), st.integers(1, 127)), max_size=40),
    st.floats(0, 1),
)
def test_order_holds_and_every_note_lasts(
    ticks: list[float], answer: list[tuple[int, int, int]], amount: float
) -> None:
    notes = [Note(onset, 0, 60, length, velocity) for onset, length, velocity in sorted(answer)]
    found = answered(learn(played(*sorted(ticks))), notes, amount, 96)
    assert [n.onset for n in found] == [n.onset for n in notes]
    assert all(n.duration >= 1 and 1 <= n.velocity <= 127 for n in found)
    assert all(96 <= tick <= END - 1 for tick in real(found))
    assert all(a <= b + 1e-9 for a, b in pairwise(real(found)))
    if amount == 1:
        assert all(n.offset >= -FARTHEST - 1e-9 for n in found)
