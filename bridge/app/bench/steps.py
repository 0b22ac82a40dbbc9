"""What all measurements of note steps share: music, a clock, rows of figures, the floor."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from bridge.app.bench.rows import Row

CONTEXTS = (64, 256, 1000)  # steps heard before the measured ones
STEPS, CAPACITY = 16, 1040  # measured in a round; room for the longest context and a round
Step = tuple[int, ...]
T = TypeVar("T")


def music(count: int) -> list[Step]:
    """Return steps of an endless scale in sixteenths, START left out."""
    scale = (60, 62, 63, 65, 67, 68, 70, 72)
    return [(6, 0, scale[i % 8], 4, 10, i * 6 % 96, 96, i * 6) for i in range(count)]


def timed(deed: Callable[[T], object], things: Iterable[T]) -> list[float]:
    """Return the milliseconds that a deed took for each thing."""
    times = []
    for thing in things:
        begun = time.perf_counter()
        deed(thing)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def ratio(
    name: str, above: list[float], below: list[float], *, against: str, least: float = 0.0
) -> Row:
    """Return how many times as long one took as the other, by their medians."""
    found = statistics.median(above) / statistics.median(below)
    goal, holds = (f">= {least:g} x", found >= least) if least else ("", None)
    return Row(name, found, "x", goal=goal, holds=holds, ratio=found, against=against)


class Floor:
    """The least that a step could take: what it reads, at the speed one core reads now.

    The fastest of the ways that were tried is the largest byte of a buffer of the same size.
    """

    def __init__(self, size: int) -> None:
        self.size = size  # bytes
        self._buffer = np.random.default_rng(0).integers(0, 255, size, np.uint8)

    def read(self, _: object = None) -> None:
        """Read as many bytes as a step does."""
        self._buffer.max()
