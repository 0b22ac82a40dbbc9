"""The batches of a run, each drawn from dice of its own: number 1,000 is the same after any break.

A GPU learns faster than one process can draw, so that others may draw ahead.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bridge.training.corpus import Batch, Corpus

if TYPE_CHECKING:
    from bridge.training.lesson import Lesson

_drawing: tuple[Lesson, Corpus] | None = None  # what a process of the pool draws from


class Wanted(NamedTuple):
    """Which batch: its number, its rows and the steps of each."""

    number: int
    rows: int
    steps: int


class Batches:
    """Draws batches in order, with `workers` processes ahead of them (0 is none)."""

    def __init__(self, lesson: Lesson, corpus: Corpus, seed: int, workers: int) -> None:
        self._from = (lesson, corpus)
        self._seed = seed
        self._ahead: deque[tuple[Wanted, Future[Batch]]] = deque()
        self._depth = 2 * workers
        self._pool = _pool(self._from, workers) if workers else None

    def take(self, wanted: Wanted) -> Batch:
        """Return a batch; the ones after it, of the same size, are drawn meanwhile."""
        if self._pool is None:
            return _draw(self._from, wanted, self._seed)
        while self._ahead and self._ahead[0][0] != wanted:
            self._ahead.popleft()[1].cancel()
        while len(self._ahead) < self._depth:
            number = self._ahead[-1][0].number + 1 if self._ahead else wanted.number
            order = wanted._replace(number=number)
            self._ahead.append((order, self._pool.submit(_draw_here, order, self._seed)))
        return self._ahead.popleft()[1].result()

    def close(self) -> None:
        """Let the processes go."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _pool(source: tuple[Lesson, Corpus], workers: int) -> ProcessPoolExecutor:
    # Forked, so that the music is in memory once.
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(workers, context, initializer=_inherit, initargs=(source,))


def _inherit(source: tuple[Lesson, Corpus]) -> None:
    global _drawing  # noqa: PLW0603 - a process of the pool has nowhere else to keep it
    _drawing = source


def _draw_here(wanted: Wanted, seed: int) -> Batch:
    assert _drawing is not None
    return _draw(_drawing, wanted, seed)


def _draw(source: tuple[Lesson, Corpus], wanted: Wanted, seed: int) -> Batch:
    lesson, corpus = source
    rng = np.random.default_rng([seed, wanted.number])
    return lesson.draw(corpus, wanted.rows, wanted.steps, rng, vary=True)
