"""Opening the player's two ports, and listing what there is to attach to."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Protocol

from bridge.app.player.cables import Patchbay, open_patchbay
from bridge.app.player.lifeline import Lifeline, sockets
from bridge.core.beat import BeatClock
from bridge.core.devices import EXACT, KINDS, choose, names_of
from bridge.core.errors import PortError
from bridge.core.events import Attachable, Cables
from bridge.intake.loopback import LoopbackInput, LoopbackOutput
from bridge.intake.port import InputPort, open_input
from bridge.listen.told import Song
from bridge.send.port import OutputPort, open_output

OURS = "Antiphon"  # in the names of our ports, whichever of us made them


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


class Ahead(Protocol):
    """What an output does besides that takes messages ahead of their time."""

    horizon: float  # seconds before its time that a message is wanted

    def send(self, message: bytes, second: float | None, take: int | None) -> None: ...
    def cancel(self, take: int, since: float) -> None: ...
    def recall(self) -> None: ...
    def release(self, note_off: bytes) -> None: ...
    def take_missed(self) -> list[float]: ...


class Ports:
    """An input and an output of one MIDI system."""

    def __init__(
        self,
        source: Input,
        sink: Output,
        lifeline: Lifeline,
        patchbay: Patchbay | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        """`ahead` is the output where it is one of those."""
        self.input = source
        self.output = sink
        self.horizon = ahead.horizon if ahead else 0.0
        self._lifeline = lifeline
        self._patchbay = patchbay
        self._ahead = ahead

    @property
    def knows_jack(self) -> bool:
        """Whether JACK's transport can be heard."""
        return self._patchbay is not None

    @property
    def one_cable(self) -> bool:
        """Whether what we send comes straight back, because both ends are the same port."""
        return self.input.name == self.output.name and not isinstance(self.input, LoopbackInput)

    def check(self) -> None:
        """Raise PortError when a port, or all of its system, is gone."""
        self._lifeline.check()
        self.input.check()
        self.output.check()
        if self._ahead and self._patchbay:
            self._patchbay.check()

    def hush_inside(self) -> None:
        """Let the musician inside, where there is one, play no more: somebody else does."""
        if isinstance(self.input, LoopbackInput):
            self.input.hush()

    def send(self, message: bytes, second: float | None = None, take: int | None = None) -> None:
        """Send a message at `second`, or now; a note-on may be of answer `take`."""
        if self._ahead:
            self._ahead.send(message, second, take)
        else:
            self.output.send(message)

    def cancel(self, take: int, since: float = -math.inf) -> None:
        """Take back an answer's note-ons, from a second on, that have not left, where one can."""
        if self._ahead:
            self._ahead.cancel(take, since)

    def recall(self) -> None:
        """Take back all that has not left, and let go of all keys, where that can be."""
        if self._ahead:
            self._ahead.recall()

    def release(self, note_off: bytes) -> None:
        """Let go of a key that a player before us may have left down."""
        if self._ahead:
            self._ahead.release(note_off)
        else:
            self.output.send(note_off)

    def take_missed(self) -> list[float]:
        """Return, once, how many seconds late note-ons left that we had sent in time."""
        return self._ahead.take_missed() if self._ahead else []

    def cables(self) -> Cables | None:
        """Return what is connected to us; None where nobody knows."""
        return None if self._patchbay is None else self._patchbay.cables()

    def attachable(self) -> Attachable:
        """Return the ports of others; on JACK some 0.1 ms, and no client comes or goes for it."""
        if self._patchbay is not None:
            found = [self._patchbay.others(kind) for kind in KINDS]
        else:
            found = [_others(port) for port in (self.input, self.output)]
        inputs, outputs = (tuple(name for name in names if OURS not in name) for names in found)
        return Attachable(inputs, outputs)

    def period(self) -> float:
        """Return the seconds of the audio periods whose edges our stamps are of; 0 without any."""
        return 0.0 if self._patchbay is None or self._ahead else self._patchbay.period()

    def song(self, bpm: float) -> Song | None:
        """Return what JACK's transport says; `bpm` counts where it has no tempo."""
        return None if self._patchbay is None else self._patchbay.song(bpm)

    def find_controls(self, cables: Cables | None) -> None:
        """Lay the cables of the port to controllers, now that it is open, as they were."""
        if self._patchbay is not None:
            self._patchbay.find_controls(cables)

    def close(self) -> None:
        """Let the last messages out, then close both."""
        self.output.close()
        self.input.close()


def _others(port: Input | Output) -> list[str]:
    return port.others() if isinstance(port, InputPort | OutputPort) else []


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
    if system == EXACT:
        return _open_exact(client, source, sink, cables)
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
        ear, mouth = patchbay.ours
        opened.name = opened.name if source else ear or opened.name
        output.name = output.name if sink else mouth or output.name
        if cables is not None:
            patchbay.lay(cables)
    return Ports(opened, output, Lifeline(before), patchbay)


def _open_exact(client: str, source: str | None, sink: str | None, cables: Cables | None) -> Ports:
    from bridge.app.player.exact import open_exact

    before = sockets()
    patchbay = open_patchbay(client)
    if patchbay is None:
        raise PortError("jack-exact needs a JACK server and the Python package JACK-Client")
    if cables is not None:
        patchbay.await_farewell()
    ear, mouth = open_exact(client)
    lifeline = Lifeline({*before, ear.fileno()})
    patchbay.find_ours()
    try:
        ear.name = patchbay.attach(source, "input") if source else ear.name
        mouth.name = patchbay.attach(sink, "output") if sink else mouth.name
    except PortError:
        mouth.close()
        raise
    if cables is not None:
        patchbay.lay(cables)
    return Ports(ear, mouth, lifeline, patchbay, mouth)


def ports(api: str = "auto") -> dict[str, list[str]]:
    """Return the MIDI system in use and the names one may attach to, by `input` and `output`."""
    if api == "loopback":
        return {"system": [api], "input": [], "output": []}
    system = choose(api).removesuffix("-exact")
    return {
        "system": [system],
        "input": names_of("input", system),
        "output": names_of("output", system),
    }
