"""What a prompt was taken to say, and how that is said back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

VOICE = "voice"  # the group of meanings that are instruments

_ENGLISH = ("understood", "only the first of a kind counts", "not known", "nothing asked for")
_RUSSIAN = ("понято", "из нескольких берётся первое", "не знаю", "ни о чём не попросили")


class Meaning(NamedTuple):
    """What a word asks for: `group` is a wish or VOICE."""

    group: str
    choice: str


class Banned(NamedTuple):
    """A voice that is not wanted, and the words that said so."""

    words: str
    voice: str

    @property
    def shown(self) -> str:
        """The words, with the voice where it goes by another name."""
        return self.words if self.words.endswith(self.voice) else f"{self.words} ({self.voice})"


@dataclass(slots=True)
class Understood:
    """What a prompt was taken to say; wishes and voices are what counts, in the order named."""

    several: bool = False  # whether all voices named count, or only the first
    russian: bool = False
    wishes: dict[str, str] = field(default_factory=dict)
    key: str = ""
    voices: list[str] = field(default_factory=list)
    adds: bool = False  # whether voices are to join those there are
    banned: list[Banned] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)  # words, the choice they mean
    spare: list[tuple[str, str]] = field(default_factory=list)  # known, but not the first of a kind
    unknown: list[str] = field(default_factory=list)

    def says(self) -> str:
        """Return one line: what was understood, and what was not.

        Nothing is said of banned voices: whether they are silent is for others to tell.
        """
        yes, more, no, none = _RUSSIAN if self.russian else _ENGLISH
        parts = [
            f"{', '.join(_shown(*each) for each in found)}: {verdict}"
            for found, verdict in ((self.known, yes), (self.spare, more))
            if found
        ]
        if self.unknown:
            parts.append(f"{', '.join(repr(word) for word in self.unknown)}: {no}")
        return "; ".join(parts) or ("" if self.banned else none)

    def take(self, words: str, meaning: Meaning) -> None:
        """Add a meaning; of each wish, and of voices unless `several`, the first one counts."""
        group, choice = meaning
        if group == VOICE:
            first = self.several or not self.voices or choice == self.voices[0]
            if choice not in self.voices:
                self.voices.append(choice)
        else:
            first = self.wishes.setdefault(group, choice) == choice
        said = self.known if first else self.spare
        if (words, choice) not in said:
            said.append((words, choice))

    def take_key(self, words: str, key: str) -> None:
        """Add a key; the first one named counts."""
        first = self.key in ("", key)
        self.key = self.key or key
        (self.known if first else self.spare).append((words, key))


def _shown(words: str, choice: str) -> str:
    """Return words as they are said back, with what they mean where that is another word."""
    return choice if words.casefold() == choice.casefold() else f"{words} ({choice})"


def is_russian(text: str) -> bool:
    """Tell whether most letters of a text are Cyrillic."""
    letters: list[str] = re.findall(r"[^\W\d_]", text)
    return 2 * sum("а" <= letter.lower() <= "я" for letter in letters) > len(letters)
