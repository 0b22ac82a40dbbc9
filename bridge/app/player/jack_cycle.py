"""The process on JACK: `python -m bridge.app.player.jack_cycle --link FD --client NAME`.

Its two ports hear and send to the sample, which needs code in JACK's own cycle. Python there is
safe only where nothing else runs in Python: so this process holds nothing but the cycle. What is
to leave was computed by the player and comes ahead of its time through a socket; a cycle reads
that, takes what is due, and looks at its port. Two clients, as a DAW that plays to us and hears us
would else be part of a loop, which JACK opens by delaying one of its cables by a period.

When the player goes, or on SIGTERM, all keys that are down are released before it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import math
import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from typing import Any

from bridge.core.devices import hushed, own_names
from bridge.core.errors import PortError
from bridge.core.frames import WINDOW, FrameClock
from bridge.core.midi import is_note_on
from bridge.core.parcels import (
    CANCEL,
    LONGEST,
    MESSAGE,
    MISSED,
    RECALL,
    RELEASE,
    Parcel,
    pack,
    unpack,
)
from bridge.schedule.outbox import Outbox

NO_CYCLES = "JACK does not run its cycles, or they are too long to learn its clock from"
SIGN_OF_LIFE = b"\xfe"  # active sensing, which nobody needs here
NO_SERVER = "no JACK server runs; start one, or set JACK_DEFAULT_SERVER to its name"
FAREWELL = 8  # cycles until what was sent last has surely arrived
NEWS_LIMIT = 1 << 17  # bytes that wait for a player that does not read
SETTLES, LONGEST_WAIT = 3.0, 9.0  # seconds until cycles come; until the player (exact.py) gives up
HAIR = 0.001  # seconds: tempo moved a note by no more since it was handed over
HORIZON, LEAST_HORIZON = 3, 0.010  # periods, seconds: how long ahead messages are wanted


class Cycle:
    """Both clients; `play` and `hear` run in JACK's threads, and nothing else runs."""

    def __init__(self, jack: Any, client: str, sock: socket.socket) -> None:
        self.done = threading.Event()
        self.code = 0
        self._sock = sock
        self._outbox = Outbox()
        self._orders, self._news = bytearray(), bytearray()
        self._missed: deque[float] = deque()  # seconds, of note-ons too late for their frame
        self._greeted = self._told_to_end = False
        self._leaving = 0  # cycles since we began to leave
        names = {kind: own_names(kind, "jack", client) for kind in ("input", "output")}
        self._in = jack.Client(names["input"][0], no_start_server=True)
        self._out = jack.Client(names["output"][0], no_start_server=True)
        self._ear = self._in.midi_inports.register(names["input"][1])
        self._mouth = self._out.midi_outports.register(names["output"][1])
        self._clock = FrameClock(self._out.samplerate)
        self._in.set_process_callback(self.hear)
        self._out.set_process_callback(self.play)
        self._in.set_shutdown_callback(lambda *_: self.ask_to_end(PortError.exit_code))
        self._out.set_shutdown_callback(lambda *_: self.end(PortError.exit_code))

    def begin(self) -> None:
        """Let the cycles roll; tell the player what it must know of us, once the time is known."""
        period = self._out.blocksize / self._out.samplerate
        until = time.monotonic() + patience(period)
        self._out.activate()
        self._in.activate()
        while not self._clock.settled:
            if self.done.wait(0.005) or time.monotonic() > until:
                answer(self._sock, {"error": NO_CYCLES})
                self.end(PortError.exit_code)
                return
        horizon = max(HORIZON * period, LEAST_HORIZON)
        words = {"input": self._ear.name, "output": self._mouth.name, "horizon": horizon}
        answer(self._sock, words)
        self._greeted = True

    def ask_to_end(self, code: int = 0) -> None:
        """Let the next cycle release all keys, then end."""
        self.code = code
        self._told_to_end = True

    def end(self, code: int = 0) -> None:
        """Let the main thread end the process."""
        self.code = code
        self.done.set()

    def _leave(self) -> None:
        if not self._leaving:
            self._outbox.recall()
            self._leaving = 1

    def play(self, frames: int) -> None:
        """Send what is due in this cycle."""
        try:
            start = self._clock.cycle(self._out.last_frame_time, time.monotonic())
            self._obey(start)
            self._mouth.clear_buffer()
            for offset, message, missed in self._outbox.take(start, frames):
                self._mouth.write_midi_event(offset, message)
                if missed and is_note_on(message):
                    self._missed.append(missed / self._clock.rate)
        except Exception:  # noqa: BLE001 - JACK would silently drop a client that fails
            self.code = 1
            self._leave()
        if self._leaving:
            self._leaving += 1
            if self._leaving > FAREWELL:
                self.end(self.code)

    def hear(self, _frames: int) -> None:
        """Tell the player what came in this cycle, and what left too late."""
        try:
            self._tell()
        except Exception:  # noqa: BLE001 - as above
            self.ask_to_end(1)

    def _tell(self) -> None:
        start = self._clock.unwrapped(self._in.last_frame_time)
        parcels = [
            Parcel(MESSAGE, self._clock.second_at(start + offset), bytes(data))
            for offset, data in self._ear.incoming_midi_events()
            if 0 < len(data) <= LONGEST and bytes(data) != SIGN_OF_LIFE
        ]
        while self._missed:
            parcels.append(Parcel(MISSED, self._missed.popleft()))
        if not self._greeted or len(self._news) > NEWS_LIMIT:
            return
        for parcel in parcels:
            self._news += pack(parcel)
        # A player that is gone is noticed where it is listened to.
        with contextlib.suppress(OSError):
            while self._news:
                del self._news[: self._sock.send(self._news)]

    def _obey(self, start: int) -> None:
        """Read what was handed over; what is late already is the player's to count."""
        if self._told_to_end:
            self._leave()
        try:
            while chunk := self._sock.recv(65536):
                self._orders += chunk
            self._leave()
        except BlockingIOError:
            pass
        except OSError:
            self._leave()
        for kind, second, message, take in unpack(self._orders):
            if self._leaving:
                return
            if kind == MESSAGE:
                self._outbox.push(max(self._clock.frame_at(second), start), message, take)
            elif kind == CANCEL:
                self._outbox.cancel(take, self._since(second))
            elif kind == RECALL:
                self._outbox.recall()
            elif kind == RELEASE:
                self._outbox.release((message[0] & 0x0F, message[1]))

    def _since(self, second: float) -> float:
        """Return the frame from which on note-ons are taken back."""
        return self._clock.frame_at(second - HAIR) if math.isfinite(second) else second


def patience(period: float) -> float:
    """Return the seconds, of cycles of `period` seconds, in which a clock must settle."""
    return min(WINDOW * period + SETTLES, LONGEST_WAIT)


def answer(sock: socket.socket, words: dict[str, Any]) -> None:
    """Send the player one line, before all parcels."""
    sock.sendall(json.dumps(words).encode() + b"\n")


def main() -> None:
    """Serve one player; never close the clients, which libjack may not survive (app/cables.py)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--link", type=int, required=True)
    parser.add_argument("--client", required=True)
    options = parser.parse_args()
    sock = socket.socket(fileno=options.link)
    try:
        import jack
    except (ImportError, OSError) as error:
        answer(sock, {"error": f"JACK's library cannot be loaded: {error}"})
        sys.exit(PortError.exit_code)
    try:
        with hushed():
            cycle = Cycle(jack, options.client, sock)
    except jack.JackError:
        answer(sock, {"error": NO_SERVER})
        sys.exit(PortError.exit_code)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: cycle.ask_to_end())
    gc.disable()  # a pause would make a cycle late
    sock.settimeout(0)
    cycle.begin()
    cycle.done.wait()
    os._exit(cycle.code)


if __name__ == "__main__":
    main()
