"""A JACK client that says a message over and over: `python says.py HEX TO`, until stdin closes."""

from __future__ import annotations

import sys

import jack

EVERY = 40  # cycles


def main(message: str, to_port: str) -> None:
    client = jack.Client("says", no_start_server=True)
    mouth = client.midi_outports.register("out")
    cycles = 0

    def process(_frames: int) -> None:
        nonlocal cycles
        cycles += 1
        mouth.clear_buffer()
        if cycles % EVERY == 0:
            mouth.write_midi_event(0, bytes.fromhex(message))

    client.set_process_callback(process)
    with client:
        client.connect(mouth, to_port)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
