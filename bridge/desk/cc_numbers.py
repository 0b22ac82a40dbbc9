"""Which number each parameter and action was given, for ever: saved envelopes hold on to them.

[generic.turns]
temperature = 9    # the control change, by address

[generic.presses]
start = 80         # the control change or note
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomli_w

from bridge.desk.controllers import Control

FILE = Path(__file__).with_name("cc_numbers.toml")
HEAD = """\
# Which number each parameter and action has on each controller. `antiphon templates` gives a new
# one the next that is free; what stands here stays, also when its parameter goes: saved clips and
# programmed controllers hold on to it.

"""

Given = Mapping[str, int]  # numbers by address
Ledger = Mapping[str, Mapping[str, Given]]  # by controller, and "turns" or "presses"


def read(path: Path = FILE) -> Ledger:
    """Return what was given."""
    found: Ledger = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def text(ledger: Ledger) -> str:
    """Return the file that holds what was given."""
    return HEAD + tomli_w.dumps(ledger)


def more(given: Given, addresses: Sequence[str], controls: Sequence[Control]) -> Given:
    """Return what was given, and the next free number for each address that has none.

    Where all numbers are taken an address stays without.
    """
    new = (address for address in addresses if address not in given)
    taken = set(given.values())
    free = (control.number for control in controls if control.number not in taken)
    return {**given, **dict(zip(new, free, strict=False))}
