"""What is played where a model is too late: like the phrase, in key, in range, in time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bridge.core.keys import pitch_classes
from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.fallback import varied
from bridge.respond.limits import Limits, pitch_mask, voice_mask

PIANO = voice_mask({0})


def line(*rows: tuple[int, int]) -> list[Note]:
    return [Note(onset, 0, pitch, 12, 80) for onset, pitch in rows]


def test_beats_keep_their_pitch_and_what_is_between_moves_up_the_scale() -> None:
    phrase = line((0, 60), (12, 62), (24, 64), (36, 65), (48, 67))
    found = varied(phrase, Limits(voices=PIANO), key="C major", bar=96, window=(96, 192))
    assert [(n.onset, n.pitch) for n in found] == [
        (96, 60), (108, 64), (120, 64), (132, 67), (144, 67),
    ]  # fmt: skip


def test_the_last_bar_comes_again() -> None:
    """Of a phrase of two bars a bar is filled with the second."""
    phrase = line((0, 60), (96, 62), (144, 64))
    found = varied(phrase, Limits(voices=PIANO), key="", bar=96, window=(192, 288))
    assert [(n.onset, n.pitch) for n in found] == [(192, 62), (240, 64)]


def test_an_answer_that_begins_inside_a_bar_has_its_bar_lines_where_they_are() -> None:
    """From beat 3 on, what the phrase plays from its beat 3 on; then the phrase's bar."""
    phrase = line((0, 60), (24, 62), (48, 64), (72, 65))
    found = varied(phrase, Limits(voices=PIANO), key="", bar=96, window=(144, 192))
    assert [(n.onset, n.pitch) for n in found] == [(144, 64), (168, 65)]
    found = varied(phrase, Limits(voices=PIANO), key="", bar=96, window=(168, 240))
    assert [(n.onset, n.pitch) for n in found] == [(168, 65), (192, 60), (216, 62)]


def test_drums_stay_what_they_are() -> None:
    phrase = [Note(12 * i, DRUMS, 36 + i % 3, 6, 90) for i in range(8)]
    found = varied(phrase, Limits(voices=voice_mask({DRUMS})), key="", bar=96, window=(96, 192))
    assert [n.pitch for n in found] == [n.pitch for n in phrase]


phrases = st.lists(
    st.builds(
        Note, onset=st.integers(0, 400), voice=st.sampled_from([0, 4, DRUMS]),
        pitch=st.integers(0, 127), duration=st.integers(1, 96), velocity=st.integers(1, 127),
    ),
    min_size=1, max_size=20,
).map(sorted)  # fmt: skip


@given(phrases, st.sampled_from(["", "F# minor"]), st.booleans(), st.integers(1, 96))
def test_whatever_was_played_stays_within_the_limits(
    phrase: list[Note],
    key: str,
    single: bool,  # noqa: FBT001
    length: int,
) -> None:
    limits = Limits(voices=PIANO, pitches=pitch_mask(48, 72, key), single=single)
    found = varied(phrase, limits, key=key, bar=96, window=(480, 480 + length))
    assert found == sorted(found)
    assert len({(n.onset, n.pitch) for n in found}) == len(found)
    for note in found:
        assert 480 <= note.onset < note.onset + note.duration <= 480 + length
        assert 48 <= note.pitch <= 72
        assert note.voice == 0
        assert not key or note.pitch % 12 in pitch_classes(key)
    if single:
        assert all(a.onset + a.duration <= b.onset for a, b in pairwise(found))
