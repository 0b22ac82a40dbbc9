"""Which model would play, where it is computed, and how long a note takes it."""

from __future__ import annotations

from bridge.app.doctor.finding import Finding, Order
from bridge.app.engine.pace import Pace
from bridge.core.errors import BridgeError

SLOW, TOO_SLOW = 30.0, 125.0  # ms: four voices in sixteenths at 120 BPM; a single line of them
FASTER = "choose a quicker one: antiphon models, then --set model=NAME"


def examine_model(order: Order) -> list[Finding]:
    """Load the model as the engine would, and have it draw some notes."""
    from bridge.respond.cards import load_model
    from bridge.respond.continuer import warmed
    from bridge.respond.trial import step_times

    try:
        model = warmed(load_model(order.models, order.model, device=order.device))
    except BridgeError as error:
        return [Finding("model", "wrong", str(error), "antiphon models lists those that can play")]
    return [judged_model(model.name, model.provider, Pace.of(step_times(model)))]


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
