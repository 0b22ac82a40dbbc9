"""Our REMI against miditok's: the same kinds of tokens with the same values, in the same order."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.steps import (
    DURATIONS,
    LONGEST_BAR,
    LONGEST_SHIFT,
    duration_class,
    velocity_class,
    velocity_of,
)
from bridge.respond.tokens.continuer import LONGEST_NOTE
from bridge.respond.tokens.remi import NAMES, PROGRAMS, RemiSpelling
from bridge.training.tokens.rows import spell

BASS = 4
REMI = RemiSpelling()


def ours(notes: list[Note], bar: int) -> list[str]:
    """Return the names of our tokens, without those that open a context."""
    onset = np.array([n.onset for n in notes])
    column = {
        "onset": onset,
        "position": onset % bar,
        "bar": np.full(len(notes), bar),
        "voice": np.array([n.voice for n in notes]),
        "pitch": np.array([n.pitch for n in notes]),
        "duration": np.array([duration_class(n.duration) for n in notes]),
        "velocity": np.array([velocity_class(n.velocity) for n in notes]),
    }
    tokens = spell(REMI, column, hidden=False)["token"].tolist()
    opening = REMI.opening(notes[0].voice, drums=False)
    assert tuple(tokens[: len(opening)]) == opening
    return [NAMES[token] for token in tokens[len(opening) :]]


def theirs(notes: list[Note], beats: int) -> list[str]:
    """Return the names of miditok's tokens with our values, without its first Bar."""
    miditok: Any = pytest.importorskip("miditok", reason="needs miditok (pip install .[dev])")
    symusic: Any = pytest.importorskip("symusic")
    config = miditok.TokenizerConfig(
        pitch_range=(0, 127),
        drums_pitch_range=(0, 127),
        beat_res={(0, 16): 24},
        num_velocities=16,
        use_programs=True,
        one_token_stream_for_programs=True,
        use_pitchdrum_tokens=True,
        use_time_signatures=True,
        time_signature_range={4: [beats]},
        remove_duplicated_notes=False,
    )
    score = symusic.Score(24)
    score.time_signatures.append(symusic.TimeSignature(0, beats, 4))
    for voice, program in enumerate(PROGRAMS):
        played = [n for n in notes if n.voice == voice]
        if played:
            track = symusic.Track("", max(program, 0), voice == DRUMS)
            for note in played:
                row = (note.onset, note.duration, note.pitch, note.velocity)
                track.notes.append(symusic.Note(*row))
            score.tracks.append(track)
    tokens = miditok.REMI(config)(score).tokens
    # We have no token for the meter; our contexts open with their first Bar.
    names = [as_ours(token) for token in tokens if not token.startswith("TimeSig")]
    assert names[0] == "Bar"
    return names[1:]


def as_ours(token: str) -> str:
    """Return what we call a token of miditok's, which names velocities by the end of a band."""
    kind, value = token.split("_")
    match kind:
        case "Bar":
            return kind
        case "Velocity":
            return f"Velocity_{int(value) // 8}"
        case "Duration":
            beats, ticks, _ = value.split(".")
            return f"Duration_{24 * int(beats) + int(ticks)}"
        case _:
            return token


#: Two programs and drums: chords, a silent bar, a bar of its own, sounds of every kind.
PIECE = [
    Note(12, 0, 60, 24, velocity_of(10)),
    Note(12, 0, 64, 24, velocity_of(10)),
    Note(12, BASS, 36, 384, velocity_of(15)),
    Note(12, DRUMS, 36, 6, velocity_of(12)),
    Note(20, 0, 67, 1, velocity_of(0)),
    Note(95, DRUMS, 42, 6, velocity_of(7)),
    Note(96, DRUMS, 38, 6, velocity_of(7)),
    Note(270, BASS, 43, 30, velocity_of(3)),
    Note(270, DRUMS, 36, 6, velocity_of(3)),
]


@pytest.mark.parametrize("beats", [3, 4])
def test_a_piece_is_spelled_as_miditok_spells_it(beats: int) -> None:
    assert ours(PIECE, 24 * beats) == theirs(PIECE, beats)


@st.composite
def pieces(draw: st.DrawFn) -> list[Note]:
    """Return notes in order: the first within the first bar, none twice, no long silence."""
    tick = draw(st.integers(1, 71))
    notes: set[Note] = set()
    for shift in [0, *draw(st.lists(st.integers(0, LONGEST_SHIFT - 1), max_size=12))]:
        tick += shift
        voice, pitch = draw(st.integers(0, DRUMS)), draw(st.integers(0, 126))
        touch = draw(st.sampled_from(DURATIONS)), velocity_of(draw(st.integers(0, 15)))
        if not any((n.onset, n.voice, n.pitch) == (tick, voice, pitch) for n in notes):
            notes.add(Note(tick, voice, pitch, *touch))
    return sorted(notes)


@given(pieces(), st.sampled_from([3, 4, 5, 7]))
def test_any_piece_is_spelled_as_miditok_spells_it(notes: list[Note], beats: int) -> None:
    assert ours(notes, 24 * beats) == theirs(notes, beats)


def test_a_note_on_the_first_bar_line_needs_no_position() -> None:
    """The one place where we are shorter: there Position_0 would follow BOS and Bar always."""
    notes = [Note(0, 0, 60, 24, velocity_of(10)), Note(24, 0, 62, 24, velocity_of(10))]
    assert ["Position_0", *ours(notes, 96)] == theirs(notes, 4)


def test_a_long_silence_is_one_token() -> None:
    """Where miditok counts bars, we say Later: our shifts end at 192 ticks."""
    notes = [Note(12, 0, 60, 24, velocity_of(10)), Note(204, 0, 62, 24, velocity_of(10))]
    assert ours(notes, 96)[5:6] == ["Later"]
    assert theirs(notes, 4)[5:8] == ["Bar", "Bar", "Position_12"]


@pytest.mark.parametrize(("between", "class_"), [(5, 6), (23, 24), (100, 96)])
def test_lengths_between_our_classes_go_to_the_nearest(between: int, class_: int) -> None:
    """miditok has a Duration for every tick, we have 30."""
    notes = [Note(12, 0, 60, between, velocity_of(10))]
    assert theirs(notes, 4)[-1] == f"Duration_{between}"
    assert ours(notes, 96)[-1] == f"Duration_{class_}"


@given(st.integers(0, LONGEST_BAR - 1), st.integers(3, LONGEST_BAR))
@example(95, 72)  # the meter has changed: the note before stands beyond the new bar
def test_every_shift_has_a_path_of_its_own(position: int, bar: int) -> None:
    paths = REMI.onsets(position, bar).paths
    assert len(set(paths)) == LONGEST_SHIFT + 1
    assert max(map(len, paths)) + 4 <= LONGEST_NOTE
    assert REMI.onsets(position, bar) is REMI.onsets(position, bar)


def test_later_shifts_never_pass_fewer_bars() -> None:
    for position in range(96):
        bars = [path.count(NAMES.index("Bar")) for path in REMI.onsets(position, 96).paths[:-1]]
        assert bars[0] == 0
        assert all(b - a in {0, 1} for a, b in pairwise(bars))
