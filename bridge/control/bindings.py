"""Which controller or key of the player's turns or presses what: a frozen table.

Conventions: channels are 1..16, numbers 0..127; addresses are relative to `/jam/`. A control has
one task, and a task one control.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Touch:
    """What a hand touches: a control change or a note."""

    message: Literal["cc", "note"]
    number: int
    channel: int

    def __str__(self) -> str:
        """Return it as people say it."""
        kind = "CC" if self.message == "cc" else "note"
        return f"{kind} {self.number}, channel {self.channel}"


@dataclass(frozen=True, slots=True)
class Bindings:
    """The table, in the order in which it was made."""

    rows: tuple[tuple[Touch, str], ...] = ()

    def having(self, touch: Touch, address: str) -> Bindings:
        """Return the table in which `touch` does this and only this, and nothing else does it."""
        others = (row for row in self.rows if row[0] != touch and row[1] != address)
        return Bindings((*others, (touch, address)))

    def without(self, address: str) -> Bindings:
        """Return the table in which nothing does this."""
        return Bindings(tuple(row for row in self.rows if row[1] != address))

    def over(self, others: Bindings) -> Bindings:
        """Return both tables as one; what is in this one outweighs the others."""
        for row in self.rows:
            others = others.having(*row)
        return others
