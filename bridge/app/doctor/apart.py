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
from dataclasses import asdict

from bridge.app.doctor.finding import Finding, Order, from_json, to_json
from bridge.app.doctor.midi import examine_midi
from bridge.app.doctor.model import examine_model
from bridge.app.doctor.timer import examine_timer

#: What can be looked at, and the seconds it may take; `timer` comes after `model`.
PROBES: dict[str, tuple[Callable[[Order], list[Finding]], float]] = {
    "midi": (examine_midi, 6.0),
    "model": (examine_model, 6.0),
    "timer": (examine_timer, 3.0),
}

REPORT = "report this, with what antiphon doctor --json says"


def apart(name: str, seconds: float | None = None) -> Callable[[Order], list[Finding]]:
    """Return the check of a name, to be done in a child that has so many seconds."""
    patience = PROBES[name][1] if seconds is None else seconds

    def examine(order: Order) -> list[Finding]:
        command = [sys.executable, "-m", "bridge.app.doctor.apart", name]
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                [*command, json.dumps(to_json(order))], stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=patience, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            says = f"no answer within {patience:g} s"
            return [Finding(name, "wrong", says, "see what else keeps this machine busy")]
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
    found = PROBES[name][0](from_json(json.loads(order)))
    print(json.dumps([asdict(finding) for finding in found]), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
