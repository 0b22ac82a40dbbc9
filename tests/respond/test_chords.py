"""Notes and chords as strings: the alphabet, its voicings, and drawing with chance weights."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.answer import answer
from bridge.respond.lean import lean
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.respond.steps import LONGEST_SHIFT
from bridge.respond.tokens.chord_continuer import ESCAPE, OCTAVE, ChordContinuer
from bridge.respond.tokens.chords import (
    LARGEST,
    SETS,
    STRINGS,
    name_of,
    playable,
    strings_of,
    voiced,
)
from bridge.respond.tokens.families import open_chords

CHORDS = ((48, 64, 67), (72,), (50, 65, 69), (60, 72))
PHRASE = [Note(12 * i, 0, p, 12, 80) for i in range(16) for p in CHORDS[i % 4]]
GOES_ON = [replace(note, onset=note.onset + 192) for note in PHRASE[: len(PHRASE) // 2]]

masks = st.lists(st.booleans(), min_size=128, max_size=128).map(np.array)


def test_strings_are_written_in_normal_order() -> None:
    assert [name_of(said.string) for said in strings_of({60})] == ["C4"]
    assert [name_of(said.string) for said in strings_of({48, 64, 67, 72})] == ["0.4.7"]
    assert [name_of(said.string) for said in strings_of({62, 65, 67, 71})] == ["11.2.5.7"]
    assert [name_of(said.string) for said in strings_of({45, 57})] == ["9"]
    assert len({name_of(string) for string in range(STRINGS)}) == STRINGS


@given(st.sets(st.integers(0, 127), min_size=1, max_size=12))
def test_every_onset_is_said_once(pitches: set[int]) -> None:
    said = strings_of(pitches)
    assert sorted(p for _, members in said for p in members) == sorted(pitches)
    for string, members in said:
        if len(members) == 1:
            assert string == members[0]
        else:
            assert SETS[string - 128] == tuple(sorted({p % 12 for p in members}))
    assert len(said) <= (len({p % 12 for p in pitches}) + LARGEST - 1) // LARGEST


@given(st.integers(0, STRINGS - 1), masks, st.lists(st.integers(0, 127), min_size=1, max_size=4))
def test_what_is_voiced_says_the_string(
    string: int, allowed: np.ndarray, near: list[float]
) -> None:
    if playable(allowed)[string]:
        pitches = voiced(string, allowed, near)
        assert all(a < b for a, b in pairwise(pitches))
        assert allowed[pitches].all()
        assert [said.string for said in strings_of(pitches)] == [string]


def test_chords_lie_close_to_those_before() -> None:
    (said,) = strings_of({65, 69, 72})
    assert voiced(said.string, np.ones(128, bool), [60, 64, 67]) == [60, 65, 69]


def test_the_octaves_of_a_set_share_one_chance() -> None:
    sounds = 2**-OCTAVE
    assert sum(comb(11, octaves) * sounds**octaves for octaves in range(1, 12)) == pytest.approx(1)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> ChordContinuer:
    tiny = pytest.importorskip("tests.evaluation.tiny", exc_type=ImportError)
    path: Path = tiny.write_tiny("chord-gru", tmp_path_factory.mktemp("chords") / "tiny.onnx")
    return open_chords("chord-gru", "tiny", path)


@pytest.fixture
def model(loaded: ChordContinuer) -> ChordContinuer:
    loaded.forget()
    return loaded


def draw(model: ChordContinuer, count: int, limits: Limits, seed: int = 5) -> list[Note]:
    rng = np.random.default_rng(seed)
    return [model.next_note(limits, rng) for _ in range(count)]


def test_what_is_taken_back_was_never_heard(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    mark = model.mark()
    assert mark == len(PHRASE)
    limits = Limits(earliest=192, exact=True)
    first = list(answer(model, limits, 288, 5))
    model.rewind(mark)
    assert list(answer(model, limits, 288, 5)) == first
    model.forget()
    for note in PHRASE:
        model.feed([note], 96)
    assert list(answer(model, limits, 288, 5)) == first
    assert first[0].onset == 192


@given(st.integers(1, 60), st.integers(0, 9))
def test_rewinding_anywhere_is_as_if_no_more_had_come(
    loaded: ChordContinuer, kept: int, seed: int
) -> None:
    """Also inside a chord, of the player's or of the answer's."""

    def after(heard: int) -> list[Note]:
        loaded.forget()
        loaded.feed(PHRASE[:heard], 96)
        rng = np.random.default_rng(seed)
        while loaded.mark() < heard:
            loaded.next_note(Limits(), rng)
        if heard > kept:
            loaded.rewind(kept)
        assert loaded.mark() == kept
        loaded.feed([Note(9600, 3, 40, 12, 70)], 96)
        return draw(loaded, 10, Limits(), seed)

    assert after(60) == after(kept)


def test_a_chord_is_handed_out_note_by_note(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    notes = draw(model, 200, Limits())
    onsets = [note.onset for note in notes]
    assert onsets == sorted(onsets)
    assert len(set(onsets)) < len(onsets)
    assert len({(note.onset, note.pitch) for note in notes}) == len(notes)
    assert {(note.voice, note.duration, note.velocity) for note in notes} == {(0, 12, 80)}


def test_a_chord_at_hand_ends_where_the_limits_change(model: ChordContinuer) -> None:
    for seed in range(20):
        model.forget()
        model.feed(PHRASE, 96)
        first = draw(model, 1, Limits(), seed)[0]
        low = Limits(pitches=pitch_mask(0, 59), voices=voice_mask({0, 3}), earliest=first.onset)
        second = draw(model, 1, low, seed)[0]
        assert second.pitch < 60
        assert second.onset >= first.onset
        later = Limits(earliest=second.onset + 30, exact=True)
        assert draw(model, 1, later, seed)[0].onset == second.onset + 30


def test_limits_are_kept(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    pitches = pitch_mask(60, 72, "C major")
    for single in (True, False):
        limits = Limits(voices=voice_mask({3}), pitches=pitches, single=single, earliest=200)
        notes = list(answer(model, limits, 500, 1))
        assert notes[0].onset >= 200
        assert {note.voice for note in notes} == {3}
        assert all(60 <= n.pitch <= 72 and n.pitch % 12 in {0, 2, 4, 5, 7, 9, 11} for n in notes)
        if single:
            assert all(a.onset < b.onset for a, b in pairwise(notes))
        model.rewind(len(PHRASE))


@pytest.mark.parametrize("fed", [[], [Note(0, DRUMS, 36, 6, 90)], PHRASE])
def test_where_only_drums_may_play_it_keeps_its_voice(
    model: ChordContinuer, fed: list[Note]
) -> None:
    model.feed(fed, 96)
    notes = draw(model, 20, Limits(voices=voice_mask({DRUMS}), top_k=3, temperature=0.5))
    assert {note.voice for note in notes} == {0}


def test_drums_are_counted_and_not_heard(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    alone = draw(model, 10, Limits())
    model.forget()
    drums = [Note(6 * i, DRUMS, 42, 6, 90) for i in range(30)]
    model.feed(sorted(PHRASE + drums), 96)
    assert model.mark() == len(PHRASE) + 30
    assert draw(model, 10, Limits()) == alone


def test_bits_are_finite_and_shared_out(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    drum = Note(GOES_ON[-1].onset, DRUMS, 36, 6, 90)
    costs = np.array(model.bits([*GOES_ON, drum], 96))
    assert np.isfinite(costs).all()
    assert (costs >= 0).all()
    assert (costs[1:3, 0] == 0).all()
    assert costs[0, 0] > 0
    assert costs[0, 2] == costs[1, 2] == costs[2, 2] > OCTAVE
    assert costs[-1].tolist() == [0, 0, ESCAPE, 0, 0]
    assert model.mark() == len(PHRASE) + len(GOES_ON) + 1


def test_a_large_chord_is_two_strings(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    ninth = [Note(200, 0, pitch, 12, 80) for pitch in (48, 52, 55, 59, 62, 74)]
    costs = np.array(model.bits(ninth, 96))
    assert np.isfinite(costs).all()
    assert np.ptp(costs[:, 2]) < 1e-9
    assert costs[0, 0] > 2 * min(costs[0, 2], 1)


def test_the_chances_of_all_delays_and_strings_sum_to_one(model: ChordContinuer) -> None:
    def chance(onset: int, pitches: tuple[int, ...], column: int) -> float:
        model.forget()
        model.feed(PHRASE, 96)
        costs = model.bits([Note(onset, 0, p, 12, 80) for p in pitches], 96, 0.5)
        octaves = OCTAVE * len(pitches) * (column == 2 and len(pitches) > 1)
        return float(np.exp2(octaves - sum(cost[column] for cost in costs)))

    last = PHRASE[-1].onset
    delays = [chance(last + delay, (60,), 0) for delay in range(LONGEST_SHIFT + 1)]
    assert sum(delays) == pytest.approx(1, abs=1e-3)
    sets = [s if len(s) > 1 else (s[0], s[0] + 12) for s in SETS]
    strings = [chance(last + 12, pitches, 2) for pitches in [*((p,) for p in range(128)), *sets]]
    assert sum(strings) == pytest.approx(1, abs=1e-3)


def test_memory_makes_a_figure_cheaper(model: ChordContinuer) -> None:
    model.feed(PHRASE, 96)
    mark = model.mark()
    without = np.sum(model.bits(GOES_ON, 96, 0.0))
    model.rewind(mark)
    assert np.sum(model.bits(GOES_ON, 96, 1.0)) < 0.8 * without


def test_an_endless_jam_never_overflows(model: ChordContinuer) -> None:
    rng = np.random.default_rng(0)
    for bar in range(150):
        for i in range(12):
            onset = 96 * bar + 6 * i
            chord = [Note(onset, 0, pitch, 6, 80) for pitch in (50 + i, 54 + i, 57 + i)]
            model.feed([*chord, Note(onset, DRUMS, 42, 6, 80)], 96)
    onsets = [model.next_note(Limits(top_p=0.9), rng).onset for _ in range(200)]
    assert onsets == sorted(onsets)
    assert onsets[0] >= 149 * 96
    assert model.mark() == 150 * 12 * 4 + 200
    mark = model.mark() - 150
    model.rewind(mark)
    assert model.mark() == mark
    model.feed([Note(96 * bar, DRUMS, 42, 6, 80) for bar in range(400, 20_000)], 96)
    assert model.mark() == mark + 19_600
    assert model.next_note(Limits(), rng).onset >= 19_999 * 96


@pytest.mark.train
def test_strings_lean_as_they_are_asked(model: ChordContinuer) -> None:
    def drawn(**wishes: str) -> list[Note]:
        model.forget()
        model.feed(PHRASE, 96)
        end = PHRASE[-1].onset + 24
        limits = Limits(lean=lean(wishes, PHRASE, "C major"), earliest=end, exact=True)
        return list(answer(model, limits, end + 8 * 96, 1))

    assert len(drawn(density="sparse")) < len(drawn(density="dense"))
    top, deep = (np.mean([n.pitch for n in drawn(register=r)]) for r in ("top", "deep"))
    assert top - deep > 6
    minor = np.array([n.pitch % 12 for n in drawn(tonality="minor")])
    assert np.isin(minor, (0, 2, 3, 5, 7, 8, 10)).mean() > 0.8
