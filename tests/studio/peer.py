"""A musician with a recorder: an independent JACK client, run as a process of its own.

It plays notes sample-exactly into `peer:out` and writes down all it hears at `peer:in`. Orders
come as JSON lines on stdin, events go as JSON lines to stdout:

    {"at": "song", "bpm": 120.0, "notes": [[beat, length, pitch, velocity], ...]}
    {"what": "heard", "frame": 48000, "song": 24000, "data": [144, 60, 90]}

Notes count from frame 0 of the song, or, at "now", from this moment; {"at": "mark"} only asks what
time it is. Other events are ready (to play, then for each order), clock (what `peer:clock` hears),
sent, rolling, stopped, xrun and pace. `frame` counts samples since the server began, `song` samples
on the transport; it is null while the transport stands.

Pace tells in `song` by how many samples the wall clock is ahead of JACK's frames: a machine that
stalls makes its sound card slip, and nobody can play in time with that.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from collections import deque
from typing import Any

import jack

NOTE_ON, NOTE_OFF = 0x90, 0x80
LEAD = 2  # periods between an order for now and its first note
WRITE_EVERY = 0.01  # seconds
PACE_EVERY = 32  # cycles

Event = tuple[str, int, int | None, bytes]
Due = deque[tuple[int, bytes]]  # (frame, message) in order


class Peer:
    """The client; `process` runs in JACK's thread, everything else in the main one."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque()
        self.song_due: Due = deque()
        self.now_due: Due = deque()
        self.rolling = False
        self.ahead: list[float] = []  # seconds, of the latest cycles
        self.client = jack.Client("peer", no_start_server=True)
        self.hears = self.client.midi_inports.register("in")
        self.hears_clock = self.client.midi_inports.register("clock")
        self.plays = self.client.midi_outports.register("out")
        self.client.set_process_callback(self.process)
        self.client.set_xrun_callback(self.note_xrun)

    def note_xrun(self, _delay: float) -> None:
        self.events.append(("xrun", self.client.last_frame_time, None, b""))

    def process(self, frames: int) -> None:
        now = self.client.last_frame_time
        state, position = self.client.transport_query_struct()
        rolling = state == jack.ROLLING
        song = position.frame if rolling else None
        if rolling != self.rolling:
            self.rolling = rolling
            self.events.append(("rolling" if rolling else "stopped", now, song, b""))
        for offset, data in self.hears.incoming_midi_events():
            at = None if song is None else song + offset
            self.events.append(("heard", now + offset, at, bytes(data)))
        for offset, data in self.hears_clock.incoming_midi_events():
            at = None if song is None else song + offset
            self.events.append(("clock", now + offset, at, bytes(data)))
        due = _take(self.now_due, now, frames)
        if song is not None:
            due += _take(self.song_due, song, frames)
        self.note_pace(now)
        self.plays.clear_buffer()
        for offset, message in sorted(due, key=lambda event: event[0]):
            self.plays.write_midi_event(offset, message)
            at = None if song is None else song + offset
            self.events.append(("sent", now + offset, at, message))

    def note_pace(self, frame: int) -> None:
        self.ahead.append(time.monotonic() - frame / self.client.samplerate)
        if len(self.ahead) == PACE_EVERY:
            # The least is the cycle that JACK woke us for with the least delay.
            lead = round(min(self.ahead) * self.client.samplerate)
            self.events.append(("pace", frame, lead, b""))
            self.ahead.clear()

    def obey(self, order: dict[str, Any]) -> None:
        if order["at"] != "mark":
            self.learn(order)
        self.events.append(("ready", self.client.frame_time, None, b""))

    def learn(self, order: dict[str, Any]) -> None:
        per_beat = self.client.samplerate * 60 / order["bpm"]
        rows: list[tuple[int, bytes]] = []
        for beat, length, pitch, velocity in order["notes"]:
            rows.append((round(beat * per_beat), bytes((NOTE_ON, pitch, velocity))))
            rows.append((round((beat + length) * per_beat), bytes((NOTE_OFF, pitch, 0))))
        rows.sort()  # at one frame a release (0x80) comes before a strike (0x90)
        if order["at"] == "song":
            self.song_due = deque(rows)
        else:
            begin = self.client.frame_time + LEAD * self.client.blocksize
            self.now_due = deque((begin + frame, message) for frame, message in rows)

    def listen_to_orders(self) -> None:
        self.events.append(("ready", self.client.frame_time, None, b""))
        for line in sys.stdin:
            self.obey(json.loads(line))

    def write_down(self) -> None:
        while self.events:
            what, frame, song, data = self.events.popleft()
            line = {"what": what, "frame": frame, "song": song, "data": list(data)}
            sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _take(due: Due, start: int, frames: int) -> list[tuple[int, bytes]]:
    """Take what falls into a cycle as (offset, message); what was missed comes at once."""
    taken = []
    while due and due[0][0] < start + frames:
        frame, message = due.popleft()
        taken.append((max(0, frame - start), message))
    return taken


def main() -> None:
    """Play and record until stdin is closed."""
    gc.disable()  # a pause would make a cycle late
    peer = Peer()
    peer.client.activate()
    orders = threading.Thread(target=peer.listen_to_orders)
    orders.start()
    while orders.is_alive():
        time.sleep(WRITE_EVERY)
        peer.write_down()
    peer.client.deactivate()
    peer.write_down()
    peer.client.close()


if __name__ == "__main__":
    main()
