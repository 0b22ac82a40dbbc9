"""How well a real MIDI clock is followed: jack_midi_clock, by both ways in on JACK.

A JACK server without a sound card loses time where a cycle is late, and its clock with it: a
witness on the same server tells of that, and such a run is done again.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bridge.app.bench.clock import BAR, GOALS, row_of
from bridge.app.bench.onsets import WAYS, evidence, witness_at
from bridge.app.bench.rows import Row
from bridge.app.bench.server import COMES_UP, PERIOD, Program, jack_server
from bridge.app.bench.timing import COMMAND, receive
from bridge.app.hub.child import Child
from bridge.core.errors import PortError
from bridge.core.events import Hello, Message, Pulse

PROGRAMS = ("jackd", "jack_lsp", "jack_transport", "jack_midi_clock", "jack_connect")
CLOCK = "jack_midi_clock:mclk_out"
CABLE = ("jack_connect", CLOCK, "Antiphon:from DAW")
TEMPOS = (72.5, 97.5, 120.0, 168.0)  # BPM
TRIES = 5  # runs at a tempo, until JACK is late in none of its cycles


def real(seconds: float, models: Path) -> list[Row]:
    """Measure jack_midi_clock; PortError where it is not there or no JACK server can be started."""
    del seconds, models
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        raise PortError(f"there is no {', '.join(absent)}")
    return [_row(api, way) for api, way in WAYS.items()]


def _row(api: str, way: str) -> Row:
    errors, spoilt = list[float](), 0
    for bpm in TEMPOS:
        for _ in range(TRIES):
            found, late = _read(api, bpm)
            if not late:
                break
            spoilt += 1
        errors.append(abs(found - bpm))
    note = f"period {PERIOD}, at {TEMPOS} BPM; {spoilt} runs in which JACK was late"
    what = f"clock, jack_midi_clock, {way}: tempo error after one bar"
    return row_of(what, "BPM", errors, GOALS[0], note)


def _read(api: str, bpm: float) -> tuple[float, int]:
    """Return the tempo read one bar after jack_midi_clock started, and how often JACK was late."""
    with jack_server() as start:
        transport = start("jack_transport")
        _tell(transport, "activate", "master", f"tempo {bpm}")
        start("jack_midi_clock", "-d", "0.2")
        with _player(api) as child:
            _await(child, lambda message: isinstance(message, Hello))
            done = subprocess.run(CABLE, check=False, capture_output=True)  # noqa: S603 - as it is
            if done.returncode:
                raise PortError("the clock could not be connected to the player")
            with witness_at(CLOCK) as witness:
                _tell(transport, "play")
                found = _await(
                    child, lambda m: isinstance(m, Pulse) and m.playing and m.beat >= BAR
                )
                assert isinstance(found, Pulse)
                return found.bpm, len(evidence(witness).slips)


@contextlib.contextmanager
def _player(api: str) -> Iterator[Child]:
    child = Child.spawn("player", COMMAND, {"api": api, "settings": {"clock_source": "midi"}})
    try:
        yield child
    finally:
        child.ask_to_end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(COMES_UP)
        child.bury()


def _tell(program: Program, *lines: str) -> None:
    assert program.stdin is not None
    program.stdin.write("".join(f"{line}\n" for line in lines).encode())
    program.stdin.flush()


def _await(child: Child, wanted: Callable[[Message], bool]) -> Message:
    until = time.monotonic() + COMES_UP
    while time.monotonic() < until:
        for message in receive(child):
            if wanted(message):
                return message
        time.sleep(0.01)
    raise PortError(f"the player did not get that far within {COMES_UP:g} s: {child.story()}")
