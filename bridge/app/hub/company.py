"""Who else has a say in tempo, meter and key: a Link session, Ableton Live, JACK, tapping fingers.

Conventions: lives in control's asyncio loop; seconds are monotonic. What they say becomes
parameters or actions, so that everything else need not know where it came from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from bridge.app.hub.beside_live import BesideLive
from bridge.app.hub.link import LinkSession
from bridge.app.rolling import ROLLS, starts_by_hand
from bridge.control.snapshot import Snapshot
from bridge.core.errors import PortError, SettingError
from bridge.core.events import Message, Metered, Placed, Pulse, Shared
from bridge.core.params import PARAMS, Settings, Value
from bridge.listen.tap import Taps

OF_LINK = ("clock_source", "clock_link", "clock_bpm", "meter_beats", "meter_unit")


class Host(Protocol):
    """What they need of the hub."""

    snapshot: Snapshot

    def adopt(self, values: Mapping[str, Value]) -> None:
        """Set parameters and tell all surfaces."""

    def order(self, action: str) -> None:
        """Hand an action to the children."""

    def show_live(self, text: str) -> None:
        """Show what is known of Live."""

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed."""


class Company:
    """All of them."""

    def __init__(
        self,
        host: Host,
        tell_player: Callable[[Shared | Placed], None],
        live_ports: tuple[int, int],
    ) -> None:
        self._host, self._tell_player = host, tell_player
        self._link = LinkSession(tell_player)
        self._live_ports = live_ports
        self._live: BesideLive | None = None
        self._opening: asyncio.Task[None] | None = None
        self._taps = Taps()

    async def open(self, settings: Settings) -> None:
        """Join whom the settings name; PortError if Live cannot be heard."""
        if settings.live_follow == "on":
            await self._open_live()
        self._link.follow(settings)

    async def close(self) -> None:
        """Leave them all."""
        if self._opening is not None:
            await asyncio.wait([self._opening])
        self._close_live()
        self._link.close()

    def note(self, name: str, settings: Settings) -> None:
        """Take note of a parameter that was turned."""
        if name in OF_LINK:
            self._link.follow(settings)
        if name == "live_follow":
            if settings.live_follow == "off":
                self._close_live()
            elif self._live is None and self._opening is None:
                self._opening = asyncio.create_task(self._try_live())

    def start(self) -> None:
        """Start the Link session's song, if that is what we play by and it stands.

        Raises SettingError where the song stands, all else has begun, and only others can start it.
        """
        snapshot = self._host.snapshot
        pulse, wanted = snapshot.pulse, snapshot.settings.clock_source
        if pulse is None or pulse.playing:
            return
        if pulse.source == "link":
            self._link.start()
        elif not starts_by_hand(wanted) and snapshot.status.state != "idle":
            raise SettingError(
                f"/jam/start starts no song while clock/source is {wanted}: {ROLLS[wanted]}"
            )

    def tap(self, second: float) -> None:
        """Take a tap of the tempo."""
        bpm = self._taps.tap(second)
        if bpm is not None:
            self._host.adopt({"clock_bpm": round(bpm, 1)})

    def hear(self, message: Message) -> None:
        """Take in what the player says that concerns one of them."""
        match message:
            case Metered():
                self._meter(message)
            case Pulse() if self._live is not None:
                self._live.catch_up()

    def _meter(self, told: Metered) -> None:
        """Take the meter of JACK's timebase or FL Studio's script, if it is one of ours."""
        if str(told.unit) in PARAMS["meter_unit"].knob.choices and 1 <= told.beats <= 16:
            self._host.adopt({"meter_beats": told.beats, "meter_unit": str(told.unit)})

    async def _open_live(self) -> None:
        live = BesideLive(self._host, self._tell_player, self._live_ports)
        await live.open()
        self._live = live

    async def _try_live(self) -> None:
        try:
            await self._open_live()
        except PortError as error:
            self._host.complain(error.exit_code, str(error))
            self._host.adopt({"live_follow": "off"})
        self._opening = None
        if self._host.snapshot.settings.live_follow == "off":
            self._close_live()

    def _close_live(self) -> None:
        if self._live is not None:
            self._live.close()
            self._live = None
