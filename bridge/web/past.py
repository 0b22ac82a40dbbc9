"""The last notes of a jam, for a browser that comes in the middle of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bridge.core.events import Action, Cancel, Heard, Message, Play, Pulse, Retract

KEPT = 400  # lines; a browser shows 64 beats
PANEL = "/panel/"
SILENCE = PANEL + "silence"

Line = tuple[Any, ...]  # address, arguments...


def note_line(message: Message) -> Line | None:
    """Return the line of a message about notes; None for any other."""
    match message:
        case Heard(beat, status, data1, data2):
            return (PANEL + "heard", beat, status, data1, data2)
        case Play(take, beat, length, channel, pitch, velocity):
            return (PANEL + "play", beat, length, channel, pitch, velocity, take)
        case Cancel(take, beat):
            return (PANEL + "cancel", take, beat)
        case Retract(take, beat):
            return (PANEL + "retract", take, beat)
    return None


class Past:
    """What was played on this line of the song; a song that goes back begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lines: deque[Line] = deque(maxlen=KEPT)
        self._pulse: Pulse | None = None

    @property
    def line(self) -> Line:
        """All of it as one line."""
        return (PANEL + "past", list(self._lines))

    def keep(self, message: Message) -> None:
        """Take in what is told to all browsers."""
        match message:
            case Pulse():
                self._follow(message)
            case Action("panic" | "stop"):
                self._fall_silent(self._clock())
            case Heard(_, status) if not self._playing or status & 0xE0 != 0x80:
                pass  # a page draws notes of a song that goes
            case _ if (line := note_line(message)) is not None:
                self._lines.append(line)

    @property
    def _playing(self) -> bool:
        return self._pulse is not None and self._pulse.playing

    def _follow(self, pulse: Pulse) -> None:
        before, self._pulse = self._pulse, pulse
        if before is None or (before.playing == pulse.playing and not pulse.jump):
            return
        if pulse.beat < _beat(before, pulse.second) - 0.5:
            self._lines.clear()
        elif before.playing:
            self._lines.append((SILENCE, _beat(before, pulse.second)))

    def _fall_silent(self, second: float) -> None:
        if self._pulse is not None:
            self._lines.append((SILENCE, _beat(self._pulse, second)))


def _beat(pulse: Pulse, second: float) -> float:
    """Return where the song is at a second, by a pulse before it."""
    if not pulse.playing:
        return pulse.beat
    return pulse.beat + (second - pulse.second) * pulse.bpm / 60
