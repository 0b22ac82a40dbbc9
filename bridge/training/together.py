"""Training in several processes at once (torchrun): each takes every n-th row of the same batch.

All draw the same batch from the same dice, and gradients are summed over all notes of the batch, so
that the result is that of one process, note for note.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import torch

# Its functions keep the group of the moment they are imported in as a default. Imported later, as
# the optimiser does, they would hold ours for ever: its threads would outlive `leave`, and one
# that drops its last tensor while Python shuts down aborts the process (pytorch issue 190489).
import torch.distributed.nn
from torch import Tensor, distributed, nn

from bridge.training.corpus import Batch


class Together:
    """The processes of a run; alone where torchrun did not start us."""

    def __init__(self, device: str) -> None:
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        if self.size > 1:
            on_gpu = device.startswith("cuda")
            distributed.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo")

    @property
    def first(self) -> bool:
        """Whether this process is the one that measures, tells and keeps."""
        return self.rank == 0

    def share(self, batch: Batch) -> Batch:
        """Return our rows of a batch."""
        return {name: rows[self.rank :: self.size] for name, rows in batch.items()}

    def summed(self, values: Tensor) -> Tensor:
        """Return the sum of everybody's values."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values

    def sum_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Give everybody the sum of all gradients, in one message."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        joined = self.summed(torch.cat([g.flatten() for g in gradients]))
        begin = 0
        for gradient in gradients:
            end = begin + gradient.numel()
            gradient.copy_(joined[begin:end].view_as(gradient))
            begin = end

    def agreed(self, seconds: float, *, stop: bool) -> tuple[float, bool]:
        """Return the first process's clock, and whether it was told to stop.

        Rates and sizes follow the clock everywhere, and none may stop alone.
        """
        if self.size == 1:
            return seconds, stop
        told = torch.tensor([seconds, float(stop)], dtype=torch.float64)
        distributed.broadcast(told, 0)
        return float(told[0]), bool(told[1])

    def leave(self) -> None:
        """Part from the others."""
        if self.size > 1:
            distributed.destroy_process_group()
