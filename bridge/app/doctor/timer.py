"""How punctually this machine wakes a player, and whether it may ask for real-time rights."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from bridge.app.doctor.finding import Finding, Order
from bridge.app.engine.pace import percentile
from bridge.app.player.process import hurry

SLEEPS, NAP = 300, 0.003  # how many, and seconds of each: as short as a player's waits
GOOD, BAD = 0.002, 0.020  # seconds at p99: nobody hears it; what counts as late in a jam
RIGHTS = (
    "add your user to a group with 'rtprio 95' in /etc/security/limits.d, often audio or realtime,"
    " and log in again"
)


def examine_timer(_order: Order) -> list[Finding]:
    """Ask for the rights as a player does, then sleep."""
    allowed = hurry()
    return [judged_rights(sys.platform, allowed=allowed), judged_sleeps(lateness())]


def lateness(
    now: Callable[[], float] = time.monotonic, rest: Callable[[float], None] = time.sleep
) -> list[float]:
    """Return by how many seconds each of some short sleeps was too long."""
    late = []
    for _ in range(SLEEPS):
        begun = now()
        rest(NAP)
        late.append(max(now() - begun - NAP, 0.0))
    return late


def judged_sleeps(late: Sequence[float]) -> Finding:
    """Tell whether notes would leave in time."""
    p99, worst = percentile(sorted(late), 0.99), max(late)
    says = (
        f"{len(late)} short sleeps ended {1000 * p99:.2f} ms late at p99,"
        f" {1000 * worst:.1f} ms at worst"
    )
    if p99 <= GOOD:
        return Finding("timer", "ok", says)
    do = (
        "end what keeps the processor busy; real-time rights help"
        if p99 <= BAD
        else ("end what keeps the processor busy: notes would come audibly late")
    )
    return Finding("timer", "note", says, do)


def judged_rights(platform: str, *, allowed: bool) -> Finding:
    """Tell whether the player may go before other programs."""
    if platform in ("darwin", "win32"):
        return Finding("rights", "ok", "real-time rights are not asked for on this system")
    if allowed:
        return Finding("rights", "ok", "SCHED_FIFO is allowed: the player goes before others")
    says = "SCHED_FIFO is not allowed: a busy machine makes notes late by some milliseconds"
    return Finding("rights", "note", says, RIGHTS)
