"""The two note-step networks: a Transformer on musical time and an LSTM, with the same heads.

Shapes: B rows, T steps, D width, W places of what may be asked for.
Each network maps steps to one hidden vector a step, `trunk(...) -> (B, T, D)`; the heads turn it
into the next note by a chain, shift -> voice -> pitch -> duration -> velocity, in which each sees
the choices before it (nested sub-decoding, arXiv 2408.01180).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.core.music import TICKS_PER_BEAT as BEAT
from bridge.core.voices import DRUMS
from bridge.respond.rotary import NOTE_PERIODS
from bridge.respond.steps import LONGEST_BAR, LONGEST_SHIFT, SIZES
from bridge.training.notes.heads import Heads
from bridge.training.transformer import Block, rotary_frequencies

#: Rows of the one table into which all inputs of a step are looked up, and where each begins.
INPUT_ROWS = {
    "shift": LONGEST_SHIFT + 1,
    "voice": SIZES[1] + 1,  # and START
    "pitch": 256,  # drums have rows of their own
    "duration": SIZES[3] + 1,  # and unknown
    "velocity": SIZES[4] + 1,  # and unknown
    "position": LONGEST_BAR,
    "beat": BEAT,
    "bar": LONGEST_BAR // 6 + 1,
}


def offsets(rows: dict[str, int]) -> dict[str, int]:
    """Return where each block of rows begins in its table."""
    starts, total = {}, 0
    for name, count in rows.items():
        starts[name] = total
        total += count
    return starts


INPUT_AT = offsets(INPUT_ROWS)

TABLE_TICKS = 8192  # the angle table, and so a context, spans this many ticks


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network."""

    family: str  # note-transformer or note-lstm
    dim: int
    layers: int
    heads: int = 4
    kv_heads: int = 2
    hidden: int = 512  # of the feed-forward layers
    dropout: float = 0.1
    wishes: int = 0  # places in the vector of what is asked for; 0 where nothing can be

    def as_dict(self) -> dict[str, Any]:
        """Return the sizes as plain values, for a checkpoint or a card."""
        return asdict(self)


class Inputs(nn.Module):
    """All that is known of a step, looked up in one table and summed."""

    def __init__(self, dim: int, wishes: int) -> None:
        super().__init__()
        self.table = nn.Embedding(sum(INPUT_ROWS.values()), dim)
        nn.init.normal_(self.table.weight, std=0.3 / math.sqrt(len(INPUT_ROWS)))
        self.wishes = nn.Linear(wishes, dim, bias=False) if wishes else None
        if self.wishes is not None:
            nn.init.zeros_(self.wishes.weight)

    def forward(self, steps: Tensor, wish: Tensor | None) -> Tensor:
        shift, voice, pitch, duration, velocity, position, bar, _ = steps.unbind(-1)
        rows = torch.stack(
            [
                INPUT_AT["shift"] + shift,
                INPUT_AT["voice"] + voice,
                INPUT_AT["pitch"] + pitch + 128 * (voice == DRUMS),
                INPUT_AT["duration"] + duration,
                INPUT_AT["velocity"] + velocity,
                INPUT_AT["position"] + position,
                INPUT_AT["beat"] + position % BEAT,
                INPUT_AT["bar"] + bar // 6,
            ],
            dim=-1,
        )
        found = self.table(rows).sum(dim=-2)  # (B, T, D)
        return found if self.wishes is None or wish is None else found + self.wishes(wish)


class TransformerTrunk(nn.Module):
    """Blocks whose rotary angles come from each note's onset in ticks."""

    frequencies: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.inputs = Inputs(shape.dim, shape.wishes)
        self.dropout = nn.Dropout(shape.dropout)
        blocks = [Block(shape) for _ in range(shape.layers)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.RMSNorm(shape.dim, eps=1e-6)
        self.register_buffer(
            "frequencies", rotary_frequencies(shape.dim // shape.heads, NOTE_PERIODS)
        )
        for block in blocks:
            for layer in (block.mix, block.down):
                nn.init.normal_(layer.weight, std=0.5 / math.sqrt(shape.dim * 2 * shape.layers))

    def forward(
        self,
        steps: Tensor,
        document: Tensor | None = None,
        cache: list[list[Tensor]] | None = None,
        wish: Tensor | None = None,
    ) -> Tensor:
        """Return hidden vectors (B, T, D) of steps (B, T, 8) as `bridge.respond.steps` has them.

        `document` (B, T) keeps pieces that share a row apart, `wish` (B, T, W) is what is asked of
        each next note.
        """
        x = self.dropout(self.inputs(steps, wish))
        angle = steps[:, None, :, 7:].float() * self.frequencies
        angles = (angle.cos(), angle.sin())
        mask = None
        if document is not None:
            count = steps.shape[1]
            causal = torch.ones(count, count, dtype=torch.bool, device=steps.device).tril()
            mask = (document[:, None, :, None] == document[:, None, None, :]) & causal
        for index, block in enumerate(self.blocks):
            x = block(x, angles, mask, None if cache is None else cache[index])
        return self.norm(x)


class LstmTrunk(nn.Module):
    """Stacked LSTM layers; pieces that share a row are told apart by their START step."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.inputs = Inputs(shape.dim, shape.wishes)
        self.lstm = nn.LSTM(
            shape.dim, shape.dim, shape.layers, batch_first=True, dropout=shape.dropout
        )
        self.dropout = nn.Dropout(shape.dropout)
        self.norm = nn.RMSNorm(shape.dim, eps=1e-6)

    def forward(
        self,
        steps: Tensor,
        document: Tensor | None = None,
        cache: list[Tensor] | None = None,
        wish: Tensor | None = None,
    ) -> Tensor:
        """Return hidden vectors as the Transformer does; `cache` holds (h, c) between calls."""
        del document
        x = self.dropout(self.inputs(steps, wish))
        state = (cache[0], cache[1]) if cache else None
        y, (h, c) = self.lstm(x, state)
        if cache is not None:
            cache[:] = [h, c]
        return self.norm(self.dropout(y).float())


class NoteNetwork(nn.Module):
    """A trunk and the heads."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        trunks = {"note-transformer": TransformerTrunk, "note-lstm": LstmTrunk}
        self.trunk = trunks[shape.family](shape)
        self.heads = Heads(shape.dim)

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, 5) for the N steps of a batch that have a next note."""
        document = batch["document"]
        places = torch.stack([batch["position"], batch["bar"], batch["tick"]], dim=-1)
        steps = torch.cat([batch["notes"], places], dim=-1)
        h = self.trunk(steps, document, wish=batch.get("wish"))
        known = (document[:, :-1] == document[:, 1:]) & (document[:, 1:] >= 0)
        target = batch["target"][:, 1:][known]
        logits = self.heads(
            h[:, :-1][known],
            batch["position"][:, :-1][known],
            batch["bar"][:, :-1][known],
            target,
            batch["position"][:, 1:][known],
        )
        nats = [
            F.cross_entropy(row.float(), target[:, i], reduction="none")
            for i, row in enumerate(logits)
        ]
        return torch.stack(nats, dim=-1)
