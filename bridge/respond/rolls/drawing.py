"""Drawing ahead: frames are drawn until it is known when a note is struck and when it ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.respond.limits import Limits
from bridge.respond.rolls.chances import (
    Chances,
    Waiting,
    allowed,
    any_of,
    lowest_of,
    one_of,
    recalled,
    sigmoid,
)
from bridge.respond.rolls.context import Context
from bridge.respond.rolls.frames import KEYS, NO_KEY, strike

Keys = NDArray[np.bool_]  # (84,)


def same_frame(one: Limits, other: Limits) -> bool:
    """Tell whether a frame drawn under one may be played under the other.

    A lean may have changed since: it does after every note of a style, in the middle of a chord.
    """
    return (
        other.earliest is None
        and (one.voices is other.voices and one.pitches is other.pitches)
        and (one.temperature, one.top_p, one.top_k, one.memory, one.single)
        == (other.temperature, other.top_p, other.top_k, other.memory, other.single)
    )


class Drawing:
    """The end of a context's roll, growing frame by frame; `cell` is drawn next.

    `begin` is the frame and key after which notes are drawn and not heard yet. The memory takes
    them as context until `close`.
    """

    def __init__(
        self, context: Context, limits: Limits, keys: Keys, rng: np.random.Generator
    ) -> None:
        self._context, self._limits, self._keys, self._rng = context, limits, keys, rng
        self._known = len(context.memory)
        self._weighed, self._kept = -1, np.zeros(KEYS)  # the chances of a frame, and which
        self._last, self._key = context.last
        self._waiting = Waiting(context.memory, limits.memory)
        ahead = context.rows[-1].ahead if context.rows else None
        end = context.cell + 1
        if ahead is None or not same_frame(ahead.limits, limits):
            context.drop_ahead()
            self.begin = context.cell + 1, NO_KEY
            self.sounding: Keys = np.zeros(KEYS, bool)
        else:
            self.begin = context.cell, context.rows[-1].key
            if ahead.limits.lean is limits.lean:
                self.sounding = ahead.sounding.copy()
                end = context.cell + len(ahead.frames)
            else:
                self.sounding = context.keep_frame(ahead)
        self.cell = self._last
        self.skip(end)

    def skip(self, cell: int) -> None:
        """Take the frames before `cell` as they stand on the roll."""
        while self.cell < cell:
            keys = np.flatnonzero(self._context.roll[self.cell, :KEYS]).tolist()
            for key in keys:
                if self.cell > self._last or key > self._key:
                    self._struck(key)
            self._passed()
            self.cell += 1

    def extend(self, *, must: bool) -> None:
        """Draw a frame; one that `must` not be silent is not."""
        roll, cell = self._context.roll, self.cell
        struck = self._strike(must=must)
        _, sustains = self._context.foretold(cell)
        ends = self._rng.random(KEYS) >= sigmoid(sustains[int(bool(struck))])
        self.sounding &= ~ends
        self.sounding[struck] = False
        roll[cell, KEYS:][self.sounding] = 1
        for key in struck:
            strike(roll, cell, key, 1)
        self.sounding[struck] = True
        self.cell += 1

    def close(self) -> None:
        """Leave the memory as it was."""
        self._context.memory.unlearn(self._known)

    def _strike(self, *, must: bool) -> list[int]:
        """Draw the keys that are struck in the frame, from the lowest up."""
        chances = self._chances()
        struck: list[int] = []
        while must or self._rng.random() < self._waiting.chance(
            self.cell - self._last, any_of(chances)
        ):
            alone = one_of(chances) if self._limits.single else lowest_of(chances)
            frames, amount = self.cell - self._last, self._limits.memory
            shares = np.cumsum(recalled(self._context.memory, amount, frames, alone))
            key = int(np.searchsorted(shares, self._rng.random() * shares[-1], side="right"))
            key = min(key, int(np.flatnonzero(alone)[-1]))
            struck.append(key)
            self._struck(key)
            chances[: key + 1] = 0
            must = False
            if self._limits.single or not chances.any():
                break
        self._passed()
        return struck

    def _struck(self, key: int) -> None:
        self._context.remember(self.cell - self._last, key, counted=False)
        self._last, self._key = self.cell, key
        self._waiting = Waiting(self._context.memory, self._limits.memory)

    def _passed(self) -> None:
        """Wait on: nothing more is struck in this frame."""
        within = self.cell == self._last and self._key != NO_KEY
        chances = self._chances()
        if within:
            chances[: self._key + 1] = 0
        network = 0.0 if within and self._limits.single else any_of(chances)
        self._waiting.passed(self.cell - self._last, network)

    def _chances(self) -> Chances:
        """Return the chances of the frame that is drawn next, for the caller to change."""
        if self._weighed != self.cell:
            onsets, _ = self._context.foretold(self.cell)
            self._weighed, self._kept = self.cell, allowed(onsets, self._limits, self._keys)
        return self._kept.copy()
