"""Which of several answers is liked best, and that trying leaves nothing behind."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bridge.core.music import Note
from bridge.core.voices import DRUMS
from bridge.respond.answer import answer
from bridge.respond.candidates import GROOVE, KEY, Audition, Taste, best_answer
from bridge.respond.cards import load_model
from bridge.respond.limits import Limits

MODELS = Path(__file__).parents[2] / "models" / "onnx"
PHRASE = tuple(Note(24 * i, 0, 60 + (0, 4, 7, 9)[i % 4], 24, 80) for i in range(8))
TASTE = Taste(4, PHRASE, "C major", 96)
LIMITS = Limits(earliest=192, exact=True)


def notes(*rows: tuple[int, int], voice: int = 0) -> list[Note]:
    return [Note(onset, voice, pitch, 12, 80) for onset, pitch in rows]


def test_an_answer_like_the_phrase_pays_its_bits_alone() -> None:
    """All in key, each bar in the phrase's rhythm."""
    same = notes(*((192 + 24 * i, 60) for i in range(8)))
    assert TASTE.liking(same, 2.5) == pytest.approx(KEY + GROOVE - 2.5)


def test_notes_outside_the_key_are_liked_less() -> None:
    """Two of four are foreign; drums have no key."""
    half = notes((192, 60), (216, 61), (240, 62), (264, 63))
    assert TASTE.liking(half, 0) == pytest.approx(KEY / 2 + GROOVE)
    drums = notes((192, 60), (216, 61), (240, 62), (264, 63), voice=DRUMS)
    assert TASTE.liking(drums, 0) == pytest.approx(KEY + GROOVE)


def test_another_groove_is_liked_less() -> None:
    """Four onsets in other sixteenths: eight of sixteen slots differ."""
    beside = notes((204, 60), (228, 60), (252, 60), (276, 60))
    assert TASTE.liking(beside, 0) == pytest.approx(KEY + GROOVE / 2)


def test_silence_is_liked_least() -> None:
    assert TASTE.liking([], 0) == -math.inf


def test_without_a_key_all_notes_are_in_it() -> None:
    assert Taste(2, PHRASE, "", 96).liking(notes((192, 61)), 0) >= KEY


@pytest.mark.parametrize("name", ["note-transformer", "note-lstm", "event-transformer"])
def test_one_candidate_is_the_answer_itself_and_more_are_never_liked_less(name: str) -> None:
    """The same seed: the first try is the answer that would have been drawn alone."""
    model = load_model(MODELS, name)
    model.feed(PHRASE, 96)
    before = model.mark()
    alone = list(answer(model, LIMITS, 384, 11))
    model.rewind(before)
    one = Taste(1, PHRASE, "C major", 96)
    assert list(best_answer(model, LIMITS, 384, seed=11, taste=one)) == alone
    model.rewind(before)
    audition = Audition(model, LIMITS, 384, seed=11, taste=TASTE)
    while not audition.over:
        audition.go_on()
    assert model.mark() == before
    assert len(audition.likings) == 4
    best = list(best_answer(model, LIMITS, 384, seed=11, taste=TASTE))
    model.rewind(before)
    price = sum(sum(bits[:3]) for bits in model.bits(best, 96)) / len(best)
    assert TASTE.liking(best, price) == pytest.approx(max(audition.likings), abs=1e-4)
