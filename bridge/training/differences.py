"""How far a graph is from the network it was made of, told in the same figures for every family."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def differences(
    name: str, apart: NDArray[np.floating], notes: int, *, counted: slice = slice(None)
) -> dict[str, float]:
    """Return the figures of the graph `name`, `apart` (N, ...) nats from the network.

    `_worst` is the largest difference of a log-probability (nats); `_mean` that of bits per note,
    where of the last axis only some are `counted`.
    """
    return {
        f"{name}_worst": float(np.abs(apart).max()),
        f"{name}_mean": float(apart[..., counted].sum() / max(notes, 1) / math.log(2)),
    }
