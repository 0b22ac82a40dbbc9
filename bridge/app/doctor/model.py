"""Which model would play, where it is computed, and how long a note takes it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bridge.app.doctor.finding import Finding, Order
from bridge.app.engine.pace import Pace, Stopwatch
from bridge.core.errors import BridgeError
from bridge.core.music import Note

if TYPE_CHECKING:  # whoever only judges loads no numpy
    from bridge.respond.continuer import Continuer

HEARD, STEPS = 32, 16  # notes it hears, notes that are timed
SLOW, TOO_SLOW = 30.0, 125.0  # ms: four voices in sixteenths at 120 BPM; a single line of them
FASTER = "choose a quicker one: antiphon models, then --set model=NAME"


def examine_model(order: Order) -> list[Finding]:
    """Load the model as the engine would, and have it draw some notes."""
    from bridge.respond.cards import load_model
    from bridge.respond.continuer import warmed

    try:
        model = warmed(load_model(order.models, order.model, device=order.device))
    except BridgeError as error:
        return [Finding("model", "wrong", str(error), "antiphon models lists those that can play")]
    return [judged_model(model.name, model.provider, timed(model))]


def timed(model: Continuer) -> Pace:
    """Return how long a note step takes a warm model."""
    import numpy as np

    from bridge.respond.limits import Limits
    from bridge.respond.timeline import USUAL_BAR

    watch, rng, limits = Stopwatch(), np.random.default_rng(0), Limits()
    model.feed([Note(12 * i, 0, 60 + i % 12, 12, 64) for i in range(HEARD)], USUAL_BAR)
    model.next_note(limits, rng)  # it reads what it was fed
    for _ in range(STEPS):
        begun = time.monotonic()
        model.next_note(limits, rng)
        watch.note(time.monotonic() - begun)
    return watch.pace


def judged_model(name: str, provider: str, pace: Pace) -> Finding:
    """Tell whether a model is computed where it was wanted, and quickly enough."""
    median, slowest = 1000 * pace.p50, 1000 * pace.p95
    says = f"{name} on {provider}, {median:.1f} ms a note, 19 of 20 within {slowest:.1f} ms"
    if median > TOO_SLOW:
        return Finding("model", "wrong", says, FASTER)
    if "wanted" in provider:
        return Finding("model", "note", says, "see docs/architecture.md, or take --device cpu")
    if median > SLOW:
        return Finding("model", "note", says, FASTER)
    return Finding("model", "ok", says)
