"""The networks in torch eager mode, one note a call: what the exported graphs are held against.

It does what a step graph does: read a step with the cache of all before, then draw five attributes
with nucleus sampling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from bridge.core.music import TICKS_PER_BEAT as BEAT
from bridge.core.voices import DRUMS
from bridge.training.notes.network import NoteNetwork, Shape


class EagerStepper:
    """One row of music under a torch network with its cache."""

    def __init__(self, network: NoteNetwork, temperature: float = 1.0, top_p: float = 0.95) -> None:
        self.network = network.eval()
        self.temperature, self.top_p = temperature, top_p
        transformer = network.shape.family == "note-transformer"
        self._cache: list[Any] = [[] for _ in range(network.shape.layers)] if transformer else []

    @torch.no_grad()
    def hear(self, rows: Sequence[tuple[int, ...]]) -> None:
        """Fill the cache with rows at once, from anew; for measuring, each sees those after it."""
        self._cache = [[] for _ in self._cache]
        self.network.trunk(torch.tensor(rows)[None], None, self._cache)

    @torch.no_grad()
    def step(self, row: tuple[int, ...]) -> list[int]:
        """Read one step of eight numbers and draw the next note."""
        steps = torch.tensor(row)[None, None]
        hidden = self.network.trunk(steps, None, self._cache)[:, -1]
        return self._choose(hidden, steps[:, 0, 5], steps[:, 0, 6])

    def _choose(self, h: Tensor, position: Tensor, bar: Tensor) -> list[int]:
        heads = self.network.heads
        shift = self._draw(heads.shift_logits(h, position, bar))
        landed = (position + shift) % bar
        u = h + heads.chose_shift(shift) + heads.chose_position(landed)
        u = u + heads.chose_beat(landed % BEAT)
        voice = self._draw(heads.voice(u))
        u = u + heads.chose_voice(voice)
        pitch = self._draw(heads.pitch(u))
        u = u + heads.chose_pitch(pitch + 128 * (voice == DRUMS))
        duration = self._draw(heads.duration(u))
        u = u + heads.chose_duration(duration)
        velocity = self._draw(heads.velocity(u))
        return [int(x) for x in (shift, voice, pitch, duration, velocity)]

    def _draw(self, logits: Tensor) -> Tensor:
        shares = (logits / self.temperature).softmax(-1)
        best, order = shares.sort(dim=-1, descending=True)
        kept = best.masked_fill(best.cumsum(-1) - best >= self.top_p, 0)
        return order.gather(-1, torch.multinomial(kept, 1))[:, 0]


def stepper_of(shape: dict[str, Any]) -> EagerStepper:
    """Return a stepper of random weights on one thread: speed does not depend on the weights."""
    torch.set_num_threads(1)
    return EagerStepper(NoteNetwork(Shape(**shape)))
