"""A DAW in a process of its own: sends a MIDI clock exact to the frame, writes down what it gets.

`python daw.py BPM FROM TO` connects its input to the port FROM and its output to TO, sends Start
and ticks, prints each message it receives as `FRAME HEX` and, once its stdin closes, sends Stop
and ends. Frames are counted by JACK; the first tick's is printed as `FRAME start`.
"""

from __future__ import annotations

import sys
import time
from collections import deque

import jack


class Daw:
    """All it does happens in JACK's process cycle; nothing else runs in this process."""

    def __init__(self, bpm: float) -> None:
        self.client = jack.Client("daw", no_start_server=True)
        self.ear = self.client.midi_inports.register("in")
        self.mouth = self.client.midi_outports.register("out")
        self.heard: deque[str] = deque()
        self.step = self.client.samplerate * 60 / bpm / 24  # frames
        self.begin: int | None = None  # frame of the first tick
        self.ticks = 0
        self.stopping = self.stopped = False
        self.client.set_process_callback(self.process)

    def process(self, frames: int) -> None:
        now = self.client.last_frame_time
        for offset, data in self.ear.incoming_midi_events():
            self.heard.append(f"{now + offset} {bytes(data).hex()}")
        self.mouth.clear_buffer()
        if self.begin is None or self.stopped:
            return
        if self.ticks == 0:
            self.mouth.write_midi_event(0, b"\xfa")
        while (at := self.begin + round(self.ticks * self.step)) < now + frames:
            self.mouth.write_midi_event(max(at - now, 0), b"\xf8")
            self.ticks += 1
        if self.stopping:
            self.mouth.write_midi_event(frames - 1, b"\xfc")
            self.stopped = True


def main(bpm: str, from_port: str, to_port: str) -> None:
    daw = Daw(float(bpm))
    with daw.client:
        daw.client.connect(from_port, daw.ear)
        daw.client.connect(daw.mouth, to_port)
        daw.begin = daw.client.last_frame_time + daw.client.blocksize * 4
        print(f"{daw.begin} start", flush=True)
        sys.stdin.read()
        daw.stopping = True
        time.sleep(0.3)  # what the other side sends at Stop is still heard
    print("\n".join(daw.heard))


if __name__ == "__main__":
    main(*sys.argv[1:])
