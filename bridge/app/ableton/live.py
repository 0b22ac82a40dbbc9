"""Ableton Live through AbletonOSC: tempo, meter, key, start and stop of the Live set.

AbletonOSC (a remote script for Live 11 and later) listens on UDP port 11000 of this machine and
answers to 11001. Live runs it every 100 ms, so that it can tell what is, but hardly when: it sets
our parameters as a hand would, starts and stops our own clock, and on each beat is asked where its
song is, so that our bar lines can be where Live's are; it is no clock itself.

Where nobody answers, it asks again now and then and says nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from bridge.control.packets import Arguments, read, unroll, write
from bridge.core.errors import PortError, SettingError
from bridge.core.keys import KEY_NAMES, TONICS

HOST = "127.0.0.1"
LIVE_PORTS = (11000, 11001)  # where AbletonOSC hears, where it answers
KNOCK = 5.0  # seconds between two questions whether it is there
GONE = 3 * KNOCK  # seconds without a word
SONG = "/live/song/get/"
PLACE = f"{SONG}current_song_time"
PROPERTIES = (
    "tempo", "is_playing", "signature_numerator", "signature_denominator", "root_note",
    "scale_name", "beat",
)  # fmt: skip
TEMPI = (20.0, 999.0)  # BPM that Live can have
BEATS, UNITS = range(1, 17), (2, 4, 8, 16)  # of the meters we can have
LATEST = 1e6  # beats: no song has more
#: Live's names of the scales we know; the others leave our key as it is.
SCALES = {
    "Major": "major", "Minor": "minor", "Dorian": "dorian", "Mixolydian": "mixolydian",
    "Harmonic Minor": "harmonic-minor", "Major Pentatonic": "pentatonic",
    "Minor Pentatonic": "minor-pentatonic", "Minor Blues": "blues",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LiveSet:
    """What is known of the set; 0, empty, -1 and None are not known yet."""

    tempo: float = 0.0  # BPM
    playing: bool | None = None
    numerator: int = 0
    denominator: int = 0
    root: int = -1  # 0 is C
    scale: str = ""  # as Live calls it
    beat: float = 0.0  # of the song, when Live last told it

    @property
    def key(self) -> str:
        """The key by our name; empty where we have none."""
        scale = SCALES.get(self.scale)
        key = f"{TONICS[self.root]} {scale}" if scale and 0 <= self.root < 12 else ""
        return key if key in KEY_NAMES else ""

    def turns(self) -> dict[str, float | int | str]:
        """Return the parameters it asks for, as far as they are known."""
        found: dict[str, float | int | str] = {}
        if self.tempo > 0:
            found["clock_bpm"] = self.tempo
        if self.numerator and self.denominator:
            found |= {"meter_beats": self.numerator, "meter_unit": str(self.denominator)}
        if self.key:
            found["key"] = self.key
        return found

    def text(self) -> str:
        """Return it in words."""
        words = [f"{self.tempo:g} BPM"] if self.tempo else []
        if self.numerator and self.denominator:
            words.append(f"{self.numerator}/{self.denominator}")
        if self.scale and 0 <= self.root < 12:
            words.append(f"{TONICS[self.root]} {self.scale}")
        if self.playing is not None:
            words.append(f"playing, beat {self.beat:.0f}" if self.playing else "stopped")
        return ", ".join(words)


def told(known: LiveSet, address: str, arguments: Arguments) -> LiveSet:
    """Return what is known after a message of AbletonOSC; what cannot be changes nothing."""
    name = address.removeprefix(SONG)
    if not arguments or name == address:
        return known
    value = arguments[0]
    if name == "scale_name":
        return replace(known, scale=str(value))
    if isinstance(value, str) or not math.isfinite(value):
        return known
    match name:
        case "tempo" if TEMPI[0] <= value <= TEMPI[1]:
            return replace(known, tempo=round(float(value), 3))
        case "is_playing":
            return replace(known, playing=bool(value))
        case "signature_numerator" if value in BEATS:
            return replace(known, numerator=int(value))
        case "signature_denominator" if value in UNITS:
            return replace(known, denominator=int(value))
        case "root_note" if value in range(12):
            return replace(known, root=int(value))
        case "current_song_time" | "beat" if 0 <= value < LATEST:
            return replace(known, beat=float(value))
    return known


class LiveFollower(asyncio.DatagramProtocol):
    """Asks Live and hands on what changes: `changed(before, now)`.

    `placed(beat)` tells where a song that plays is at this moment.
    """

    def __init__(
        self,
        changed: Callable[[LiveSet, LiveSet], None],
        placed: Callable[[float], None],
        ports: tuple[int, int] = LIVE_PORTS,
    ) -> None:
        """`ports` are where AbletonOSC hears and where it answers."""
        self._changed, self._placed = changed, placed
        self._asks, self._hears = ports
        self._known = LiveSet()
        self._heard = -math.inf  # loop seconds
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Begin to ask; PortError if another program hears Live's answers."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, self._hears))
        except OSError as error:
            raise PortError(
                f"live/follow: port {self._hears}, to which AbletonOSC answers, is taken ({error})"
            ) from None
        self._knock()

    def close(self) -> None:
        """Ask no more."""
        if self._transport is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        for name in PROPERTIES:
            self._send(f"/live/song/stop_listen/{name}")
        self._transport.close()
        self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (called by asyncio)."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def error_received(self, exc: Exception) -> None:
        """Nobody is there (called by asyncio); we shall ask again."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take in what Live says (called by asyncio)."""
        if addr[0] != HOST:
            return
        loop = asyncio.get_running_loop()
        newly = loop.time() - self._heard > GONE
        try:
            messages = [read(message) for _, message in unroll(data, 0.0)]
        except SettingError:
            return  # not for us
        self._heard = loop.time()
        begun = any(address == "/live/startup" for address, _ in messages)
        if newly or begun:
            self._subscribe()
        before = self._known
        for address, arguments in messages:
            self._known = told(self._known, address, arguments)
        if self._known != before:
            self._changed(before, self._known)
        self._find_place(before, [address for address, _ in messages])

    def _find_place(self, before: LiveSet, heard: list[str]) -> None:
        """Hand on where a song that plays is; ask for it where Live told of a beat or a start.

        A beat is told as late as Live's next tick, but a question is answered with the truth.
        """
        now = self._known
        if PLACE in heard:
            if now.playing:
                self._placed(now.beat)
        elif (now.playing, now.beat) != (before.playing, before.beat):
            self._send(PLACE)

    def _knock(self) -> None:
        """Ask whether Live is there; forget one that has long said nothing."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(KNOCK, self._knock)
        before = self._known
        if before != LiveSet() and loop.time() - self._heard > GONE:
            self._known = LiveSet()
            self._changed(before, self._known)
        self._send("/live/test")

    def _subscribe(self) -> None:
        for name in PROPERTIES:
            self._send(f"/live/song/start_listen/{name}")

    def _send(self, address: str) -> None:
        if self._transport is not None:
            self._transport.sendto(write(address, ()), (HOST, self._asks))
