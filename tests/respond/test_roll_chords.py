"""Chords of a piano roll while what is leaned to changes from note to note."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.core.voices import VOICE_NAMES
from bridge.respond.answer import answer
from bridge.respond.frame import Scene, limits_of
from bridge.respond.lean import Lean
from bridge.respond.limits import Limits, pitch_mask
from bridge.respond.manner import SHAPES, STYLES, Manners
from bridge.respond.rolls.continuer import RollContinuer
from tests.respond.toy_roll import PITCHES, toy

BAR = 96
PIANO = VOICE_NAMES.index("piano")
PHRASE = tuple(Note(12 * i, PIANO, PITCHES[i % 5], 12, 80) for i in range(16))
BEGIN = 2 * BAR


def fed() -> RollContinuer:
    model = toy()
    model.feed(PHRASE, BAR)
    return model


def draw(model: RollContinuer, count: int, limits: Limits, rng: np.random.Generator) -> list[Note]:
    """Draw notes, each under a lean of its own that says the same."""
    return [model.next_note(replace(limits, lean=Lean()), rng) for _ in range(count)]


@pytest.mark.parametrize("seed", range(8))
def test_a_chord_is_whole_whatever_leans_after_each_of_its_notes(seed: int) -> None:
    """Frames drawn ahead are drawn anew under another lean, but the one at hand is played."""
    first = Limits(earliest=BEGIN, exact=True, pitches=pitch_mask(48, 72))

    def chord(*, leaning: bool) -> list[int]:
        model, rng = fed(), np.random.default_rng(seed)
        notes, limits = [model.next_note(first, rng)], first.free()
        while notes[-1].onset == BEGIN:
            limits = replace(limits, lean=Lean()) if leaning else limits
            notes.append(model.next_note(limits, rng))
        return [note.pitch for note in notes[:-1]]

    assert chord(leaning=True) == chord(leaning=False)


def test_going_back_into_a_chord_is_exact() -> None:
    """What was drawn above the mark is there again, and leans on as it did."""
    model, rng = fed(), np.random.default_rng(4)
    draw(model, 3, Limits(), rng)
    for _ in range(12):
        mark, dice = model.mark(), rng.bit_generator.state
        first = draw(model, 6, Limits(), rng)
        model.rewind(mark)
        rng.bit_generator.state = dice
        assert draw(model, 6, Limits(), rng) == first


def test_a_style_leaves_a_roll_its_chords() -> None:
    tables = {name: np.zeros(shape, np.int8) for name, shape in SHAPES.items()}
    tables["shifts"][STYLES.index("jazz"), ..., 12] = -40  # the phrase is not
    manners = Manners(tables["shifts"], tables["intervals"], tables["drums"])

    def largest(style: str) -> int:
        scene = Scene(phrase=PHRASE, key="", line=False, bpm=120, voices={PIANO}, manners=manners)
        limits = limits_of(Settings(style=style), scene, BEGIN)
        assert bool(limits.lean.manner) == (style == "jazz")
        onsets = [note.onset for note in answer(fed(), limits, BEGIN + 8 * BAR, 1)]
        return max(onsets.count(onset) for onset in onsets)

    assert largest("free") > 1
    assert largest("jazz") > 1
