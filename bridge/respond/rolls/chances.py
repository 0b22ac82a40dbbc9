"""From what a network says of each key to chances note by note, with the memory mixed in.

The keys of a frame are independent, so a frame may be told from the lowest struck key up: is
anything struck; which key is the lowest; is anything struck above it; and so on. Told this way, a
roll foretells one note after the other like the note families do, and the product over the notes is
the product over the keys.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.respond.limits import Limits
from bridge.respond.memory import Memory
from bridge.respond.rolls.frames import CELL, KEYS, LOWEST
from bridge.respond.steps import SHIFT, SIZES

NEVER = 1e-9  # nothing is less likely, or more likely than 1 less this

Chances = NDArray[np.float64]  # (84,), one a key


def sigmoid(logits: NDArray[np.floating]) -> Chances:
    """Return chances strictly between 0 and 1."""
    return np.clip(1 / (1 + np.exp(-np.asarray(logits, np.float64))), NEVER, 1 - NEVER)


def allowed(logits: NDArray[np.floating], limits: Limits, keys: NDArray[np.bool_]) -> Chances:
    """Return the chances of the onsets of a frame under limits; 0 for keys outside `keys`.

    Temperature divides the logits and a lean towards pitches adds to them, which alone would change
    how much is played (most chances are far below one half), so they are shifted back to as many
    onsets as before. A density then tells, frame by frame, how much likelier it is to
    wait no longer. `top_k` keeps the likeliest keys; `top_p` the likeliest that together make that
    share of the expected onsets.
    """
    chances = sigmoid(logits) * keys
    lean = limits.lean.pitches[0, LOWEST : LOWEST + KEYS]  # of all tuned voices
    if limits.temperature != 1.0 or lean.any():
        chances = _balanced(chances, limits.temperature, lean)
    # Of a style's rhythm a frame cannot tell: what is said of one shift would hold for all frames.
    if (pace := limits.lean.pace) is not None:
        hurry = float(pace.shifts[CELL] - pace.shifts[2 * CELL])
        played = chances > 0
        odds = chances[played] / (1 - chances[played]) * np.exp(hurry)
        chances[played] = odds / (1 + odds)
    order = np.argsort(-chances, kind="stable")
    if limits.top_k:
        chances[order[limits.top_k :]] = 0
    if limits.top_p < 1.0:
        before = np.cumsum(chances[order]) - chances[order]
        chances[order[before >= limits.top_p * chances.sum()]] = 0
    return chances


def _balanced(chances: Chances, temperature: float, lean: NDArray[np.floating]) -> Chances:
    """Return chances after temperature and lean (84,), with as many expected onsets as before."""
    played = chances > 0
    logits = np.log(chances[played] / (1 - chances[played])) / temperature + lean[played]
    low, high = -60.0, 60.0
    wanted = chances.sum()
    for _ in range(19):  # halving 120 nats: exact to 3e-4
        middle = (low + high) / 2
        expected = sigmoid(logits + middle).sum()
        low, high = (middle, high) if expected < wanted else (low, middle)
    changed = np.zeros(KEYS)
    changed[played] = sigmoid(logits + low)
    return changed


def any_of(chances: Chances) -> float:
    """Return the chance that at least one key is struck."""
    return float(-np.expm1(np.log1p(-chances).sum()))


def lowest_of(chances: Chances) -> Chances:
    """Return, for each key, the chance that it is the lowest one struck, given that one is."""
    silent = np.log1p(-chances)
    first = chances * np.exp(np.cumsum(silent) - silent)
    shares: Chances = first / first.sum()
    return shares


def one_of(chances: Chances) -> Chances:
    """Return, for each key, the chance that it is struck, given that exactly one is."""
    odds = chances / (1 - chances)
    shares: Chances = odds / odds.sum()
    return shares


class Waiting:
    """When the next note comes: network and memory mixed, frame by frame since the last note.

    The mixture is one of whole shifts, so each silent frame shifts the weights of the two towards
    the one that foresaw it. Frame 0 is that of the last note: another key of its chord.
    """

    def __init__(self, memory: Memory, amount: float) -> None:
        shares, trust = memory.shifts()
        self._foreseen = [0.0] * (SIZES[SHIFT] // CELL + 1)  # by frame, already weighted
        for shift, share in shares.items():
            self._foreseen[shift // CELL] += trust * amount * share
        self._remembered = sum(self._foreseen)  # what memory and network still have to give
        self._network = 1.0 - self._remembered

    def chance(self, frame: int, network: float) -> float:
        """Return the chance that it comes in a frame, given that it did not before.

        `network` is what the network alone says.
        """
        return self._network * network + self._at(frame)

    def passed(self, frame: int, network: float) -> None:
        """Learn that it did not come in a frame."""
        self._network *= max(1.0 - network, NEVER)
        self._remembered = max(self._remembered - self._at(frame), 0.0)
        whole = self._network + self._remembered
        self._network /= whole
        self._remembered /= whole
        self._foreseen = [share / whole for share in self._foreseen]

    def _at(self, frame: int) -> float:
        if frame >= len(self._foreseen):
            return 0.0
        return min(self._foreseen[frame], self._remembered)


def recalled(memory: Memory, amount: float, frames: int, network: Chances) -> Chances:
    """Return the chances of the next key after so many frames, network and memory mixed.

    What the network does not allow (0) the memory may not either.
    """
    shares, trust = memory.sounds(min(frames * CELL, SIZES[SHIFT] - 1))
    found = np.zeros(KEYS)
    for symbol, share in shares.items():
        found[symbol - SIZES[SHIFT] - LOWEST] += share
    found *= network > 0
    whole = found.sum()
    if not whole:
        return network
    mixed: Chances = (1 - trust * amount) * network + trust * amount * found / whole
    return mixed
