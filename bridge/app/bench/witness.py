"""A witness on JACK: `python -m bridge.app.bench.witness PORT` writes down what a port sends.

An independent client in a process of its own, which does nothing else. It says `ready`, and once
its stdin closes one JSON object (see Evidence).
"""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import asdict, dataclass, field

from bridge.core.frames import FrameClock

Heard = tuple[int, float, str]  # frame, monotonic second, message in hexadecimal


@dataclass(slots=True)
class Evidence:
    """What was heard; all frames are JACK's, counted without wrapping."""

    rate: int  # frames a second
    period: int  # frames
    heard: list[Heard] = field(default_factory=list)
    slips: list[int] = field(default_factory=list)  # frames at which cycles were late or missing


class Witness:
    """The client; `process` runs in JACK's cycle, and nothing else runs."""

    def __init__(self, port: str) -> None:
        import jack

        self.client = jack.Client("witness", no_start_server=True)
        self.evidence = Evidence(self.client.samplerate, self.client.blocksize)
        self._port = port
        self._clock = FrameClock(self.client.samplerate)
        self._frame = -1  # of the last cycle
        self._ear = self.client.midi_inports.register("in")
        self.client.set_process_callback(self.process)
        self.client.set_xrun_callback(lambda _: self.evidence.slips.append(self._frame))

    def begin(self) -> None:
        """Listen to the port once the time is known."""
        self.client.activate()
        while not self._clock.settled:
            time.sleep(0.01)
        self.client.connect(self._port, self._ear)

    def process(self, frames: int) -> None:
        """Write down one cycle."""
        start = self._clock.cycle(self.client.last_frame_time, time.monotonic())
        if self._frame >= 0 and start != self._frame + frames:
            self.evidence.slips.append(start)
        self._frame = start
        for offset, data in self._ear.incoming_midi_events():
            frame = start + offset
            second = self._clock.second_at(frame)
            self.evidence.heard.append((frame, second, bytes(data).hex()))


def main() -> None:
    """Listen until stdin closes."""
    gc.disable()
    witness = Witness(sys.argv[1])
    witness.begin()
    print("ready", flush=True)
    sys.stdin.read()
    witness.client.deactivate()
    print(json.dumps(asdict(witness.evidence)), flush=True)


if __name__ == "__main__":
    main()
