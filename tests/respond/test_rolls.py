"""Piano rolls behind the contract: what a frame may be told as, exact rewinding, limits kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.keys import pitch_classes
from bridge.core.music import Note
from bridge.core.voices import DRUMS, VOICE_NAMES
from bridge.respond.answer import answer
from bridge.respond.lean import lean
from bridge.respond.limits import Limits, pitch_mask, voice_mask
from bridge.respond.rolls.chances import allowed, any_of, lowest_of, sigmoid
from bridge.respond.rolls.continuer import RollContinuer
from bridge.respond.rolls.costs import ANY_SHIFT, ANY_SOUND, OFF_GRID
from bridge.respond.rolls.frames import CELL, FRAME, KEYS, strike
from tests.respond.toy_roll import PITCHES, toy

BAR = 96
PIANO, BASS = VOICE_NAMES.index("piano"), VOICE_NAMES.index("bass")
PHRASE = tuple(Note(12 * i, PIANO, PITCHES[i % 5], 12, 40 + 2 * i) for i in range(16))
BEGIN = 2 * BAR

phrases = st.lists(
    st.tuples(
        st.integers(0, 40),  # ticks since the note before
        st.sampled_from((PIANO, BASS, DRUMS)),
        st.integers(12, 115),
        st.integers(0, 60),
        st.integers(0, 127),
    ),
    min_size=1,
    max_size=20,
)


def played(rows: list[tuple[int, ...]], begin: int = 0) -> list[Note]:
    onsets = begin + np.cumsum([row[0] for row in rows])
    return sorted(Note(int(at), *row[1:]) for at, row in zip(onsets, rows, strict=True))


def fed(*notes: Note) -> RollContinuer:
    model = toy()
    model.feed(notes, BAR)
    return model


def draw(model: RollContinuer, count: int, limits: Limits, seed: int = 1) -> list[Note]:
    rng = np.random.default_rng(seed)
    return [model.next_note(limits, rng) for _ in range(count)]


@given(st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3), st.sets(st.integers(0, 2)))
def test_told_from_the_lowest_key_up_a_frame_is_its_keys(
    shares: list[float], struck: set[int]
) -> None:
    chances = np.array(shares)
    whole = float(np.prod([p if k in struck else 1 - p for k, p in enumerate(shares)]))
    told = 1.0
    for key in sorted(struck):
        told *= any_of(chances) * lowest_of(chances)[key]
        chances[: key + 1] = 0
    assert told * (1 - any_of(chances)) == pytest.approx(whole)


@pytest.mark.parametrize("memory", [0.0, 1.0])
def test_the_chances_of_the_next_note_sum_to_one(memory: float) -> None:
    model = fed(*PHRASE)
    last, whole = PHRASE[-1], 0.0
    for frames in range(65):  # longer silences are shortened
        for pitch in PITCHES:
            if frames == 0 and pitch <= last.pitch:
                continue
            mark = model.mark()
            note = Note(last.onset + CELL * frames, PIANO, pitch, 6, 80)
            (cost,) = model.bits([note], BAR, memory)
            model.rewind(mark)
            whole += 2 ** -(cost[0] + cost[2] - (OFF_GRID if frames else 0))
    assert whole == pytest.approx(1, abs=1e-3)


def test_repeated_notes_are_not_held_ones() -> None:
    roll = np.zeros((8, FRAME), np.uint8)
    strike(roll, 0, 5, 4)
    strike(roll, 2, 5, 2)
    assert roll[:, 5].tolist() == [1, 0, 1, 0, 0, 0, 0, 0]
    assert roll[:, KEYS + 5].tolist() == [0, 1, 0, 1, 0, 0, 0, 0]


def test_what_a_roll_cannot_say_costs_a_choice_among_all() -> None:
    drum, low = (Note(0, DRUMS, 36, 6, 80), Note(0, PIANO, 20, 6, 80))
    costs = toy().bits([replace(low, voice=PIANO), drum], BAR)
    assert costs == [(ANY_SHIFT, 0.0, ANY_SOUND, 0.0, 0.0), (0.0, 0.0, ANY_SOUND, 0.0, 0.0)]


@settings(max_examples=30, deadline=None)
@given(phrases)
def test_bits_are_finite_and_feeding_is_being_led(rows: list[tuple[int, ...]]) -> None:
    """Costs do not depend on whether what came before was fed or foretold."""
    first, then = played(rows), played(rows, 1000)
    led, told = toy(), fed(*first)
    led.bits(first, BAR, 0.5)
    costs = told.bits(then, BAR, 0.5)
    assert np.isfinite(costs).all()
    assert (np.array(costs) >= 0).all()
    assert led.bits(then, BAR, 0.5) == costs


def test_a_note_after_a_long_silence_stands_where_it_would_if_fed() -> None:
    """Foretelling asks for a place twice; the silence is shortened once."""
    late = replace(PHRASE[0], onset=BEGIN + 10 * BAR)
    led, told = fed(*PHRASE), fed(*PHRASE, late)
    led.bits([late], BAR)
    assert led._context.rows[-1].cell == told._context.rows[-1].cell


def test_a_roll_leans_as_it_is_asked() -> None:
    def drawn(**wishes: str) -> list[Note]:
        limits = Limits(lean=lean(wishes, PHRASE, ""), earliest=BEGIN, exact=True)
        return list(answer(fed(*PHRASE), limits, BEGIN + 8 * BAR, 1))

    assert len(drawn(density="sparse")) < len(drawn()) < len(drawn(density="dense"))
    top, deep = (np.mean([n.pitch for n in drawn(register=r)]) for r in ("top", "deep"))
    assert top - deep > 6


def test_memory_makes_a_repeated_motif_cheaper() -> None:
    again = [replace(n, onset=n.onset + BEGIN) for n in PHRASE]
    with_memory, without = (np.sum(fed(*PHRASE).bits(again, BAR, m)) for m in (1.0, 0.0))
    assert with_memory < 0.8 * without


@settings(max_examples=30, deadline=None)
@given(rows=phrases, other=phrases, seed=st.integers(0, 99))
def test_rewinding_is_exact(
    rows: list[tuple[int, ...]], other: list[tuple[int, ...]], seed: int
) -> None:
    """Whatever was heard and drawn since, the same is foretold and drawn as by a fresh model."""
    notes, limits = played(rows), Limits(earliest=1200)
    model = fed(*notes)
    mark = model.mark()
    draw(model, 5, limits, seed)
    model.feed(played(other, 2000), 72)
    draw(model, 5, Limits(), seed)
    model.rewind(mark)
    fresh = fed(*notes)
    assert draw(model, 6, limits) == draw(fresh, 6, limits)
    model.rewind(mark)
    then = played(other, 1000)
    assert model.bits(then, BAR) == fed(*notes).bits(then, BAR)


def test_rewinding_into_an_answer_is_exact() -> None:
    """Also where frames had been drawn ahead of the mark."""
    model = fed(*PHRASE)
    draw(model, 5, Limits(), 3)
    mark = model.mark()
    first = draw(model, 20, Limits(), 4)
    model.rewind(mark)
    assert draw(model, 20, Limits(), 4) == first
    model.rewind(mark)
    assert draw(model, 20, Limits(top_k=1), 4) != first


def test_the_seed_decides() -> None:
    assert draw(fed(*PHRASE), 30, Limits(), 5) == draw(fed(*PHRASE), 30, Limits(), 5)
    assert draw(fed(*PHRASE), 30, Limits(), 5) != draw(fed(*PHRASE), 30, Limits(), 6)


@settings(max_examples=12, deadline=None)
@given(
    rows=phrases,
    temperature=st.floats(0.2, 3),
    top_p=st.floats(0.2, 1),
    top_k=st.integers(0, 3),
    low=st.integers(0, 127),
    key=st.sampled_from(("", "C minor")),
    single=st.booleans(),
    gap=st.integers(0, 700),
    exact=st.booleans(),
)
def test_limits_are_kept(  # noqa: PLR0913 - every limit
    *, rows: list[tuple[int, ...]], temperature: float, top_p: float, top_k: int, low: int,
    key: str, single: bool, gap: int, exact: bool,
) -> None:  # fmt: skip
    heard = played(rows)
    earliest = heard[-1].onset + 1 + gap
    mask = pitch_mask(low, min(low + 12, 127), key)
    limits = Limits(
        temperature, top_p, top_k, voices=voice_mask({BASS}), pitches=mask, single=single,
        earliest=earliest, exact=exact,
    )  # fmt: skip
    model, rng = fed(*heard), np.random.default_rng(0)
    notes = [model.next_note(limits, rng)]
    notes += [model.next_note(limits.free(), rng) for _ in range(6)]
    assert notes[0].onset >= earliest
    assert not exact or notes[0].onset == earliest
    assert notes == sorted(notes)
    assert {n.voice for n in notes} == {BASS}
    assert (mask[BASS, [n.pitch for n in notes]] == 0).all()
    assert all(n.duration >= CELL and 1 <= n.velocity <= 127 for n in notes)
    assert not single or all(a.onset < b.onset for a, b in pairwise(notes))


def test_temperature_does_not_change_how_much_is_played() -> None:
    logits = np.linspace(-6, 0, KEYS)
    plain = sigmoid(logits).sum()
    bold = allowed(logits, Limits(temperature=2.0), np.ones(KEYS, bool))
    assert bold.sum() == pytest.approx(plain, rel=1e-3)
    assert bold.max() < sigmoid(logits).max()


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("bars", [0, 3, 40])
def test_an_answer_begins_on_its_line_and_ends_in_time(bars: int, *, single: bool) -> None:
    start = BEGIN + bars * BAR
    limits = Limits(top_p=0.9, voices=voice_mask({PIANO}), earliest=start, exact=True)
    notes = list(answer(fed(*PHRASE), replace(limits, single=single), start + 4 * BAR, 3))
    assert notes[0].onset == start
    assert all(start <= n.onset < start + 4 * BAR for n in notes)
    assert all((n.onset - start) % CELL == 0 for n in notes)
    assert not single or all(a.onset + a.duration <= b.onset for a, b in pairwise(notes))


def test_a_jam_has_no_end() -> None:
    """Longer than any context, and the bar line stays where it is."""
    model, rng = fed(*PHRASE), np.random.default_rng(0)
    notes = [model.next_note(Limits(), rng) for _ in range(500)]
    assert len(model._context.rows) < model.mark()
    assert notes == sorted(notes)
    line = (notes[-1].onset // BAR + 1) * BAR
    assert draw(model, 1, Limits(earliest=line, exact=True))[0].onset == line
    model.rewind(model.mark() - 50)
    assert draw(model, 1, Limits())


def test_the_clock_may_jump_back_and_a_context_be_empty() -> None:
    model = fed(*PHRASE)
    model.feed(PHRASE, BAR)
    assert draw(model, 1, Limits(earliest=BEGIN, exact=True))[0].onset == BEGIN
    model.forget()
    assert model.mark() == 0
    assert draw(model, 1, Limits(earliest=3 * BAR, exact=True))[0].onset == 3 * BAR


def test_silence_ends() -> None:
    """Where nothing the model would play is allowed, something is played after four bars."""
    limits = Limits(pitches=pitch_mask(90, 91))
    notes = draw(fed(*PHRASE), 3, limits)
    assert notes[0].onset <= PHRASE[-1].onset + 5 * BAR
    assert {n.pitch for n in notes} <= {90, 91}


def test_loudness_is_the_players() -> None:
    model = fed(*(replace(n, velocity=33) for n in PHRASE))
    assert {n.velocity for n in draw(model, 10, Limits())} == {33}


def test_keys_are_kept() -> None:
    notes = draw(fed(*PHRASE), 40, Limits(pitches=pitch_mask(key="C minor")))
    assert {n.pitch % 12 for n in notes} <= pitch_classes("C minor")


def test_a_roll_strikes_no_drums() -> None:
    """Where only drums may play, it keeps the tuned voice heard last, or the piano."""
    drums = tuple(Note(12 * i, DRUMS, 36 + 6 * (i % 2), 6, 90) for i in range(16))
    limits = Limits(voices=voice_mask({DRUMS}), earliest=BEGIN, exact=True)
    assert {note.voice for note in draw(fed(*drums), 8, limits)} == {PIANO}
    bass = Note(0, BASS, PITCHES[0], 12, 80)
    assert {note.voice for note in draw(fed(bass, *drums[1:]), 8, limits)} == {BASS}
