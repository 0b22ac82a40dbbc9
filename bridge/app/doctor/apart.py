"""A check in a process of its own: `python -m bridge.app.doctor.apart NAME ORDER`.

A MIDI system that hangs can hold the interpreter for ever, and a model is not for a process that
plays. So each is looked at by a child that is ended when its time is over; it answers with JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from bridge.app.doctor.finding import Finding, Order, from_json, to_json
from bridge.app.doctor.midi import examine_midi
from bridge.app.doctor.model import examine_model
from bridge.app.doctor.timer import examine_timer

REPORT = "report this, with what antiphon doctor --json says"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a child looks at, how long it may take, and what a child says that took longer."""

    examine: Callable[[Order], list[Finding]]
    seconds: float
    late: Finding


PROBES = {
    "midi": Probe(
        examine_midi, 6.0,
        Finding("ports", "wrong", "the MIDI system does not answer", "start it anew"),
    ),
    "model": Probe(
        examine_model, 6.0,
        Finding("model", "wrong", "it was not loaded within 6 s", "try again on a quieter machine"),
    ),
    "timer": Probe(
        examine_timer, 3.0,
        Finding("timer", "wrong", "this machine hardly wakes us", "end what keeps it busy"),
    ),
}  # fmt: skip


def apart(name: str, seconds: float | None = None) -> Callable[[Order], list[Finding]]:
    """Return the check of a name, to be done in a child that has so many seconds."""
    probe = PROBES[name]

    def examine(order: Order) -> list[Finding]:
        command = [sys.executable, "-m", "bridge.app.doctor.apart", name]
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                [*command, json.dumps(to_json(order))], stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=seconds or probe.seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return [probe.late]
        return read(name, done.stdout, done.stderr)

    return examine


def read(name: str, said: str, complained: str) -> list[Finding]:
    """Return the findings in a child's last line; its last complaint where there is none."""
    try:
        return [Finding(**row) for row in json.loads(said.splitlines()[-1])]
    except (IndexError, TypeError, ValueError):
        last = (complained.strip().splitlines() or ["nothing was said"])[-1]
        return [Finding(name, "wrong", f"the check itself failed: {last}", REPORT)]


def main() -> None:
    """Do one check and say what was found; leave at once, since libjack may not end by itself."""
    name, order = sys.argv[1:]
    found = PROBES[name].examine(from_json(json.loads(order)))
    print(json.dumps([asdict(finding) for finding in found]), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
