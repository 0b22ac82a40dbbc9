"""What the player tells the control process, each thing when it differs from what was told last."""

from __future__ import annotations

import math
from dataclasses import replace

from bridge.core.beat import BeatClock
from bridge.core.events import Cables, Late, Met, Metered, Pulse
from bridge.core.wire import Link
from bridge.intake.fl import FlPong, Said
from bridge.listen.transport import Transport
from bridge.schedule.late import Punctuality


class Herald:
    """Remembers what was told."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._pulse: Pulse | None = None
        self._counted = Punctuality()
        self._cables: Cables | None = None
        self._meter = (0, 0)  # as it was last told from outside
        self._fl = ""  # what was told of FL's script

    def pulse(self, transport: Transport, now: float, *, jumped: bool) -> None:
        """Tell of the clock, also on each beat."""
        line, playing = transport.line, transport.playing
        source, status, reason = transport.source, transport.status(now), transport.reason(now)
        pulse = Pulse(
            now, line.beat_at(now), line.bpm, playing, source, status, jumped, reason,
            transport.away,
        )  # fmt: skip
        if jumped or self._pulse is None or _differs(self._pulse, pulse):
            self._pulse = pulse
            self._link.send(pulse)

    def meter(self, meter: tuple[int, int]) -> None:
        """Tell of the meter, beats and unit, where JACK's timebase or FL's script conducts."""
        if meter != self._meter:
            self._meter = meter
            self._link.send(Metered(*meter))

    def met(self, said: Said) -> None:
        """Tell that FL Studio's script is there, and its version once it has said that."""
        if isinstance(said, FlPong):
            text = f"FL Studio's script is there, API version {said.version}"
        else:
            text = self._fl or "FL Studio's script is there"
        if text != self._fl:
            self._fl = text
            self._link.send(Met(text))

    def cables(self, cables: Cables | None) -> None:
        """Tell what is connected to us; None is not known."""
        if cables is not None and cables != self._cables:
            self._cables = cables
            self._link.send(cables)

    def punctuality(self, count: Punctuality, sounding: int) -> None:
        """Tell how note-ons fare."""
        if count == self._counted:
            return
        self._counted = replace(count)
        late, dropped, worst = count.late, count.dropped, count.worst
        self._link.send(Late(count.sent, late, dropped, worst, sounding, count.snapped))


def _differs(told: Pulse, pulse: Pulse) -> bool:
    """Tell whether others must hear of a pulse: a beat has passed, or the line has moved."""
    if (told.playing, told.source, told.status) != (pulse.playing, pulse.source, pulse.status):
        return True
    if (told.reason, told.away) != (pulse.reason, pulse.away):
        return True
    if abs(told.bpm - pulse.bpm) > 0.02:
        return True
    believed = BeatClock(told.second, told.beat, told.bpm).beat_at(pulse.second)
    moved = abs(believed - pulse.beat) > 0.002
    return pulse.playing and (moved or math.floor(told.beat) != math.floor(pulse.beat))
