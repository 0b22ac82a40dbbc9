"""How punctual the player is: a real player process, a steady stream of notes, and its trace.

Conventions: beats are quarter notes, seconds monotonic; results are in milliseconds.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bridge.app.hub.child import Child
from bridge.core.beat import BeatClock
from bridge.core.errors import BridgeError, PortError
from bridge.core.events import Fault, Late, Message, Play, Pulse

COMMAND = (sys.executable, "-m", "bridge.app.player.process")
PATIENCE = 10.0  # seconds until the player must have said hello
AHEAD = 2.0  # beats between a note's being sent to the player and its beat
SIXTEENTH = 0.25  # beats
CHORD, LINE = (48, 55, 64), (72, 75, 79, 75)  # pitches: on each beat; one for each sixteenth


def perform(seconds: float, bpm: float, api: str = "loopback") -> tuple[list[float], Late]:
    """Play sixteenths with a chord on each beat.

    Return the seconds by which each note-on left late, and the player's own count.
    """
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        settings = {"clock_bpm": bpm, "clock_source": "internal"}
        config: dict[str, Any] = {"settings": settings, "api": api, "trace": str(trace)}
        child = Child.spawn("player", COMMAND, config)
        try:
            counts = _perform(child, seconds)
            child.ask_to_end()
            child.process.wait(PATIENCE)
        finally:
            child.bury()
        return json.loads(trace.read_text()), counts


def _perform(child: Child, seconds: float) -> Late:
    """Send the notes as an engine would, a little ahead; return the player's own count."""
    line = first_line(child)
    counts = Late(0, 0, 0, 0.0, 0)
    first = math.ceil(line.beat_at(time.monotonic()) + AHEAD)
    end = first + seconds * line.bpm / 60
    step = 0
    while (now := line.beat_at(time.monotonic())) < end + AHEAD:
        while (beat := first + step * SIXTEENTH) < min(now + AHEAD, end):
            for pitch in (LINE[step % 4], *(CHORD if step % 4 == 0 else ())):
                child.link.send(Play(1, beat, 0.8 * SIXTEENTH, 0, pitch, 80))
            step += 1
        for message in receive(child):
            counts = message if isinstance(message, Late) else counts
        time.sleep(0.02)
    return counts


def first_line(child: Child) -> BeatClock:
    """Wait until a player rolls; return the line it plays by."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for message in receive(child):
            if isinstance(message, Pulse) and message.playing:
                return BeatClock(message.second, message.beat, message.bpm)
        time.sleep(0.01)
    raise PortError(f"the player did not roll within {PATIENCE:g} s")


def receive(child: Child) -> list[Message]:
    """Return what a player says; raises the error of one that failed or ended."""
    messages = child.receive()
    for message in messages:
        if isinstance(message, Fault):
            raise PortError(message.text) if message.code == 3 else BridgeError(message.text)
    if child.link.closed:
        raise BridgeError(f"the player ended: {child.story()}")
    return messages
