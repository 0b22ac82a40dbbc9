"""Address patterns of OSC 1.0: one message for many addresses.

https://opensoundcontrol.stanford.edu/spec-1_0.html, "OSC Message Dispatching and Pattern
Matching": `?` is any character, `*` any number of them, `[a-c]` one of these, `[!a-c]` one of the
others, `{foo,bar}` one of these words; a pattern matches part by part, as `/` parts it.

All places in an address that a pattern may have come to are followed at once, as the bits of a
number: a pattern costs its length for each address, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bridge.control.packets import Arguments
from bridge.control.surfaces import ROOT, readable
from bridge.core.errors import SettingError
from bridge.core.events import ACTIONS
from bridge.core.params import BY_ADDRESS

LIMIT = 128  # characters
SPECIAL = frozenset("?*[]{}")
_TOKEN = re.compile(r"\*+|\?|\[(?P<set>!?[^\]]*)\]|\{(?P<words>[^}]*)\}|(?P<text>[^]?*[{}]+)")

Places = dict[str, int]  # the places of each character, as bits


@dataclass(frozen=True, slots=True)
class _Any:
    """Any number of characters."""

    def after(self, places: int, _: Places, size: int) -> int:
        lowest = places & -places
        return (2 << size) - lowest


@dataclass(frozen=True, slots=True)
class _One:
    """One character, of these or of others."""

    ranges: tuple[tuple[str, str], ...]
    inside: bool

    def after(self, places: int, characters: Places, _: int) -> int:
        fitting = (
            bits
            for character, bits in characters.items()
            if any(low <= character <= high for low, high in self.ranges) == self.inside
        )
        return (places & sum(fitting)) << 1


@dataclass(frozen=True, slots=True)
class _Words:
    """One of some words."""

    words: tuple[str, ...]

    def after(self, places: int, characters: Places, _: int) -> int:
        ends = 0
        for word in self.words:
            at = places
            for character in word:
                at = (at & characters.get(character, 0)) << 1
            ends |= at
        return ends


Part = list[_Any | _One | _Words]


def is_pattern(address: str) -> bool:
    """Tell whether an address stands for others."""
    return not SPECIAL.isdisjoint(address)


def meant(pattern: str, arguments: Arguments) -> list[str]:
    """Return the addresses of all that a pattern asks for; SettingError if there is nothing.

    These are parameters and actions; what is sent without a value also asks for readings.
    """
    names = (*BY_ADDRESS, *ACTIONS) if arguments else (*readable(), *ACTIONS)
    found = matching(pattern, [ROOT + name for name in names])
    if not found:
        raise SettingError(f"nothing has an address like {pattern[:80]}")
    return found


def matching(pattern: str, addresses: Iterable[str]) -> list[str]:
    """Return the addresses that a pattern stands for; SettingError if it is none, or too long."""
    if len(pattern) > LIMIT:
        raise SettingError(f"a pattern may have {LIMIT} characters at most, not {len(pattern)}")
    parts = [_parsed(part, pattern) for part in pattern.split("/")]
    return [each for each in addresses if _matches(parts, each.split("/"))]


def _parsed(text: str, pattern: str) -> Part:
    part: Part = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise SettingError(f"the pattern {pattern} has a bracket without its other half")
        at = token.end()
        part.append(_meant(token))
    return part


def _meant(token: re.Match[str]) -> _Any | _One | _Words:
    if token["set"] is not None:
        others = token["set"].startswith("!")
        pairs = re.findall(r"(.)-(.)|(.)", token["set"][others:], re.DOTALL)
        ranges = ((low or one, high or one) for low, high, one in pairs)
        return _One(tuple(ranges), inside=not others)
    if token["words"] is not None:
        return _Words(tuple(token["words"].split(",")))
    if token["text"] is not None:
        return _Words((token["text"],))
    return _Any() if token[0].startswith("*") else _One((), inside=False)


def _matches(parts: list[Part], names: list[str]) -> bool:
    return len(parts) == len(names) and all(map(_fits, parts, names))


def _fits(part: Part, name: str) -> bool:
    characters: Places = {}
    for at, character in enumerate(name):
        characters[character] = characters.get(character, 0) | 1 << at
    places = 1
    for token in part:
        places = token.after(places, characters, len(name))
        if not places:
            return False
    return bool(places >> len(name) & 1)
