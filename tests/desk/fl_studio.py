"""FL Studio as its controller script sees it: the stubs of its Python, and what the script does."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import channels
import device
import general
import mixer
import pytest
import transport
import ui
from fl_classes import FlMidiMsg

from bridge.desk.fl_script import controller_script


def run(source: str) -> ModuleType:
    module = ModuleType("script")
    exec(compile(source, "script", "exec"), module.__dict__)  # noqa: S102 - FL does the same
    return module


class Studio:
    """FL Studio as the script sees it: two channels, a song that plays, and what it was told."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names = ["Kick", "Antiphon"]
        self.tempo: float = 120_000
        self.playing = True
        self.place = 1000  # ticks, 96 in a beat
        self.played: list[tuple[int, ...]] = []
        self.sent: list[bytes] = []
        self.hints: list[str] = []
        patch.setattr(channels, "channelCount", lambda _all: len(self.names))
        patch.setattr(channels, "getChannelName", lambda index, _all: self.names[index])
        patch.setattr(channels, "midiNoteOn", lambda *note: self.played.append(note))
        patch.setattr(device, "midiOutSysex", self.sent.append)
        patch.setattr(mixer, "getCurrentTempo", lambda: self.tempo)
        patch.setattr(transport, "isPlaying", lambda: self.playing)
        patch.setattr(transport, "getSongPos", lambda _mode: self.place)
        self.meter: float = 4  # quarter notes in a bar
        patch.setattr(general, "getRecPPQ", lambda: 96)
        patch.setattr(general, "getRecPPB", lambda: round(96 * self.meter))
        patch.setattr(ui, "setHintMsg", self.hints.append)
        patch.setattr(general, "getVersion", lambda: 37)
        self.script: Any = run(controller_script())

    def hear(self, *message: int) -> FlMidiMsg:
        event = FlMidiMsg(*message)
        self.script.OnMidiMsg(event)
        return event

    def beat(self, number: float, downbeat: bool = False) -> list[bytes]:  # noqa: FBT001, FBT002
        """Reach a beat of the song; return what the script sends."""
        self.playing, self.place = True, round(96 * number)
        return self._sent(lambda: self.script.OnUpdateBeatIndicator(1 if downbeat else 2))

    def stop(self) -> list[bytes]:
        """Stop after playing; return what the script sends."""
        self.script.OnIdle()
        self.playing = False
        return self._sent(self.script.OnIdle)

    def ask(self, message: bytes) -> list[bytes]:
        """Hear a SysEx message; return what the script answers."""
        return self._sent(lambda: self.script.OnSysEx(FlMidiMsg(list(message))))

    def _sent(self, deed: Callable[[], object]) -> list[bytes]:
        before = len(self.sent)
        deed()
        return self.sent[before:]
