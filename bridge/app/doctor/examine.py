"""The table of checks, and how they are done: beside each other, within ten seconds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from bridge.app.doctor import running
from bridge.app.doctor.apart import REPORT, apart
from bridge.app.doctor.finding import Finding, Order
from bridge.app.doctor.neighbours import Known, ask_antiphon, examine_live, examine_osc
from bridge.app.doctor.web import examine_web, web_of


@dataclass(frozen=True, slots=True)
class Check:
    """A row: what is done when nobody plays, and what an Antiphon that plays is asked."""

    name: str
    help: str
    alone: Callable[[Order], list[Finding]]
    beside: Callable[[Order, Known], list[Finding]]
    lane: int  # checks of one lane wait for each other


CHECKS = (
    Check("OSC", "Is our OSC port free, or who answers there", examine_osc, running.osc_of, 0),
    Check("panel", "Are the ports of panel and OSCQuery free, or whose", examine_web, web_of, 3),
    Check(
        "MIDI", "Are our ports free, does a clock come, is there feedback, does FL's script answer",
        apart("midi"), running.midi_of, 1,
    ),
    Check(
        "model", "Which model plays, where it is computed, how long a note takes",
        apart("model"), running.model_of, 2,
    ),
    Check(
        "timer", "Is the player woken in time, may it go before others",
        apart("timer"), lambda order, _known: apart("timer")(order), 2,
    ),
    Check("Live", "Does AbletonOSC answer", examine_live, running.live_of, 0),
)  # fmt: skip


def examine(order: Order, known: Known | None = None) -> list[Finding]:
    """Return what all checks find, in the table's order; may run in any thread but an event loop's.

    An Antiphon that plays, this process's own too, is asked over OSC and not disturbed; `known` is
    what it would answer, for one that has no OSC port.
    """
    if known is None:
        known = ask_antiphon(order.osc_port)
    lanes = sorted({check.lane for check in CHECKS})
    with ThreadPoolExecutor(len(lanes)) as threads:
        rows = [[row for row in CHECKS if row.lane == lane] for lane in lanes]
        found = dict(chain(*threads.map(lambda lane: _walk(lane, order, known), rows)))
    return list(chain(*(found[check.name] for check in CHECKS)))


def _walk(
    checks: list[Check], order: Order, known: Known | None
) -> list[tuple[str, list[Finding]]]:
    return [(check.name, _one(check, order, known)) for check in checks]


def _one(check: Check, order: Order, known: Known | None) -> list[Finding]:
    """Do one check; one that fails is a finding too, and takes no other with it."""
    try:
        return check.alone(order) if known is None else check.beside(order, known)
    except Exception as error:  # noqa: BLE001 - whatever is wrong here is what was asked for
        says = f"the check itself failed: {type(error).__name__}: {error}"
        return [Finding(check.name, "wrong", says, REPORT)]
