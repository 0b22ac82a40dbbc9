"""`antiphon calibrate`: how long a note takes round a loop, from our output back to our input.

The loop is whatever lies there: a cable, an interface, a track of a DAW. Conventions: seconds are
monotonic, results are in milliseconds.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import asdict, dataclass

from bridge.app.engine.pace import percentile
from bridge.app.player.ports import Ports, open_ports
from bridge.core.errors import PortError, SettingError
from bridge.core.midi import is_note_on, note_off, note_on
from bridge.core.params import PARAMS

PROBE, LOWEST, LOUD = 24, 36, 64  # the pitch that looks for a loop, the first measured, velocity
GONE = 1.0  # seconds after which a note will not come back
GAP, SWAY, TURN = 0.06, 0.02, 0.618  # seconds between notes, never in step with a sound card
PROBES = 0.25  # seconds between two probes
LOOK = 0.0005  # seconds between two looks at the input


@dataclass(frozen=True, slots=True)
class Loop:
    """What was measured; `whole` and `half` are the offsets that may follow from it."""

    output: str
    input: str
    sent: int
    heard: int
    median: float  # ms
    spread: float  # ms from the 5th to the 95th percentile
    whole: float  # ms
    half: float  # ms


def measure(ports: Ports, notes: int, patience: float) -> Loop:
    """Send notes of distinct pitches round the loop; PortError if it is not closed in time."""
    _find_loop(ports, patience)
    trips: list[float] = []
    for k in range(notes):
        pitch = LOWEST + k % (128 - LOWEST)
        if (trip := _trip(ports, pitch, GONE)) is not None:
            trips.append(trip)
        _wait(ports, GAP + SWAY * (k * TURN % 1))
    return judged(ports.output.name, ports.input.name, notes, trips)


def judged(output: str, source: str, sent: int, trips: list[float]) -> Loop:
    """Return what the round trips (seconds) say; raises PortError where there is none."""
    if not trips:
        raise PortError(_not_closed(output, source))
    ordered = sorted(1000 * trip for trip in trips)
    median = statistics.median(ordered)
    spread = percentile(ordered, 0.95) - percentile(ordered, 0.05)
    most = PARAMS["latency_offset"].knob.high
    whole, half = (round(min(share * median, most), 1) for share in (1.0, 0.5))
    return Loop(output, source, sent, len(trips), round(median, 2), round(spread, 2), whole, half)


def told(loop: Loop) -> str:
    """Return in words what was measured, and which offset follows when."""
    return (
        f"{loop.heard} of {loop.sent} notes came back from {loop.output!r} to {loop.input!r}: "
        f"median {loop.median:.2f} ms, spread {loop.spread:.2f} ms\n"
        f"latency_offset={loop.whole:g} where the DAW's MIDI clock leads: it reaches us late by the"
        " way in,\n  and our notes reach the DAW late by the way out: the whole round trip counts\n"
        f"latency_offset={loop.half:g} where we lead, or Link does: only the way out counts,\n"
        "  which is half the round trip if both ways are alike"
    )


def calibrate(
    api: str, source: str, sink: str, *, notes: int, patience: float, as_json: bool
) -> None:
    """Open the ports, measure and print; raises PortError when nothing comes back."""
    if api == "loopback":
        raise SettingError("loopback has no loop to measure: it is a musician, not a cable")
    ports = open_ports(api, "Antiphon", source or None, sink or None)
    try:
        loop = measure(ports, notes, patience)
    finally:
        ports.close()
    print(json.dumps(asdict(loop)) if as_json else told(loop))


def _not_closed(output: str, source: str) -> str:
    return (
        f"nothing came back from {output!r} to {source!r}: connect them while this runs, or name"
        " the two ends of a loop with --output and --input"
    )


def _find_loop(ports: Ports, patience: float) -> None:
    """Return once a probe has come back, and no other is on its way."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        ports.check()
        if _trip(ports, PROBE, PROBES) is not None:
            _wait(ports, PROBES)
            return
    raise PortError(_not_closed(ports.output.name, ports.input.name))


def _trip(ports: Ports, pitch: int, patience: float) -> float | None:
    """Send a note; return the seconds after which it, or one like it, came back."""
    sent = time.monotonic() + ports.horizon
    ports.send(note_on(0, pitch, LOUD), sent)
    try:
        while (now := time.monotonic()) < sent + patience:
            for second, message in ports.input.poll(now):
                if is_note_on(message) and message[1] == pitch:
                    return max(second - sent, 0.0)
            time.sleep(LOOK)
        return None
    finally:
        ports.send(note_off(0, pitch))


def _wait(ports: Ports, seconds: float) -> None:
    """Let time pass; what comes in meanwhile is of no interest."""
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        ports.input.poll(now)
        time.sleep(LOOK)
