from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from bridge.evaluation.relative import MEASURES, polyphony
from bridge.evaluation.tonality import key_of, scale_of
from tests.evaluation.passages import DRUM, Sounding, answer, line, prime, rows

MAJOR = (60, 62, 64, 65, 67, 69, 71, 72)
MINOR = (57, 59, 60, 62, 64, 65, 68, 69)  # harmonic
TONIC = line((60, 64, 67, 60) * 8)
SILENCE = answer([])


def measured(name: str, heard: list[tuple[int, int, int]], played: list[tuple[int, ...]]) -> float:
    return MEASURES[name](prime(heard), answer(played))


@pytest.mark.parametrize(
    ("name", "played", "expected"),
    [
        ("notes in key", line(MAJOR), 1),
        ("notes in key", line((60, 61, 62, 63)), 0.5),
        ("pitch-class overlap", TONIC[:16], 1),
        ("pitch-class overlap", line((72, 48, 48, 48)), 0.5),
        ("pitch-class overlap", line((61, 63)), 0),
        ("groove similarity", line((60,) * 16), 1),
        ("groove similarity", line((60,) * 32, step=12), 12 / 16),
        ("density (log2 ratio)", line((60,) * 16), 0),
        ("density (log2 ratio)", line((60,) * 32, step=12), 1),
        ("density (log2 ratio)", [], -5),
        ("register shift (semitones)", line((72, 76, 79, 72)), 12),
        ("range excess", line((55, 54, 72, 73)), 0.5),
        ("velocity difference", [(0, 0, 60, 24, 100)], 32),
        ("polyphony ratio", [(0, 0, 60), (0, 0, 64), (0, 1, 67)], 3),
        ("seam (beats)", [(36, 0, 60)], 1.5),
        ("seam (beats)", [(36, DRUM, 38)], 1.5),
        ("seam (beats)", [], 16),
        ("empty beats", [(0, 0, 60, 192, 64)], 0.5),
        ("empty beats", [], 1),
        ("longest silence (beats)", [(0, 0, 60, 96, 64), (240, 0, 60, 24, 64)], 6),
        ("longest silence (beats)", [(0, 0, 60, 384, 64), (12, 0, 64, 12, 64)], 0),
        ("longest silence (beats)", [], 16),
        ("stuck notes", line((60,) * 8 + (62,) * 2), 0.8),
        ("stuck notes", line((60,) * 7 + (62, 60)), 0),
        ("stuck notes", [*line((60,) * 8), *line((62, 64) * 4, voice=1)], 0.5),
    ],
)
def test_what_a_player_notices(name: str, played: list[tuple[int, ...]], expected: float) -> None:
    assert measured(name, TONIC, played) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("pitches", "key"),
    [(MAJOR, (0, "major")), (MINOR, (9, "minor")), ([p + 6 for p in MAJOR], (6, "major"))],
)
def test_a_scale_tells_its_key(pitches: tuple[int, ...], key: tuple[int, str]) -> None:
    assert key_of(prime(line(pitches))) == key


def test_both_sevenths_belong_to_a_minor_key() -> None:
    assert sorted(scale_of((9, "minor"))) == [0, 2, 4, 5, 7, 8, 9, 11]


def test_long_notes_weigh_more_in_a_key() -> None:
    heard = [(0, 0, 61, 384, 64), (96, 0, 65, 384, 64), (192, 0, 68, 384, 64), (200, 0, 60, 3, 64)]
    assert key_of(prime(heard)) == (1, "major")


def test_drums_have_no_key_and_no_register() -> None:
    beat = line((36, 38) * 16, voice=DRUM)
    for name, measure in MEASURES.items():
        of_onsets = name in (
            "groove similarity", "density (log2 ratio)", "seam (beats)", "empty beats",
            "longest silence (beats)",
        )  # fmt: skip
        assert np.isnan(measure(prime(beat), answer(beat[:16]))) != of_onsets


def test_a_groove_in_three_is_heard_in_three() -> None:
    waltz = [(bar * 72 + beat * 24, 0, 60) for bar in range(10) for beat in (0, 2)]
    late = [(tick + 24, voice, pitch) for tick, voice, pitch in waltz[:10]]  # from the bar line on
    groove = MEASURES["groove similarity"]
    assert groove(prime(waltz, bar=72), answer(late, bar=72)) == 1
    assert groove(prime(waltz, bar=72), answer(waltz[:10], bar=72)) < 1


def test_the_same_pitch_twice_sounds_once() -> None:
    assert polyphony(answer([(0, 0, 60, 48, 64), (24, 0, 60, 48, 64)])) == 1


def test_nothing_to_measure_is_nan_and_silence_is_not_nothing() -> None:
    told = {n for n, m in MEASURES.items() if not np.isnan(m(prime(TONIC), SILENCE))}
    assert told == {
        "groove similarity", "density (log2 ratio)", "seam (beats)", "empty beats",
        "longest silence (beats)",
    }  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(rows(), rows())
def test_shares_are_shares(heard: list[Sounding], played: list[Sounding]) -> None:
    for name, measure in MEASURES.items():
        value = measure(prime(heard), answer(played))
        assert isinstance(value, float)
        if "(" not in name and name not in ("velocity difference", "polyphony ratio"):
            assert np.isnan(value) or 0 <= value <= 1


@settings(max_examples=30, deadline=None)
@given(rows())
def test_an_answer_that_repeats_the_prime_is_at_home(music: list[Sounding]) -> None:
    heard, played = prime([*music, *((t + 384, *rest) for t, *rest in music)]), answer(music)
    expected = {
        "pitch-class overlap": 1,
        "groove similarity": 1,
        "register shift (semitones)": 0,
        "range excess": 0,
        "velocity difference": 0,
    }
    for name, value in expected.items():
        found = MEASURES[name](heard, played)
        assert np.isnan(found) or found == pytest.approx(value)
