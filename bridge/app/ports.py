"""Opening the player's two ports, and listing what there is to attach to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Protocol

from bridge.app.cables import Patchbay, open_patchbay
from bridge.app.lifeline import Lifeline, sockets
from bridge.core.beat import BeatClock
from bridge.core.devices import choose, names_of
from bridge.core.events import Cables
from bridge.intake.loopback import LoopbackInput, LoopbackOutput
from bridge.intake.port import open_input
from bridge.listen.told import Song
from bridge.send.port import open_output


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

    def __init__(
        self, source: Input, sink: Output, lifeline: Lifeline, patchbay: Patchbay | None = None
    ) -> None:
        self.input = source
        self.output = sink
        self._lifeline = lifeline
        self._patchbay = patchbay

    @property
    def one_cable(self) -> bool:
        """Whether what we send comes straight back, because both ends are the same port."""
        return self.input.name == self.output.name and not isinstance(self.input, LoopbackInput)

    def check(self) -> None:
        """Raise PortError when a port, or all of its system, is gone."""
        self._lifeline.check()
        self.input.check()
        self.output.check()

    def cables(self) -> Cables | None:
        """Return what is connected to us; None where nobody knows."""
        return None if self._patchbay is None else self._patchbay.cables()

    def song(self, bpm: float) -> Song | None:
        """Return what JACK's transport says; `bpm` counts where it has no tempo."""
        return None if self._patchbay is None else self._patchbay.song(bpm)

    def close(self) -> None:
        """Let the last messages out, then close both."""
        self.output.close()
        self.input.close()


def open_loopback(
    line: Callable[[], BeatClock | None], bar_beats: float, log: str | None = None
) -> Ports:
    """Return the pair for machines without a MIDI system; `line` is None while stopped.

    What is sent is written to the file `log`, if one is named.
    """
    return Ports(LoopbackInput(line, bar_beats), LoopbackOutput(log), Lifeline(sockets()))


def open_ports(
    api: str, client: str, source: str | None, sink: str | None, cables: Cables | None = None
) -> Ports:
    """Open both ports: our own, or those whose names contain `source` and `sink`.

    `cables` are those of a player that died; they carry when this returns.
    """
    before = sockets()
    system = choose(api)
    with contextlib.ExitStack() as undo:
        patchbay = open_patchbay(client) if system == "jack" else None
        if patchbay is not None and cables is not None:
            patchbay.await_farewell()
        opened = open_input(system, client, source)
        undo.callback(opened.close)
        output = open_output(system, client, sink)
        undo.pop_all()
    if patchbay is not None:
        patchbay.find_ours()
        if cables is not None:
            patchbay.lay(cables)
    return Ports(opened, output, Lifeline(before), patchbay)


def ports(api: str = "auto") -> dict[str, list[str]]:
    """Return the MIDI system in use and the names one may attach to, by `input` and `output`."""
    if api == "loopback":
        return {"system": [api], "input": [], "output": []}
    system = choose(api)
    return {
        "system": [system],
        "input": names_of("input", system),
        "output": names_of("output", system),
    }
