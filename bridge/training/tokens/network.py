"""Networks over tokens: an embedding, a recurrent or Transformer trunk, logits of the next token.

Shapes: B rows, T tokens, V tokens of the alphabet, D width, W places of what may be asked for.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from bridge.respond.rotary import TOKEN_PERIODS
from bridge.respond.steps import LONGEST_BAR
from bridge.training.transformer import Block, rotary_frequencies

NEVER = -1  # target of a position that foretells nothing


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network."""

    family: str
    cell: str  # lstm, gru or transformer
    vocabulary: int
    dim: int
    layers: int
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 512  # of the Transformer's feed-forward layers
    dropout: float = 0.0
    wishes: int = 0  # places in the vector of what is asked for; 0 where nothing can be

    def as_dict(self) -> dict[str, Any]:
        """Return the sizes as plain values, for a checkpoint or a card."""
        return asdict(self)


class TokenNetwork(nn.Module):
    """Foretells the next token from all before it and where they stand in the bar."""

    frequencies: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.table = nn.Embedding(shape.vocabulary, shape.dim)
        self.place_table = nn.Embedding(LONGEST_BAR, shape.dim)
        nn.init.normal_(self.table.weight, std=0.3)
        nn.init.normal_(self.place_table.weight, std=0.1)
        self.wishes = nn.Linear(shape.wishes, shape.dim, bias=False) if shape.wishes else None
        self.dropout = nn.Dropout(shape.dropout)
        if shape.cell == "transformer":
            self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
            self.register_buffer(
                "frequencies", rotary_frequencies(shape.dim // shape.heads, TOKEN_PERIODS)
            )
        else:
            kind = nn.LSTM if shape.cell == "lstm" else nn.GRU
            self.cells = kind(
                shape.dim, shape.dim, shape.layers, batch_first=True, dropout=shape.dropout
            )
        self.norm = nn.RMSNorm(shape.dim, eps=1e-6)
        self.out = nn.Linear(shape.dim, shape.vocabulary, bias=False)

    def forward(self, token: Tensor, place: Tensor, wish: Tensor) -> Tensor:
        """Return logits (B, T, V) of what follows each token (B, T); `wish` (B, T, W)."""
        x = self.table(token) + self.place_table(place)
        if self.wishes is not None:
            x = x + self.wishes(wish)
        x = self.dropout(x)
        if self.shape.cell == "transformer":
            steps = token.shape[1]
            angle = torch.arange(steps, device=token.device)[None, None, :, None] * self.frequencies
            causal = torch.ones(steps, steps, dtype=torch.bool, device=token.device).tril()
            for block in self.blocks:
                x = block(x, (angle.cos(), angle.sin()), causal[None, None])
        else:
            x = self.dropout(self.cells(x)[0].float())
        return self.out(self.norm(x))
