"""What the Transformers of all families are made of.

Shapes: B rows, T steps, D width, H heads, K key/value heads, E = D // H, U steps attended to.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bridge.respond.rotary import frequencies


def rotary_frequencies(size: int, periods: tuple[float, float]) -> Tensor:
    """Return E/2 angular frequencies (E/2,) in radians per tick, or whatever `periods` are in."""
    return torch.from_numpy(frequencies(size, periods))


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate pairs (i, i + E/2) of x (B, H, T, E) by angles (B, 1, T, E/2)."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Grouped-query attention of q (B, H, T, E) over k, v (B, K, U, E); `mask` (B, 1, T, U).

    Spelt out: on a CPU in bfloat16 at a few hundred steps this is 1.6 times as fast as the fused
    kernel, which neither skips masked blocks nor shares keys among heads.
    """
    batch, heads, steps, size = q.shape
    groups = k.shape[1]
    q = q.to(v.dtype).reshape(batch, groups, heads // groups * steps, size)
    scores = (q @ k.to(v.dtype).transpose(-1, -2)) * size**-0.5
    scores = scores.view(batch, groups, heads // groups, steps, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask[:, :, None], -torch.inf)
    shares = scores.softmax(-1).view(batch, groups, heads // groups * steps, -1)
    return (shares @ v).view(batch, heads, steps, size)


class BlockShape(Protocol):
    """What a block must know of a network's sizes."""

    @property
    def dim(self) -> int: ...
    @property
    def heads(self) -> int: ...
    @property
    def kv_heads(self) -> int: ...
    @property
    def hidden(self) -> int: ...
    @property
    def dropout(self) -> float: ...


class Block(nn.Module):
    """Grouped-query attention and SwiGLU, both behind an RMS norm."""

    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        self.heads, self.kv_heads = shape.heads, shape.kv_heads
        self.size = shape.dim // shape.heads
        self.attend_norm = nn.RMSNorm(shape.dim, eps=1e-6)
        self.qkv = nn.Linear(shape.dim, (shape.heads + 2 * shape.kv_heads) * self.size, bias=False)
        self.mix = nn.Linear(shape.dim, shape.dim, bias=False)
        self.feed_norm = nn.RMSNorm(shape.dim, eps=1e-6)
        self.gate_up = nn.Linear(shape.dim, 2 * shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.dim, bias=False)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(
        self,
        x: Tensor,
        angles: tuple[Tensor, Tensor],
        mask: Tensor | None,
        cache: list[Tensor] | None = None,
    ) -> Tensor:
        batch, steps, dim = x.shape
        split = (self.heads * self.size, self.kv_heads * self.size, self.kv_heads * self.size)
        q, k, v = self.qkv(self.attend_norm(x)).split(split, dim=-1)
        q = rotate(q.view(batch, steps, -1, self.size).transpose(1, 2), *angles)
        k = rotate(k.view(batch, steps, -1, self.size).transpose(1, 2), *angles)
        v = v.view(batch, steps, -1, self.size).transpose(1, 2)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
            cache[:] = [k, v]
        y = attention(q, k, v, mask)
        x = x + self.dropout(self.mix(y.transpose(1, 2).reshape(batch, steps, dim)))
        gate, up = self.gate_up(self.feed_norm(x)).chunk(2, dim=-1)
        return x + self.dropout(self.down(F.silu(gate) * up))
