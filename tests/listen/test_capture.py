"""Keys become notes: chords, pedal, hanging and stray messages, in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.core.midi import note_off, note_on
from bridge.core.voices import DRUMS
from bridge.listen.capture import LONGEST_NOTE, Capture

PEDAL_DOWN, PEDAL_UP = bytes((0xB0, 64, 127)), bytes((0xB0, 64, 0))


def heard(*events: tuple[float, bytes]) -> Capture:
    capture = Capture()
    for beat, message in events:
        capture.hear(beat, message, 0)
    return capture


def test_a_key_becomes_a_note_on_the_grid() -> None:
    """A little late for the second eighth: on the grid, with the feel kept."""
    capture = heard((0.52, note_on(0, 60, 90)), (1.0, note_off(0, 60)))
    (note,) = capture.ready(2, 0)
    assert (note.onset, note.pitch, note.duration, note.velocity) == (12, 60, 12, 90)
    assert abs(note.offset - 0.48) < 1e-9


def test_a_chord_comes_in_order_of_pitch() -> None:
    capture = heard(
        (0.01, note_on(0, 67, 80)),
        (0.0, note_on(0, 60, 80)),
        (0.02, note_on(0, 64, 80)),
        *((1.0, note_off(0, p)) for p in (60, 64, 67)),
    )
    assert [n.pitch for n in capture.ready(2, 0)] == [60, 64, 67]


def test_a_held_note_holds_back_what_came_after_it() -> None:
    """Models hear notes in order of onset; the bass is still down."""
    capture = heard((0, note_on(0, 36, 80)), (1, note_on(0, 60, 80)), (2, note_off(0, 60)))
    assert capture.ready(3, 0) == []
    capture.hear(3, note_off(0, 36), 0)
    assert [n.pitch for n in capture.ready(3.5, 0)] == [36, 60]


def test_the_pedal_prolongs() -> None:
    capture = heard((0, PEDAL_DOWN), (0, note_on(0, 60, 80)), (1, note_off(0, 60)), (3, PEDAL_UP))
    assert not capture.keys_down
    assert capture.ready(4, 0)[0].duration == 72


def test_a_second_note_on_ends_the_first() -> None:
    capture = heard((0, note_on(0, 60, 80)), (1, note_on(0, 60, 90)), (2, note_off(0, 60)))
    assert [(n.onset, n.duration) for n in capture.ready(3, 0)] == [(0, 24), (24, 24)]


def test_note_offs_without_notes_are_ignored() -> None:
    capture = heard((0, note_off(0, 60)), (1, note_off(3, 61)))
    assert capture.finish(2, 0) == []
    assert capture.first is None


def test_a_hanging_note_ends_by_itself() -> None:
    capture = heard((0, note_on(0, 60, 80)))
    assert capture.ready(LONGEST_NOTE - 1, 0) == []
    assert len(capture.ready(LONGEST_NOTE + 1, 0)) == 1
    assert not capture.keys_down


def test_channel_ten_is_drums() -> None:
    capture = heard((0, note_on(9, 36, 80)), (0.5, note_off(9, 36)))
    assert capture.ready(2, 0)[0].voice == DRUMS


messages = st.tuples(
    st.floats(0, 0.5), st.sampled_from((0x90, 0x80, 0xB0, 0x91, 0xE0)), st.integers(58, 66),
    st.integers(0, 127),
)  # fmt: skip


@given(st.lists(messages, max_size=60))
def test_every_note_on_is_one_note_whatever_happens(
    moves: list[tuple[float, int, int, int]],
) -> None:
    """Each note-on is handed out once, in order, none is lost and none is invented."""
    capture, beat, ons, notes = Capture(), 0.0, 0, []
    for gap, status, data1, data2 in moves:
        beat += gap
        ons += capture.hear(beat, bytes((status, data1, data2)), 0)
        notes += capture.ready(beat, 0)
    notes += capture.finish(beat, 0)
    assert len(notes) == ons
    assert all(n.duration >= 1 for n in notes)


def test_what_is_foreseen_is_what_finish_returns_and_changes_nothing() -> None:
    """A held key, one under the pedal, one that waits behind them."""
    capture = heard(
        (0.0, note_on(0, 60, 90)), (0.5, PEDAL_DOWN), (0.5, note_on(0, 64, 90)),
        (1.0, note_off(0, 64)), (1.0, note_on(1, 67, 90)), (1.5, note_off(1, 67)),
    )  # fmt: skip
    first = capture.foreseen(3.0, 0)
    assert capture.foreseen(3.0, 0) == first
    assert capture.keys_down
    assert capture.finish(3.0, 0) == first
    assert len(first) == 3
