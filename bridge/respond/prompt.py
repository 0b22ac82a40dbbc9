"""A prompt, read: free words in English or Russian become wishes and instruments.

The reader is linear: a word is the sum of its character n-grams, hashed into BUCKETS, and of the
pairs it is known to make with its neighbours (`low tempo`); each has a weight for every meaning.
So inflections and slips of the finger mean what the word means, and which word said what is plain.
Keys, tempi in beats a minute and what is not wanted are told by rule.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.core.errors import ModelError
from bridge.core.voices import VOICE_NAMES
from bridge.core.wishes import BY_NAME, WISHES
from bridge.respond.arrays import ArrayFile
from bridge.respond.keywords import keys_in
from bridge.respond.understood import VOICE, Banned, Meaning, Understood, is_russian

BUCKETS = 8192
GRAMS = range(2, 6)  # letters, the marks around a word among them
STEM = 4  # letters by which words make a pair, whatever their endings
SURE = 0.5  # probability from which a word is taken to mean something
SAYS_NOTHING = 0.5  # probability from which a word is taken to be mere grammar

#: What a word may mean: (group, choice), for each wish first that the word does not say it.
COLUMNS = (
    *((wish.name, choice) for wish in WISHES for choice in ("", *wish.choices)),
    *((VOICE, name) for name in VOICE_NAMES),
    ("filler", ""),
)
FINGERPRINT = f"{zlib.crc32(repr((COLUMNS, BUCKETS, list(GRAMS), STEM)).encode()):08x}"
FILE = ArrayFile(
    "prompt reader", "wishes", FINGERPRINT, "make prompt", ("weights", "scale", "bias", "pairs")
)

_WORD = re.compile(r"[^\W\d_]+(?:[&'][^\W\d_]+)*|\d+")
_NEGATIONS = frozenset((
    "no", "not", "without", "never", "dont", "don't", "isn't",
    "без", "не", "нет", "ни", "никаких", "кроме",
))  # fmt: skip
_WITHOUT = frozenset(("without", "без"))  # after these, "and" goes on with what is not wanted
_OR = frozenset(("or", "nor", "ни", "или"))
_AND = frozenset(("and", "и"))
_ADDING = frozenset(("add", "adding", "plus", "добавь", "добавьте", "добавить", "плюс"))
_DEGREES = frozenset((
    "too", "very", "so", "much", "any", "a", "the", "overly", "слишком", "очень", "так", "особо",
))  # fmt: skip
_BEATS_A_MINUTE = frozenset(("bpm", "бпм", "ударов", "уд", "удара", "beats"))
_TEMPI = (20, 300)  # BPM


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, in small letters."""
    return _WORD.findall(text.lower().replace("ё", "е").replace("’", "'"))


@lru_cache(maxsize=1 << 16)
def _grams(word: str) -> tuple[int, ...]:
    marked = f"<{word}>"
    found = {marked[i : i + n] for n in GRAMS for i in range(len(marked) - n + 1)} | {marked}
    return tuple(sorted(zlib.crc32(gram.encode()) % BUCKETS for gram in found))


def pairs_of(words: list[str], at: int) -> list[str]:
    """Return the pairs a word makes with the one before it and the one after it."""
    own = words[at][:STEM]
    before = [f"{words[at - 1][:STEM]} {own}<"] if at else []
    after = [f">{own} {words[at + 1][:STEM]}"] if at + 1 < len(words) else []
    return before + after


def features(words: list[str], at: int, pairs: Mapping[str, int]) -> tuple[list[int], list[float]]:
    """Return the rows of weights of a word among others, and how much each counts.

    `pairs` has the rows, behind those of BUCKETS, of the pairs that are known.
    """
    grams = _grams(words[at])
    known = [pairs[pair] for pair in pairs_of(words, at) if pair in pairs]
    return [*grams, *known], [len(grams) ** -0.5] * len(grams) + [1.0] * len(known)


class PromptReader:
    """A linear reader."""

    def __init__(
        self, weights: NDArray[np.float32], bias: NDArray[np.float32], pairs: Mapping[str, int]
    ) -> None:
        """Take weights (BUCKETS and a row a pair, columns), bias (columns), rows of pairs."""
        self._weights, self._bias, self._pairs = weights, bias, pairs

    @classmethod
    def load(cls, path: Path) -> PromptReader:
        """Read a file made by `bridge.training.prompt`; raises ModelError where it does not fit."""
        data = FILE.read(path)
        if data is None:
            raise ModelError(f"prompt reader {path}: missing; `make prompt` makes it")
        pairs = {pair: BUCKETS + row for row, pair in enumerate(data["pairs"].tolist())}
        return cls(data["weights"] * data["scale"], data["bias"], pairs)

    def read(self, text: str, *, several: bool = False) -> Understood:
        """Return what a prompt says; of voices the first counts, or `several`."""
        found = Understood(several, is_russian(text))
        at = 0
        for named in keys_in(text):
            words = words_of(text[at : named.begin])
            at = named.end
            denied = words[-1:] if set(words[-1:]) <= _NEGATIONS else words[-2:]  # `not in D minor`
            if _NEGATIONS.isdisjoint(denied):
                self._read(words, found)
                found.take_key(text[named.begin : at], named.key)
            else:
                self._read(words[: -len(denied)], found)
                found.unknown.append(" ".join((*denied, text[named.begin : at])))
        self._read(words_of(text[at:]), found)
        return found

    def _read(self, words: list[str], found: Understood) -> None:
        """Add what words say."""
        at = 0
        while at < len(words):
            if words[at] in _ADDING:
                found.adds = True
                at += 1
            elif words[at] in _NEGATIONS and (banned := self._banned(words, at)):
                found.banned += banned
                at += sum(len(each.words.split()) for each in banned)
            else:
                taken, meanings = self._take(words, at)
                said = " ".join(words[at : at + taken])
                if meanings is None:
                    found.unknown.append(said)
                for meaning in meanings or ():
                    found.take(said, meaning)
                at += taken

    def _banned(self, words: list[str], at: int) -> list[Banned]:
        """Return the voices that the words after a negation say are not wanted."""
        linking = _OR | _AND if words[at] in _WITHOUT else _OR
        found: list[Banned] = []
        while at < len(words) and (not found or words[at] in linking):
            name = at + 1
            while name < len(words) - 1 and self._leads(words, name):
                name += 1
            meant = self._meanings(words, name) if name < len(words) else []
            voice = next((meaning.choice for meaning in meant if meaning.group == VOICE), "")
            if not voice:
                break
            end = name + 1
            while end < len(words) and self._meanings(words, end) == meant:
                end += 1
            found.append(Banned(" ".join(words[at:end]), voice))
            at = end
        return found

    def _leads(self, words: list[str], at: int) -> bool:
        """Tell whether a word is but on the way from a negation to what is denied."""
        if words[at] in _DEGREES | _NEGATIONS:
            return True
        return not self._meanings(words, at) and self._says_nothing(words, at)

    def _take(self, words: list[str], at: int) -> tuple[int, list[Meaning] | None]:
        """Return how many words belong together and what they ask for; None is not known."""
        word = words[at]
        if word in _NEGATIONS:
            end = at + 1
            while end < len(words) - 1 and words[end] in _DEGREES:
                end += 1
            return min(end + 1, len(words)) - at, None
        if word.isdigit():
            low, high = _TEMPI
            if words[at + 1 : at + 2] and words[at + 1] in _BEATS_A_MINUTE:
                if low <= int(word) <= high:
                    return 2, [Meaning("pace", BY_NAME["pace"].choice_of(int(word)))]
                return 2, None
            return 1, None
        meanings = self._meanings(words, at)
        if not meanings:
            return 1, [] if self._says_nothing(words, at) else None
        count = 1  # `big band` is one thing
        while at + count < len(words) and self._meanings(words, at + count) == meanings:
            count += 1
        return count, meanings

    def scores(self, words: list[str], at: int) -> NDArray[np.float32]:
        """Return the logit of every column for a word among others."""
        rows, counts = features(words, at, self._pairs)
        return np.asarray(np.array(counts, np.float32) @ self._weights[rows] + self._bias)

    def _meanings(self, words: list[str], at: int) -> list[Meaning]:
        if words[at] in _NEGATIONS or words[at].isdigit() or len(words[at]) == 1:
            return []
        scores, found, begin = self.scores(words, at), [], 0
        for wish in WISHES:
            group = scores[begin : begin + 1 + len(wish.choices)]
            begin += len(group)
            shares = np.exp(group - group.max())
            best = int(shares.argmax())
            if best and shares[best] / shares.sum() >= SURE:
                found.append(Meaning(wish.name, wish.choices[best - 1]))
        sure = np.log(SURE / (1 - SURE))
        voices = scores[begin : begin + len(VOICE_NAMES)]
        if voices.max() >= sure:
            found.append(Meaning(VOICE, VOICE_NAMES[int(voices.argmax())]))
        return found

    def _says_nothing(self, words: list[str], at: int) -> bool:
        likely = 1 / (1 + np.exp(-self.scores(words, at)[-1]))
        return bool(len(words[at]) <= 2 or likely >= SAYS_NOTHING)
