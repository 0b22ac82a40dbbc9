"""Passages for the tests of measures, written as rows of notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from bridge.evaluation.notes import END, SEAM, Passage, passage
from bridge.respond.steps import duration_class, velocity_class

DRUM = 12  # the row of the drums in VOICES

Sounding = tuple[int, int, int, int, int]  # onset (ticks), voice, pitch, duration (ticks), velocity


def prime(rows: Sequence[Sequence[int]], bar: int = 96) -> Passage:
    """The notes of rows (onset, voice, pitch, duration, velocity) in the first 32 beats."""
    return _passage(rows, bar, (0, SEAM))


def answer(rows: Sequence[Sequence[int]], bar: int = 96) -> Passage:
    """The same 32 beats later: an onset of 0 is the seam."""
    return _passage([(SEAM + row[0], *row[1:]) for row in rows], bar, (SEAM, END))


def _passage(rows: Sequence[Sequence[int]], bar: int, window: tuple[int, int]) -> Passage:
    full = [(*row, *(12, 68)[len(row) - 3 :]) for row in rows]
    notes = [(0, v, p, duration_class(d), velocity_class(loud)) for _, v, p, d, loud in full]
    tick = np.array([row[0] for row in rows], np.int64)
    return passage(np.array(notes, np.int64).reshape(-1, 5), tick, bar, window)


def line(pitches: Sequence[int], step: int = 24, voice: int = 0) -> list[tuple[int, int, int]]:
    """A note every `step` ticks."""
    return [(n * step, voice, pitch) for n, pitch in enumerate(pitches)]


def rows(*, most: int = 40) -> st.SearchStrategy[list[Sounding]]:
    """Any music of four bars."""
    note = st.tuples(
        st.sampled_from(range(0, END - SEAM, 3)),
        st.integers(0, DRUM),
        st.integers(0, 127),
        st.sampled_from((1, 3, 6, 12, 24, 48)),
        st.integers(1, 127),
    )
    return st.lists(note, max_size=most)
