"""What bound knobs, faders and buttons turn is shown on them: rings, lamps, motors follow.

Conventions: lives in control's asyncio loop; seconds are its own (monotonic). Nobody says what a
controller shows, so it is told again now and then: one that was plugged in since knows nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from typing import Protocol

from bridge.control.bindings import Touch
from bridge.control.snapshot import Snapshot
from bridge.core.events import Cables, Hello, Message, Mirrored
from bridge.core.params import BY_ADDRESS
from bridge.desk.cc_map import value_at
from bridge.desk.controllers import Controller
from bridge.desk.lamps import is_knob, shown, status

PERIOD = 0.02  # seconds between two tellings: 50 values a second for each control
MOST = 16  # controls told at once: 800 messages a second, fewer than a MIDI cable carries
HAND = 0.5  # seconds for which a knob is left alone after a hand has moved it
AGAIN = 10.0  # seconds after which everything is told again


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot


class Mirror:
    """Knows what each bound control shows; tells what has changed."""

    def __init__(
        self, host: Host, send: Callable[[Mirrored], None], controller: Controller
    ) -> None:
        """`controller` says how the lamps on its channel are lit."""
        self._host = host
        self._send = send
        self._controller = controller
        self._bound: dict[Touch, str] = {}
        self._shown: dict[Touch, int] = {}  # what each control shows, as far as we know
        self._moved: dict[Touch, float] = {}  # when a hand last moved each knob
        self._looked: tuple[object, str] = (None, "")  # settings and state
        self._loop = asyncio.get_running_loop()
        self._soon: asyncio.TimerHandle | None = None
        self._later: asyncio.TimerHandle | None = None

    def bind(self, bound: Mapping[Touch, str]) -> None:
        """Show other things from now on; what is bound no more goes dark."""
        for touch in self._bound.keys() - bound.keys():
            self._darken(touch, self._bound[touch])
        self._bound = dict(bound)
        self.again()

    def again(self) -> None:
        """Tell everything again, soon."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._shown.clear()
        if self._bound:
            self._later = self._loop.call_later(AGAIN, self.again)
            self._wake()

    def hear(self, message: Message) -> None:
        """Tell everything to a player that begins, and to a controller that is cabled."""
        match message:
            case Hello("player") | Cables():
                self.again()

    def look(self) -> None:
        """Tell, soon, what the snapshot has changed."""
        snapshot = self._host.snapshot
        settings, state = self._looked
        if settings is not snapshot.settings or state != snapshot.status.state:
            self._looked = (snapshot.settings, snapshot.status.state)
            self._wake()

    def touched(self, touch: Touch, data: int) -> None:
        """Note that a hand has moved a control: a knob shows that, a button may show anything."""
        if is_knob(touch, self._bound.get(touch, "")):
            self._shown[touch] = data
            self._moved[touch] = self._loop.time()
        else:
            self._shown.pop(touch, None)
        self._wake()

    def close(self) -> None:
        """Tell nothing any more; the player puts the lamps out when it leaves."""
        self._bound = {}
        for timer in (self._soon, self._later):
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._soon is None and self._bound:
            self._soon = self._loop.call_later(PERIOD, self._tell)

    def _tell(self) -> None:
        self._soon = None
        rows, now = list[tuple[int, int, int, int]](), self._loop.time()
        for touch, address in list(self._bound.items()):
            shows = shown(touch, address, self._host.snapshot, self._controller)
            if self._agrees(touch, address, shows.data):
                continue
            if len(rows) == MOST or now - self._moved.get(touch, -math.inf) < HAND:
                self._wake()
                continue
            rows.append((status(touch), touch.number, *shows))
            self._shown[touch] = shows.data
            self._bound[touch] = self._bound.pop(touch)  # told last, next time it waits its turn
        if rows:
            self._send(Mirrored(tuple(rows)))

    def _agrees(self, touch: Touch, address: str, data: int) -> bool:
        """Tell whether a control shows what it should; a knob may stand anywhere in its value."""
        stands = self._shown.get(touch)
        if stands is None or stands == data:
            return stands is not None
        row = BY_ADDRESS.get(address)
        if row is None or not is_knob(touch, address):
            return False
        return bool(value_at(row, stands) == getattr(self._host.snapshot.settings, row.name))

    def _darken(self, touch: Touch, address: str) -> None:
        off = shown(touch, address, self._host.snapshot, self._controller).off
        if off >= 0:
            self._send(Mirrored(((status(touch), touch.number, off, off),)))
