"""Captions: prompts as players might type them, each word with what it means.

They are built from the wordings of what is measured in the music (`bridge.training.asked`):
some wishes and instruments in mixed order, between words that ask for nothing, words nobody can
obey, and slips of the finger.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.respond.prompt import BUCKETS, pairs_of, words_of
from bridge.training.wordings import FILLERS, UNKNOWN, WORDINGS, forms

Key = tuple[str, str]  # group and choice, as WORDINGS has them
FILLER: Key = ("filler", "")
NOTHING: Key = ("", "")  # a word that is not known
Phrase = tuple[tuple[str, Key], ...]  # words and what each means
Caption = list[tuple[str, Key]]

#: What stands around what is asked for.
TEMPLATES = (
    "{}", "{}", "{} {}", "{} {} {}", "{} {} {} {}", "play some {}", "play {} with {}", "{} and {}",
    "i want {} {} and {}", "give me {} with {}", "something {} and {} please", "{} in {}",
    "make it {}", "could you play {} {}", "a {} {} for {}", "{} but {}", "let us have {} {}",
    "more of {} {}", "answer with {}", "i would like a {} {} tune", "in the style of {}, {}",
    "сыграй {}", "сыграй мне {} и {}", "хочу {} {}", "давай {} на {}", "что-нибудь {} и {}",
    "{} в стиле {}", "пожалуйста {} {}", "пусть будет {} и {}", "{} с {}", "{} но {}",
    "ответь {} {} {}", "нужно {} {}", "хочется {} {} музыки", "{} для {}", "мелодия {} {}",
)  # fmt: skip

UNKNOWN_WORD = 0.25  # chance, between any two things asked for, of a word nobody knows
PSEUDO = 0.3  # of these, how many are no words at all
PLAIN = 0.2  # chance that a thing is called by its first name
FILLING = 0.2  # chance of one more word that asks for nothing
SLIP = 0.1  # chance that a word of five letters or more is mistyped
BENT = 0.2  # chance that a word of four or more has another ending
ENDINGS = (
    (
        "", "s", "y", "ish", "ly", "er", "ing", "ed", "ist", "ic", "al", "ness", "like", "ful",
    ),
    (
        "", "а", "у", "ом", "е", "ы", "ов", "ый", "ая", "ое", "ые", "ого", "ой", "ую", "ым", "ых",
        "ий", "ие", "им", "их", "ю", "я", "и", "ь", "ем", "ами", "ах", "ный", "ная", "ное", "но",
        "ский", "ская", "овый", "овая", "ово", "енький", "енько", "ость", "истый", "о",
    ),
)  # fmt: skip
ALPHABETS = (("aeiouy", "bcdfghjklmnprstvwz"), ("аеиоуыэюя", "бвгджзклмнпрстфхцчшщ"))

_FILLER_WORDS = frozenset(w for line in FILLERS for form in forms(line) for w in words_of(form))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What captions are made of: by language (English, Russian) and key, phrases; and templates."""

    phrases: tuple[Mapping[Key, Sequence[Phrase]], ...]
    templates: tuple[tuple[str, ...], ...]


def _is_russian(text: str) -> bool:
    return any("а" <= c <= "я" for c in text)


def phrase(form: str, key: Key) -> Phrase:
    """Return a form's words; those that ask for nothing by themselves are told apart."""
    words = words_of(form)
    bare = [w for w in words if w not in _FILLER_WORDS]
    return tuple((w, key if w in (bare or words) else FILLER) for w in words)


def _held(text: str, one_in: int) -> bool:
    return zlib.crc32(text.encode()) % one_in == 0


def lexicon(*, synonyms: bool | None = None, inflections: bool | None = None,
            templates: bool | None = None) -> Lexicon:  # fmt: skip
    """Return what is held out of synonyms, forms or templates (True), all else (False), or all."""
    phrases: tuple[dict[Key, list[Phrase]], ...] = ({}, {})
    for key, lines in WORDINGS.items():
        for row, line in enumerate(lines):
            if synonyms is not None and (row >= 2 and _held(line, 5)) != synonyms:
                continue
            for at, form in enumerate(forms(line)):
                held = at >= 2 and _held(form, 4)
                if inflections is not None and held != inflections:
                    continue
                phrases[_is_russian(line)].setdefault(key, []).append(phrase(form, key))
    chosen = [t for t in TEMPLATES if templates is None or (_held(t, 4) and t != "{}") == templates]
    sides = tuple(tuple(t for t in chosen if _is_russian(t) == side) for side in (False, True))
    bare = tuple(t for t in chosen if not any(c.isalpha() for c in t))
    return Lexicon(phrases, (sides[0], (*sides[1], *bare)))


def pair_rows(book: Lexicon) -> dict[str, int]:
    """Return a row of weights for each pair of words within a phrase."""
    found = {
        pair
        for phrases in book.phrases
        for each in phrases.values()
        for words in ([w for w, _ in p] for p in each)
        for at in range(len(words))
        for pair in pairs_of(words, at)
    }
    return {pair: BUCKETS + row for row, pair in enumerate(sorted(found))}


#: They ask for nothing, but `very low` is more than `low`: they do not stand just anywhere.
_DEGREES = ("very", "очень")

_NEUTRAL = tuple(
    tuple(
        [
            phrase(form, key)
            for line in lines
            if _is_russian(line) == side and line not in _DEGREES
            for form in forms(line)
        ]
        for lines, key in ((FILLERS, FILLER), (UNKNOWN, NOTHING))
    )
    for side in (False, True)
)


def _choose(rng: np.random.Generator, things: Sequence[Phrase]) -> Phrase:
    return things[int(rng.integers(len(things)))]


def caption(book: Lexicon, rng: np.random.Generator) -> Caption:
    """Draw a caption."""
    language = int(rng.integers(2))
    phrases, templates = book.phrases[language], book.templates[language]
    fillers, unknown = _NEUTRAL[language]
    keys = list(phrases)
    template = templates[int(rng.integers(len(templates)))]
    found: Caption = []
    for piece in template.replace("{}", " {} ").split():
        if piece != "{}":
            found += [(word, FILLER) for word in words_of(piece)]
            continue
        if rng.random() < UNKNOWN_WORD:
            found += [_pseudo(language, rng)] if rng.random() < PSEUDO else _choose(rng, unknown)
        if rng.random() < FILLING:
            found += _choose(rng, fillers)
        names = phrases[keys[int(rng.integers(len(keys)))]]
        found += names[0] if rng.random() < PLAIN else _choose(rng, names)
    return [(_slipped(_bent(word, rng), rng), key) for word, key in found]


def _pseudo(language: int, rng: np.random.Generator) -> tuple[str, Key]:
    """Return a word that there is not."""
    vowels, others = ALPHABETS[language]
    syllables = [
        others[int(rng.integers(len(others)))] + vowels[int(rng.integers(len(vowels)))]
        for _ in range(int(rng.integers(2, 5)))
    ]
    end = others[int(rng.integers(len(others)))] if rng.random() < 0.5 else ""
    return "".join(syllables) + end, NOTHING


def _bent(word: str, rng: np.random.Generator) -> str:
    """Return a word with another ending, as languages make them."""
    if len(word) < 4 or rng.random() >= BENT:
        return word
    endings = ENDINGS[_is_russian(word)]
    stem = word[: max(len(word) - int(rng.integers(3 if len(word) < 7 else 4)), 4)]
    return stem + endings[int(rng.integers(len(endings)))]


def _slipped(word: str, rng: np.random.Generator) -> str:
    """Return a word as fingers may type it: a letter lost, doubled, swapped or wrong."""
    if len(word) < 5 or rng.random() >= SLIP:
        return word
    at, kind = int(rng.integers(1, len(word) - 1)), int(rng.integers(4))
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    letters = "".join(ALPHABETS[_is_russian(word)])
    return word[:at] + letters[int(rng.integers(len(letters)))] + word[at + 1 :]
