"""Presets in a jam: saved and deleted beside the loop, recalled at the next bar line.

Conventions: lives in control's asyncio loop; seconds are monotonic, beats on the song's timeline.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Protocol

from bridge.app.hub.presets import PresetFolder, told_of_unknown
from bridge.control.preset import Preset
from bridge.control.snapshot import Snapshot
from bridge.core.beat import BeatClock
from bridge.core.errors import SettingError
from bridge.core.params import Settings, Value

#: Seconds before the bar line at which parameters are set: they are there when the bar begins, and
#: a model, which the session itself changes at bar lines, changes at this one.
LEAD = 0.03
LOOK = 0.05  # seconds between looks at a song whose tempo may change
PAST = 0.25  # beats past a bar line that are no jump: we overslept


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot

    def check(self, values: Mapping[str, Value]) -> Settings:
        """Raise BridgeError if one of these values cannot be."""

    def recall(self, values: Mapping[str, Value]) -> None:
        """Set parameters in one step, by hand, and tell all surfaces."""

    def know(self, **news: Any) -> None:
        """Change what the snapshot says."""

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed."""


class Recall:
    """Does what surfaces ask for with presets; every deed ends when it is done."""

    def __init__(self, host: Host, folder: Path) -> None:
        self._host = host
        self._folder = PresetFolder(folder)
        self._turn = asyncio.Lock()  # a preset that is saved and then loaded is there
        self._asked = 0

    def names(self) -> tuple[str, ...]:
        """Return the names of all presets."""
        return self._folder.names()

    def save(self, name: str) -> Coroutine[Any, Any, None]:
        """Keep the settings of this very moment."""
        return self._save(name, self._host.snapshot.settings)

    async def _save(self, name: str, settings: Settings) -> None:
        async with self._turn:
            await asyncio.to_thread(self._folder.write, name, settings)
        self._host.know(preset=Preset(name, settings))

    async def load(self, name: str) -> None:
        """Recall a preset: at the next bar line of a song that plays, else at once.

        Of several that are asked for within a bar the last one counts.
        """
        self._asked += 1
        mine = self._asked
        async with self._turn:
            values, unknown = await asyncio.to_thread(self._folder.read, name)
        self._host.check(values)
        if unknown:
            self._host.complain(SettingError.exit_code, told_of_unknown(name, unknown))
        await bar_line(self._host)
        if mine != self._asked:
            return
        now = self._host.snapshot.settings
        self._host.recall({n: value for n, value in values.items() if value != getattr(now, n)})
        self._host.know(preset=Preset(name, self._host.snapshot.settings))

    async def delete(self, name: str) -> None:
        """Delete a preset; what it has set stays."""
        async with self._turn:
            await asyncio.to_thread(self._folder.delete, name)
        preset = self._host.snapshot.preset
        if preset and preset.name == name:
            self._host.know(preset=None)


class Watched(Protocol):
    """Whoever knows where the song is."""

    snapshot: Snapshot


async def bar_line(watched: Watched) -> None:
    """Wait until just before the next bar line; not at all where no song plays."""
    target: float | None = None
    while (pulse := watched.snapshot.pulse) is not None and pulse.playing:
        line, bar = BeatClock(pulse.second, pulse.beat, pulse.bpm), watched.snapshot.meter.bar_beats
        now = time.monotonic()
        beat = line.beat_at(now)
        if target is None or not target - bar <= beat <= target + PAST:  # the song moved
            target = (math.floor(beat / bar) + 1) * bar
        wait = line.second_at(target) - LEAD - now
        if wait <= 0:
            return
        await asyncio.sleep(min(wait, LOOK))
