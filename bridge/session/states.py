"""The states of a jam and what leads from one to another, as a table.

    idle        not taking part; only `start` wakes it
    armed       waiting for the player
    listening   a phrase is being played; the model hears it note by note
    thinking    the phrase is over, the answer is being drawn
    responding  the answer sounds

The session acts on what happened; this table alone says which state follows. What is not in the
table changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

State = Literal["idle", "armed", "listening", "thinking", "responding"]
Happening = Literal[
    "start", "stop", "note", "phrase over", "too short", "answer begins", "answer over", "yield"
]

TABLE: Mapping[State, Mapping[Happening, State]] = {
    "idle": {"start": "armed"},
    "armed": {"note": "listening", "stop": "idle"},
    "listening": {"phrase over": "thinking", "too short": "armed", "stop": "idle"},
    "thinking": {
        "answer begins": "responding",
        "answer over": "armed",
        "yield": "listening",
        "stop": "idle",
    },
    "responding": {"answer over": "armed", "yield": "listening", "stop": "idle"},
}


def follow(state: State, happening: Happening) -> State:
    """Return the state that follows."""
    return TABLE[state].get(happening, state)
