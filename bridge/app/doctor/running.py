"""What an Antiphon that plays already knows, so that nothing in its jam is touched."""

from __future__ import annotations

from bridge.app.doctor.finding import Finding, Order
from bridge.app.doctor.midi import FL_ONLY
from bridge.app.doctor.model import judged_model
from bridge.app.doctor.neighbours import Known, examine_live
from bridge.app.engine.pace import Pace
from bridge.app.rolling import ROLLS
from bridge.control.packets import Arguments

DAW_CLOCK = "if the DAW shall lead, switch on clock (Sync) for our port there and press play"


def _words(known: Known, address: str, count: int) -> tuple[str, ...]:
    """Return what is read at an address as text, empty where it is not known."""
    told: Arguments = known.get(address, ())
    return tuple(str(value) for value in (*told, *("",) * count)[:count])


def osc_of(order: Order, known: Known) -> list[Finding]:
    """Tell that an Antiphon answers, and what it is doing."""
    (state,) = _words(known, "state", 1)
    says = f"an Antiphon answers on port {order.osc_port}, {state}; it was asked, not disturbed"
    if state == "starting":
        return [Finding("OSC", "note", says, "ask again when its model is loaded")]
    return [Finding("OSC", "ok", says)]


def midi_of(_order: Order, known: Known) -> list[Finding]:
    """Tell of its ports, its clock and FL's script."""
    hears, plays = _words(known, "midi", 2)
    if hears or plays:
        ports = Finding("ports", "ok", f"it hears {hears!r} and plays {plays!r}")
    else:
        do = "look at its terminal, or wait a moment"
        ports = Finding("ports", "wrong", "it has no MIDI ports", do)
    loop = Finding(
        "loop", "note", "feedback was not tried, since that Antiphon plays",
        "end it and run doctor again, if it seems to answer itself",
    )  # fmt: skip
    (script,) = _words(known, "fl", 1)
    fl = (
        Finding("FL", "ok", script)
        if script
        else Finding("FL", "note", "nothing was heard of FL Studio's script", FL_ONLY)
    )
    return [ports, clock_of(known), loop, fl]


def clock_of(known: Known) -> Finding:
    """Tell who conducts it."""
    source, status, reason = _words(known, "clock", 3)
    rolls, bpm, _beat = _words(known, "transport", 3)
    says = f"{source} conducts ({reason}), {status}, {bpm} BPM"
    if rolls != "playing":
        (wanted,) = _words(known, "clock/source", 1)
        return Finding("clock", "note", says, ROLLS.get(wanted, ROLLS["auto"]))
    if source == "internal":
        return Finding("clock", "note", says, DAW_CLOCK)
    if status == "lost":
        return Finding("clock", "note", says, "see why it no longer sends; the tempo is held")
    return Finding("clock", "ok", says)


def model_of(_order: Order, known: Known) -> list[Finding]:
    """Tell which model plays it, and how punctually."""
    name, provider = _words(known, "device", 2)
    if not name:
        return [Finding("model", "note", "no model is loaded yet", "ask again in a moment")]
    step, slowest = (_seconds(known, "latency", row) for row in (0, 1))
    if not step:
        found = Finding("model", "ok", f"{name} on {provider}; it has drawn no note yet")
    else:
        found = judged_model(name, provider, Pace(step, slowest, slowest))
    return [found, *late_of(known)]


def late_of(known: Known) -> list[Finding]:
    """Tell how its notes fared, if it has played any."""
    told = [int(value) for value in known.get("late", ())]
    if len(told) != 4 or not sum(told):
        return []
    in_time, late, snapped, left_out = told
    says = f"{in_time} notes in time, {late} late, {snapped} snapped, {left_out} left out"
    if 100 * (sum(told) - in_time) <= sum(told):
        return [Finding("notes", "ok", says)]
    return [Finding("notes", "note", says, "end what keeps the processor busy; see timer below")]


def _seconds(known: Known, address: str, row: int) -> float:
    told = known.get(address, ())
    return float(told[row]) / 1000 if len(told) > row else 0.0


def live_of(order: Order, known: Known) -> list[Finding]:
    """Tell of Live, by itself only where that Antiphon does not listen to it."""
    (told,) = _words(known, "live", 1)
    if told:
        return [Finding("Live", "ok", f"AbletonOSC answers: {told}")]
    if known.get("live/follow") == ("on",):
        do = "choose AbletonOSC as a Control Surface in Live, or turn live/follow off"
        return [Finding("Live", "note", "AbletonOSC does not answer, though live/follow is on", do)]
    return examine_live(order)
