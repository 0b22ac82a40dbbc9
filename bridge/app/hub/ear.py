"""Hears which chord sounds, of player and answer together, and says so when it changes.

Conventions: lives in control's asyncio loop; seconds are monotonic. Notes and beats wake it, and a
timer where something is to come by itself: the answer's next note, the end of a chord.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from bridge.control.snapshot import Snapshot
from bridge.core.chords import symbol
from bridge.core.events import Action, Cancel, Heard, Hello, Message, Play, Pulse, Retract
from bridge.core.keys import KEY_NAMES
from bridge.core.midi import is_note_on
from bridge.core.voices import DRUMS, VOICE_NAMES
from bridge.listen.sounding import Sounding


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot

    def know(self, **news: Any) -> None:
        """Change what the snapshot says."""


class Ear:
    """Listens to what the processes say of notes."""

    def __init__(self, host: Host, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._clock = clock
        self._sounding = Sounding()
        self._timer: asyncio.TimerHandle | None = None

    def tell(self, message: Message) -> None:
        """Take note of what one process has said to the others."""
        match message:
            case Heard(_, status, data1, data2) if self._drumming and is_note_on(
                bytes((status, data1, data2))
            ):
                return  # what was held before is let go of
            case Heard() | Play() | Cancel() | Retract() | Pulse() | Action() | Hello():
                self._sounding.key = self._key()
                self._sounding.take(message, self._clock())
                self._say()

    def close(self) -> None:
        """Listen no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _drumming(self) -> bool:
        return self._host.snapshot.settings.voice_player == VOICE_NAMES[DRUMS]

    def _key(self) -> str:
        """Return the key that is asked for, else the one that was heard."""
        asked = self._host.snapshot.settings.key
        return asked if asked in KEY_NAMES else self._host.snapshot.status.key

    def _look(self) -> None:
        self._sounding.look(self._clock())
        self._say()

    def _say(self) -> None:
        chord = self._sounding.chord
        name = symbol(chord, self._sounding.key) if chord else ""
        if name != self._host.snapshot.chord:
            self._host.know(chord=name)
        self.close()
        due = self._sounding.due
        if due is not None:
            wait = max(due - self._clock(), 0.0)
            self._timer = asyncio.get_running_loop().call_later(wait, self._look)
