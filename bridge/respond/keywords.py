"""Keys as they are named in a prompt, in English or Russian: `in D minor`, `F# major`, `Bbm`.

Read by rule, not learnt: a tonic is one letter or syllable, and means nothing without its mode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bridge.core.keys import TONICS


class Named(NamedTuple):
    """A key in a text; `begin` and `end` are its characters."""

    begin: int
    end: int
    key: str  # of bridge.core.keys.KEY_NAMES


_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SYLLABLES = {"до": 0, "ре": 2, "ми": 4, "фа": 5, "соль": 7, "ля": 9, "си": 11}
_SCALES = {
    "minor pentatonic": "minor-pentatonic",
    "harmonic minor": "harmonic-minor",
    "pentatonic": "pentatonic",
    "dorian": "dorian",
    "mixolydian": "mixolydian",
    "maj": "major",
    "major": "major",
    "min": "minor",
    "minor": "minor",
    "мажор": "major",
    "минор": "minor",
    "дорийск": "dorian",
    "миксолидийск": "mixolydian",
}

_MODE = (
    r"(?P<mode>minor[\s-]pentatonic|harmonic[\s-]minor|pentatonic|dorian|mixolydian"
    r"|major|minor|maj|min)(?!\w)|(?P<russian>мажор|минор|дорийск|миксолидийск)\w*"
)
_LETTER = r"(?<![\w#♯♭'-])(?P<tonic>[A-Ga-g])(?P<accidental>#|♯|♭|b|[\s-]?sharp|[\s-]?flat)?"

#: Ways to name a key, the fullest first.
_WAYS = (
    re.compile(rf"{_LETTER}[\s-]*(?:{_MODE})", re.IGNORECASE),
    re.compile(
        r"(?<!\w)(?P<tonic>до|ре|ми|фа|соль|ля|си)(?:[\s-]*(?P<accidental>диез|бемоль)\w*)?"
        rf"[\s-]*(?:{_MODE})",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![\w#])(?P<tonic>[A-G])(?P<accidental>[#b♯♭])?(?P<mode>m)(?![\w'])"),
    re.compile(rf"(?i:key\s+of\s+){_LETTER}(?![\w#♯♭])"),
    re.compile(r"(?i:\bin\s+)(?P<tonic>[A-G])(?P<accidental>[#b♯♭])?(?=\s*(?:$|[,.;:!?]))"),
)
_ARTICLE = re.compile(r"\b(?:in|of)\s+$", re.IGNORECASE)  # what makes a small `a` a tonic ...
_NO_NOUN = re.compile(r"\s*(?:$|[,.;:!?])")  # ... where nothing follows that it may belong to


def keys_in(text: str) -> Iterator[Named]:
    """Yield the keys that a text names, in order."""
    at = 0
    while found := _first(text, at):
        yield found
        at = found.end


def _first(text: str, at: int) -> Named | None:
    """Return the first key named at or after a character."""
    named = (
        Named(match.start("tonic"), match.end(), _key(match))
        for way in _WAYS
        for match in way.finditer(text, at)
        if not _is_article(match)
    )
    return min(named, default=None, key=lambda each: (each.begin, -each.end))


def _is_article(match: re.Match[str]) -> bool:
    """Tell whether a small `a` stands before a noun: `a minor problem`."""
    if match["tonic"] != "a" or match["accidental"]:
        return False
    text = match.string
    return not (_ARTICLE.search(text[: match.start("tonic")]) and _NO_NOUN.match(text, match.end()))


def _key(match: re.Match[str]) -> str:
    """Return the key of a match."""
    found = match.groupdict()
    tonic = found["tonic"].lower()
    accidental = (found["accidental"] or "").strip(" -").lower()
    root = _LETTERS.get(tonic, _SYLLABLES.get(tonic, 0))
    root += (accidental in ("#", "♯", "sharp", "диез")) - (
        accidental in ("b", "♭", "flat", "бемоль")
    )
    mode = found.get("mode") or found.get("russian") or "major"
    scale = "minor" if mode == "m" else _SCALES[re.sub(r"[\s-]", " ", mode.lower())]
    return f"{TONICS[root % 12]} {scale}"
