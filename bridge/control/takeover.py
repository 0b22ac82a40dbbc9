"""Soft takeover: a knob that stands elsewhere takes hold of its value only where both meet.

A value may have been turned by another hand, or a preset; a knob without a motor then stands
elsewhere, and touched would make the value jump. Positions are 0..127.
"""

from __future__ import annotations

from bridge.control.bindings import Touch
from bridge.core.params import Value

NEAR = 2  # steps of a knob that count as being there: what a quick hand may skip


def meets(before: int | None, now: int, place: int) -> bool:
    """Tell whether a knob that came from `before`, if that is known, to `now` meets `place`."""
    if abs(now - place) <= NEAR:
        return True
    return before is not None and min(before, now) <= place <= max(before, now)


def waits(touch: Touch, address: str, *, at: int, place: int) -> str:
    """Return what to do with a knob that stands elsewhere."""
    if at < place:
        return f"{address}: turn {touch} up to where the value is"
    return f"{address}: turn {touch} down to where the value is"


class Takeover:
    """Remembers where knobs stand, and what they have set."""

    def __init__(self) -> None:
        self._stood: dict[Touch, int] = {}
        self._set: dict[Touch, Value] = {}

    def moved(self, touch: Touch, to: int, *, place: int, value: Value, meant: Value) -> bool:
        """Tell whether a knob that moved has hold of its value.

        The value there is, is at `place`; where the knob is now it would be `meant`. A knob keeps
        hold until somebody else has turned the value and it moves.
        """
        before = self._stood.get(touch)
        self._stood[touch] = to
        if self._set.get(touch) == value or meant == value or meets(before, to, place):
            return True
        self._set.pop(touch, None)  # it has moved away, even if the value comes back
        return False

    def has_set(self, touch: Touch, value: Value) -> None:
        """Note what a knob has set."""
        self._set[touch] = value

    def stands(self, touch: Touch, at: int) -> None:
        """Note where a knob stands, whatever it turns."""
        self._stood[touch] = at

    def let_go(self, touch: Touch) -> None:
        """Note that a knob turns something else, or nothing, from now on."""
        self._set.pop(touch, None)
