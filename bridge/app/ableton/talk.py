"""Asking Ableton Live through AbletonOSC, one question after the other, none of them for ever.

Conventions: tracks and slots are counted from 0 here, as AbletonOSC does, and from 1 wherever a
musician reads or types them, as Live does.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from bridge.app.ableton.line import OscLine
from bridge.app.ableton.live import LIVE_PORTS
from bridge.control.packets import Arguments
from bridge.core.errors import PortError
from bridge.core.params import Value

PATIENCE = 3.0  # seconds for an answer: Live looks ten times a second, but a big set is slow
SOME_NAMES = 128  # track names in one answer: the packets of some systems hold 9 kB
NOBODY = (
    "Ableton Live does not answer on port {port}: start Live, and choose AbletonOSC as a Control"
    " Surface in Settings, Link/Tempo/MIDI"
)
TAKEN = (
    "port {port}, to which AbletonOSC answers, is taken: turn live/follow off in an Antiphon that"
    " plays, end other programs that talk to Live"
)


class LiveTalk:
    """A conversation with Live; a context manager."""

    def __init__(self, ports: tuple[int, int] = LIVE_PORTS, patience: float = PATIENCE) -> None:
        """Raise PortError if Live is not there, or its answers would go to another program."""
        self.complaints: list[str] = []  # what AbletonOSC could not do
        self._patience = patience
        asks, hears = ports
        try:
            self._line = OscLine(asks, hears)
        except PortError:
            raise PortError(TAKEN.format(port=hears)) from None
        try:
            self.ask("/live/test")
        except PortError:
            self._line.close()
            raise PortError(NOBODY.format(port=asks)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()

    def tell(self, address: str, *arguments: Value) -> None:
        """Have something done; AbletonOSC does not say whether it was."""
        self._line.send(address, *arguments)

    def ask(self, address: str, *arguments: Value) -> Arguments:
        """Return the arguments of the answer; PortError if none comes in time."""
        self._line.send(address, *arguments)
        until = time.monotonic() + self._patience
        while (heard := self._line.hear(until)) is not None:
            if heard[0] == address:
                return heard[1]
            if heard[0] == "/live/error":
                self.complaints.append(" ".join(str(word) for word in heard[1]))
        why = f"; it says: {self.complaints[-1]}" if self.complaints else ""
        raise PortError(f"Live did not answer {address} within {self._patience:g} s{why}")

    def value(self, address: str, *arguments: Value) -> Value:
        """Return the one value of an answer, which comes after what it is the value of."""
        found = self.ask(address, *arguments)
        if not found:
            raise PortError(f"Live answered {address} with nothing")
        return found[-1]

    def count(self, things: str) -> int:
        """Return how many tracks or scenes there are."""
        return int(self.value(f"/live/song/get/num_{things}"))

    def tracks(self) -> list[str]:
        """Return the names of all tracks."""
        names: list[str] = []
        for first in range(0, count := self.count("tracks"), SOME_NAMES):
            last = min(first + SOME_NAMES, count)
            names += map(str, self.ask("/live/song/get/track_names", first, last))
        return names

    def is_midi(self, track: int) -> bool:
        """Tell whether a track takes MIDI."""
        return bool(self.value("/live/track/get/has_midi_input", track))

    def find(self, name: str, names: Sequence[str]) -> int | None:
        """Return the first MIDI track of a name, whatever the case; None if there is none."""
        for track, there in enumerate(names):
            if there.casefold() == name.casefold() and self.is_midi(track):
                return track
        return None
