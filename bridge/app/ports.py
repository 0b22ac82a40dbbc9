"""Opening the player's two ports, and listing what there is to attach to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bridge.app.lifeline import Lifeline, sockets
from bridge.core.beat import BeatClock
from bridge.core.devices import choose
from bridge.intake.loopback import LoopbackInput, LoopbackOutput
from bridge.intake.port import inputs, open_input
from bridge.send.port import open_output, outputs


class Input(Protocol):
    """Where messages come from; `second` is monotonic."""

    name: str

    def poll(self, now: float) -> list[tuple[float, bytes]]: ...
    def check(self) -> None: ...
    def close(self) -> None: ...


class Output(Protocol):
    """Where messages go."""

    name: str

    def send(self, message: bytes) -> None: ...
    def check(self) -> None: ...
    def close(self) -> None: ...


class Ports:
    """An input and an output of one MIDI system."""

    def __init__(self, source: Input, sink: Output, lifeline: Lifeline) -> None:
        self.input = source
        self.output = sink
        self._lifeline = lifeline

    @property
    def one_cable(self) -> bool:
        """Whether what we send comes straight back, because both ends are the same port."""
        return self.input.name == self.output.name and not isinstance(self.input, LoopbackInput)

    def check(self) -> None:
        """Raise PortError when a port, or all of its system, is gone."""
        self._lifeline.check()
        self.input.check()
        self.output.check()

    def close(self) -> None:
        """Let the last messages out, then close both."""
        self.output.close()
        self.input.close()


def open_loopback(line: Callable[[], BeatClock | None], bar_beats: float) -> Ports:
    """Return the pair for machines without a MIDI system; `line` is None while stopped."""
    return Ports(LoopbackInput(line, bar_beats), LoopbackOutput(), Lifeline(sockets()))


def open_ports(api: str, client: str, source: str | None, sink: str | None) -> Ports:
    """Open both ports: our own, or those whose names contain `source` and `sink`."""
    before = sockets()
    system = choose(api)
    opened = open_input(system, client, source)
    try:
        return Ports(opened, open_output(system, client, sink), Lifeline(before))
    except Exception:
        opened.close()
        raise


def ports(api: str = "auto") -> dict[str, list[str]]:
    """Return the MIDI system in use and the names one may attach to, by `input` and `output`."""
    system = choose(api)
    return {"system": [system], "input": inputs(system), "output": outputs(system)}
