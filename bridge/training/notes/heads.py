"""The chain of heads: from one hidden vector to the next note, attribute by attribute.

Shapes: D width; `...` any leading axes. Each head sees the choices before it, shift -> voice ->
pitch -> duration -> velocity (nested sub-decoding, arXiv 2408.01180).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.core.music import TICKS_PER_BEAT as BEAT
from bridge.core.voices import DRUMS
from bridge.respond.steps import LONGEST_BAR, SIZES


class Head(nn.Module):
    """One attribute's logits from the running vector."""

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(dim, eps=1e-6)
        self.inner = nn.Linear(dim, dim, bias=False)
        self.out = nn.Linear(dim, classes, bias=False)

    def forward(self, u: Tensor) -> Tensor:
        return self.out(F.silu(self.inner(self.norm(u))))


class Heads(nn.Module):
    """The chain of heads.

    The shift head adds, to a logit per shift, one for the place in the beat and one for the place
    in the bar where that shift would land, so that the metre need not be learnt per shift.
    """

    ladder: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.shift = Head(dim, SIZES[0] + BEAT + LONGEST_BAR)
        self.voice = Head(dim, SIZES[1])
        self.pitch = Head(dim, SIZES[2])
        self.duration = Head(dim, SIZES[3])
        self.velocity = Head(dim, SIZES[4])
        self.chose_shift = nn.Embedding(SIZES[0], dim)
        self.chose_position = nn.Embedding(LONGEST_BAR, dim)
        self.chose_beat = nn.Embedding(BEAT, dim)
        self.chose_voice = nn.Embedding(SIZES[1], dim)
        self.chose_pitch = nn.Embedding(256, dim)
        self.chose_duration = nn.Embedding(SIZES[3], dim)
        for table in self.children():
            if isinstance(table, nn.Embedding):
                nn.init.normal_(table.weight, std=0.3)
        self.register_buffer("ladder", torch.arange(SIZES[0]), persistent=False)

    def shift_logits(self, h: Tensor, position: Tensor, bar: Tensor) -> Tensor:
        """Return (..., 193) from hidden h (..., D) at a position in a bar (...)."""
        by_shift, by_beat, by_position = self.shift(h).split([SIZES[0], BEAT, LONGEST_BAR], dim=-1)
        landing = (position[..., None] + self.ladder) % bar[..., None]
        return by_shift + by_beat.gather(-1, landing % BEAT) + by_position.gather(-1, landing)

    def forward(
        self, h: Tensor, position: Tensor, bar: Tensor, note: Tensor, landed: Tensor
    ) -> list[Tensor]:
        """Return the five logits for known next notes (..., 5) that landed at `landed` (...)."""
        shift, voice, pitch, duration, _ = note.unbind(-1)
        logits = [self.shift_logits(h, position, bar)]
        u = (
            h
            + self.chose_shift(shift)
            + self.chose_position(landed)
            + self.chose_beat(landed % BEAT)
        )
        logits.append(self.voice(u))
        u = u + self.chose_voice(voice)
        logits.append(self.pitch(u))
        u = u + self.chose_pitch(pitch + 128 * (voice == DRUMS))
        logits.append(self.duration(u))
        u = u + self.chose_duration(duration)
        logits.append(self.velocity(u))
        return logits
