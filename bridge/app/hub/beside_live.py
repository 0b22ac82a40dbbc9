"""Ableton Live's part in the jam: its set's tempo, meter and key, its starts, stops and bar lines.

Conventions: lives in control's asyncio loop; seconds are monotonic. Only our own clock and a Link
session are started and stopped for Live, and only our own is told where Live's song is: a MIDI
clock and JACK's transport tell all that themselves, and to the point.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from bridge.app.ableton.live import LiveFollower, LiveSet
from bridge.control.snapshot import Snapshot
from bridge.core.events import Placed
from bridge.core.params import Value

STARTED = ("internal", "link")  # the conductors that start and stop with Live


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot

    def adopt(self, values: Mapping[str, Value]) -> None:
        """Set parameters and tell all surfaces."""

    def order(self, action: str) -> None:
        """Hand an action to the children."""

    def show_live(self, text: str) -> None:
        """Show what is known of Live."""


class BesideLive:
    """Hears Live, and obeys it as soon as there is somebody to play."""

    def __init__(
        self, host: Host, tell_player: Callable[[Placed], None], ports: tuple[int, int]
    ) -> None:
        """`ports` are where AbletonOSC hears and where it answers."""
        self._host, self._tell = host, tell_player
        self._follower = LiveFollower(self._hear, self._place, ports)
        self._owed: bool | None = None  # whether Live plays, where nobody could be told yet

    async def open(self) -> None:
        """Begin to ask; PortError if another program hears Live's answers."""
        await self._follower.open()

    def close(self) -> None:
        """Ask no more."""
        self._follower.close()
        self._host.show_live("")

    def catch_up(self) -> None:
        """Obey what Live said while no player was there, now that one is."""
        if self._owed is not None and self._host.snapshot.pulse is not None:
            playing, self._owed = self._owed, None
            self._obey(playing=playing)

    def _hear(self, before: LiveSet, now: LiveSet) -> None:
        asked, settings = before.turns(), self._host.snapshot.settings
        news = {
            name: value
            for name, value in now.turns().items()
            if value != asked.get(name) and value != getattr(settings, name)
        }
        if news:
            self._host.adopt(news)
        if now.playing != before.playing:
            self._owed = now.playing
            self.catch_up()
        self._host.show_live(now.text())

    def _obey(self, *, playing: bool) -> None:
        pulse = self._host.snapshot.pulse
        if pulse is not None and pulse.source in STARTED:
            self._host.order("start" if playing else "stop")

    def _place(self, beat: float) -> None:
        self._tell(Placed(time.monotonic(), beat))
