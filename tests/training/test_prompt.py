"""Captions, and a reader taught by a few of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.core.voices import VOICE_NAMES
from bridge.core.wishes import WISHES
from bridge.respond.prompt import PromptReader, words_of
from bridge.respond.understood import VOICE
from bridge.training.captions import FILLER, caption, lexicon, pair_rows, phrase
from bridge.training.prompt import draw, measure, train
from bridge.training.wordings import WORDINGS, forms


def test_every_choice_and_voice_has_wordings_in_both_languages() -> None:
    wanted = {(wish.name, choice) for wish in WISHES for choice in wish.choices}
    wanted |= {(VOICE, name) for name in VOICE_NAMES}
    assert set(WORDINGS) == wanted
    for phrases in lexicon().phrases:
        assert set(phrases) == wanted


def test_a_wording_unfolds_into_its_forms() -> None:
    assert forms("jazz~~y~ish") == ["jazz", "jazzy", "jazzish"]
    assert forms("heavy metal") == ["heavy metal"]
    assert forms("radio hit~~s") == ["radio hit", "radio hits"]


def test_of_a_phrase_only_what_tells_is_labelled() -> None:
    low = ("register", "low")
    assert phrase("low register", low) == (("low", low), ("register", FILLER))


def test_held_out_wordings_are_in_no_training_caption() -> None:
    for kind in ("synonyms", "inflections"):
        taught, held = (lexicon(**{kind: side}).phrases for side in (False, True))
        for known, new in zip(taught, held, strict=True):
            assert new
            assert not {p for ps in known.values() for p in ps} & {
                p for ps in new.values() for p in ps
            }


def test_the_same_number_draws_the_same_captions() -> None:
    book = lexicon()
    assert draw(book, 20, 5) == draw(book, 20, 5)
    for each in draw(book, 50, 6):
        assert all(words_of(word) == [word] for word, _ in each)
    assert caption(book, np.random.default_rng(1))


@pytest.mark.train
def test_a_reader_learns_writes_and_reads_back(tmp_path: Path) -> None:
    book = lexicon()
    weights = train(draw(book, 1500, 1), pair_rows(book))
    weights.write(tmp_path / "prompt.npz")
    reader = PromptReader.load(tmp_path / "prompt.npz")
    assert reader.read("jazz piano").wishes == weights.reader().read("jazz piano").wishes
    found = measure(reader, draw(book, 100, 2))
    assert found[VOICE][1] > 0.8  # what nobody asked for is not heard
    assert (tmp_path / "prompt.npz").stat().st_size < 1_000_000
