"""The two piano-roll networks: convolutions over time and a GRU, and an LSTM.

Shapes: B rows, T frames, D hidden width. A network hears frame t and foretells frame t + 1: the
onsets of 84 keys, each by itself, and, for each key that sounds, whether it sounds on, both for the
case that something is struck in that frame and that nothing is.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.respond.rolls.frames import BAR_CELLS, FRAME, KEYS

BEAT = 4  # frames
SELDOM, MOSTLY = -4.0, 1.5  # logits a network begins with: a key is struck, a key sounds on


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network; with `convolutions` 0 the frames go straight to the LSTM."""

    family: str  # roll-convgru or roll-lstm
    hidden: int
    layers: int = 1
    channels: int = 256
    convolutions: int = 0
    kernel: int = 4  # frames a convolution sees

    def as_dict(self) -> dict[str, Any]:
        """Return the sizes as plain values, for a checkpoint or a card."""
        return asdict(self)


class Convolution(nn.Module):
    """A causal convolution over frames, beside what it was given."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(channels, eps=1e-6)
        self.over = nn.Conv1d(channels, channels, kernel)
        self.before = kernel - 1  # frames of silence on the left

    def forward(self, x: Tensor) -> Tensor:
        y = F.pad(self.norm(x).transpose(1, 2), (self.before, 0))
        return x + F.silu(self.over(y).transpose(1, 2))


class RollNetwork(nn.Module):
    """Inputs, convolutions, a recurrent layer or more, and two heads.

    `window` is how many frames the error is carried back; the state is carried on.
    """

    def __init__(self, shape: Shape, window: int) -> None:
        super().__init__()
        self.shape, self.window = shape, window
        self.frame = nn.Linear(FRAME, shape.channels)
        self.position_table = nn.Embedding(BAR_CELLS, shape.channels)
        self.bar_table = nn.Embedding(BAR_CELLS + 1, shape.channels)
        self.beat_table = nn.Embedding(BEAT, shape.channels)
        for table in (self.position_table, self.bar_table, self.beat_table):
            nn.init.normal_(table.weight, std=0.3)
        self.convolutions = nn.ModuleList(
            Convolution(shape.channels, shape.kernel) for _ in range(shape.convolutions)
        )
        kind = nn.GRU if shape.family == "roll-convgru" else nn.LSTM
        self.recurrent = kind(shape.channels, shape.hidden, shape.layers, batch_first=True)
        self.norm = nn.RMSNorm(shape.hidden, eps=1e-6)
        self.onsets = nn.Linear(shape.hidden, KEYS)
        self.sustains = nn.Linear(shape.hidden, 2 * KEYS)
        nn.init.constant_(self.onsets.bias, SELDOM)
        nn.init.constant_(self.sustains.bias, MOSTLY)

    def forward(self, roll: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of onsets (B, T, 84) and sustains (B, T, 2, 84) of frames `roll`.

        `roll` (B, T, 168) are the frames themselves, each foretold from those before it; `place`
        (B, T, 2) their places.
        """
        heard = F.pad(roll[:, :-1].float(), (0, 0, 1, 0))
        position, bar = place.unbind(-1)
        x = self.frame(heard) + self.position_table(position)
        x = x + self.bar_table(bar) + self.beat_table(position % BEAT)
        for convolution in self.convolutions:
            x = convolution(x)
        h = self.norm(self._carried(x).float())
        sustains = self.sustains(h).unflatten(-1, (2, KEYS))
        return self.onsets(h).float(), sustains.float()

    def _carried(self, x: Tensor) -> Tensor:
        """Run the recurrent layers over (B, T, C) in windows; return (B, T, D)."""
        state, parts = None, []
        for begin in range(0, x.shape[1], self.window):
            y, state = self.recurrent(x[:, begin : begin + self.window], state)
            many = isinstance(state, tuple)  # of an LSTM
            state = tuple(s.detach() for s in state) if many else state.detach()
            parts.append(y)
        return torch.cat(parts, dim=1)
