"""Reading the log of a loopback player: what left when, beside what was meant to.

Conventions: seconds are monotonic; a key is (channel, pitch).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.core.midi import is_note_off, is_note_on

Key = tuple[int, int]
WINDOW = 0.15  # seconds between a note that was meant and one that was sent, at most


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left."""

    second: float
    message: bytes

    @property
    def key(self) -> Key:
        """Channel and pitch of a note message."""
        return self.message[0] & 0xF, self.message[1]


@dataclass(frozen=True, slots=True)
class Meant:
    """A note-on that an answer has planned."""

    second: float
    take: int
    key: Key


def read_log(path: Path) -> list[Sent]:
    """Return what a player has written so far; a line it died over is left out."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    pairs = (line.split(" ") for line in lines)
    return [Sent(float(second), bytes.fromhex(message)) for second, message in pairs]


def sounding(sent: Iterable[Sent]) -> set[Key]:
    """Return the keys whose last note-on has had no note-off."""
    down: set[Key] = set()
    for one in sent:
        if is_note_on(one.message):
            down.add(one.key)
        elif is_note_off(one.message):
            down.discard(one.key)
    return down


def silent_after(sent: Sequence[Sent], moment: float, until: float) -> float | None:
    """Return the seconds from a moment until nothing sounded any more; None if something still did.

    Only what left before `until` is looked at.
    """
    seen = [one for one in sent if one.second < until]
    if sounding(seen):
        return None
    ends = [one.second for one in seen if is_note_off(one.message)]
    return max(max(ends, default=moment) - moment, 0.0)


def last_strike(sent: Sequence[Sent], moment: float, until: float) -> float:
    """Return the seconds from a moment to the last note-on before `until`; 0 if there was none."""
    strikes = [s.second for s in sent if moment < s.second < until and is_note_on(s.message)]
    return max(strikes, default=moment) - moment


def matched(meant: Sequence[Meant], sent: Sequence[Sent]) -> list[tuple[Meant, float]]:
    """Return each planned note that left with the seconds by which it was late.

    Of the note-ons of its key the nearest within WINDOW is its own; a cancelled note has none.
    """
    free: dict[Key, list[float]] = defaultdict(list)
    for one in sent:
        if is_note_on(one.message):
            free[one.key].append(one.second)
    found = []
    for note in sorted(meant, key=lambda note: note.second):
        near = min(free[note.key], key=lambda s: abs(s - note.second), default=None)
        if near is not None and abs(near - note.second) <= WINDOW:
            free[note.key].remove(near)
            found.append((note, near - note.second))
    return found
