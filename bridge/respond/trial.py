"""How long a note takes a model; which of two that are the same is the quicker."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from bridge.core.music import Note
from bridge.respond.continuer import Continuer
from bridge.respond.limits import Limits
from bridge.respond.timeline import USUAL_BAR

HEARD, STEPS = 32, 16  # notes it hears, notes that are timed


def step_times(model: Continuer, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Return the seconds that notes took a warm model, shortest first; it forgets what it heard."""
    rng, limits = np.random.default_rng(0), Limits()
    model.feed([Note(12 * i, 0, 60 + i % 12, 12, 64) for i in range(HEARD)], USUAL_BAR)
    model.next_note(limits, rng)  # it reads what it was fed
    times = []
    for _ in range(STEPS):
        begun = clock()
        model.next_note(limits, rng)
        times.append(clock() - begun)
    model.forget()
    return sorted(times)


def quicker(
    gpu: Continuer, cpu: Continuer, clock: Callable[[], float] = time.perf_counter
) -> Continuer:
    """Return the quicker of a model on a GPU and the same on the CPU; the latter tells why.

    A note of a small model is less work than asking a GPU for it.
    """
    theirs, ours = (1000 * statistics.median(step_times(model, clock)) for model in (gpu, cpu))
    if theirs < ours:
        return gpu
    cpu.provider = f"{cpu.provider} (quicker than {gpu.provider}: {ours:.1f} ms, not {theirs:.1f})"
    return cpu
