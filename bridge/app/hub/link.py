"""Ableton Link: tempo, place in the bar, starts and stops of a session on the network.

It lives in the control process, in its asyncio loop, because aalink wants one and keeps a thread of
its own busy (some 1.7 % of a core): the player must have neither. What the player gets is a line,
true at its own second, so that nothing depends on when it arrives. We never set a session's tempo,
unless we are alone in it; Link itself sees to it that whoever joins takes over what is there.

A session that has never been started by anybody with start-stop sync on rolls for us all the time:
most programs share no starts and stops, and there would be nothing to wait for.
"""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import Callable
from typing import Any

from bridge.core.errors import SettingError
from bridge.core.events import Shared
from bridge.core.params import Settings

EVERY = 0.25  # seconds between two reports
GLANCES = 5  # the quickest of so many looks at the beat tells its second best
MISSING = "clock/source cannot be link: aalink is not installed (pip install 'antiphon[link]')"


def check_link(source: str) -> None:
    """Raise SettingError if Link is asked for by name and not installed."""
    if source == "link" and not installed():
        raise SettingError(MISSING)


def installed() -> bool:
    """Whether the package aalink is there."""
    return importlib.util.find_spec("aalink") is not None


class LinkSession:
    """Our seat in the session; `tell` is called with a line whenever there is news."""

    def __init__(self, tell: Callable[[Shared], None]) -> None:
        self._tell = tell
        self._link: Any = None  # an aalink.Link while we are in a session
        self._timer: asyncio.TimerHandle | None = None
        self._started = False  # whether somebody shares starts and stops
        self._source = "auto"  # who conducts
        self._bpm = 0.0  # of our own clock
        self._told = False  # whether somebody follows what we tell

    def follow(self, settings: Settings) -> None:
        """Join or leave as the settings say; keep the length of a bar and, alone, the tempo."""
        self._source = settings.clock_source
        auto = self._source == "auto" and settings.clock_link == "on"
        wanted = auto or self._source == "link"
        if not wanted or not installed():
            self.close()
            return
        if self._link is None:
            self._join(settings.clock_bpm)
        elif not self._link.num_peers and settings.clock_bpm != self._bpm:
            self._link.tempo = settings.clock_bpm
        self._bpm = settings.clock_bpm
        self._link.quantum = settings.meter.bar_beats
        self._report()

    def start(self) -> None:
        """Start the session's song for all who share starts and stops."""
        if self._link is not None:
            self._link.playing = True

    def close(self) -> None:
        """Leave the session, if we are in one."""
        if self._link is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._link.enabled = False
        last = self._shared()
        self._link = self._timer = None
        if self._told:
            self._tell(Shared(last.second, last.beat, last.bpm, last.quantum, last.playing, -1))

    def _join(self, bpm: float) -> None:
        import aalink

        self._started = False
        self._link = aalink.Link(bpm)
        self._link.start_stop_sync_enabled = True
        self._link.set_start_stop_callback(self._note_start)
        for subscribe in (self._link.set_tempo_callback, self._link.set_num_peers_callback):
            subscribe(lambda _: self._report())
        self._link.enabled = True

    def _note_start(self, playing: bool) -> None:  # noqa: FBT001 - as aalink calls it
        self._started = self._started or playing
        self._report()

    def _report(self) -> None:
        """Tell where the session is, and again in a while; alone, only who asked for it hears."""
        if self._link is None:
            return  # a call that was under way when we left
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        shared = self._shared()
        if self._source == "link" or shared.peers:
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._report)
        elif not self._told:
            return
        self._told = self._timer is not None
        self._tell(shared)

    def _shared(self) -> Shared:
        link = self._link
        _, second, beat = min(self._look() for _ in range(GLANCES))
        playing = bool(link.playing) or not self._started
        return Shared(second, beat, link.tempo, link.quantum, playing, link.num_peers)

    def _look(self) -> tuple[float, float, float]:
        """Return how long a look took, the second of its middle, and the beat."""
        before = time.monotonic()
        beat = self._link.beat
        after = time.monotonic()
        return after - before, (before + after) / 2, beat
