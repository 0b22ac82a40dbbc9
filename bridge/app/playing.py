"""The player's loop: hear, perform, obey, report, wait.

Conventions: seconds are `time.monotonic()`, beats quarter notes on the song's timeline. One thread
does everything; it waits on the link to the control process until the next message is due, but
looks at the MIDI input every millisecond while there is music, every fifteen while there is none.
"""

from __future__ import annotations

import logging
import math
import select
import time
from collections.abc import Callable

from bridge.app.ports import Ports
from bridge.core import midi
from bridge.core.beat import BeatClock
from bridge.core.errors import BridgeError
from bridge.core.events import (
    Action,
    Alive,
    Cables,
    Cancel,
    Fault,
    Heard,
    Hello,
    Late,
    Message,
    Metered,
    Play,
    Pulse,
    Retract,
    Shared,
    Turned,
)
from bridge.core.params import Settings, change
from bridge.core.wire import Link
from bridge.intake.echo import EchoGuard
from bridge.listen.transport import Transport
from bridge.schedule.performer import Performer, Punctuality

log = logging.getLogger(__name__)

WHO = "player"
BUSY, IDLE = 0.001, 0.015  # seconds between two looks at the input, which stamps by itself
REST = 10.0  # seconds after the last message until we count as idle
LISTEN = 0.02  # seconds between two looks at JACK's transport
GLANCE = 0.1  # seconds between two looks at heartbeat and ports; also on each beat
ALIVE, COUNT = 0.5, 1.0  # seconds between heartbeats; between counts and looks at the ports
LEISURE = 0.01  # seconds without a due note in which to look at the cables, which may take a cycle
MISHAPS = 10  # unexpected errors within a second before giving up
TIMING = (midi.SONG_POSITION, midi.CLOCK, midi.START, midi.CONTINUE, midi.STOP)


class Player:
    """Owns the ports, the clock and the notes that wait and sound."""

    def __init__(self, link: Link, ports: Ports, transport: Transport, settings: Settings) -> None:
        self.trace: list[float] | None = None  # seconds late of each note-on, if wanted
        self._link = link
        self._ports = ports
        self._transport = transport
        self._settings = settings
        self._performer = Performer()
        self._echo = EchoGuard() if ports.one_cable else None
        self._playing = False
        self._told: Pulse | None = None
        self._counted = Punctuality()
        self._cables: Cables | None = None
        self._stirred = self._glance = self._alive = self._count = -math.inf  # seconds
        self._look = self._listen = -math.inf
        self._meter = (0, 0)  # as JACK's timebase last had it

    def run(self, stop: Callable[[], bool]) -> None:
        """Play until told to stop or until the control process is gone."""
        self._link.send(Hello(WHO, self._ports.input.name, self._ports.output.name))
        mishaps: list[float] = []
        while not (stop() or self._link.closed):
            try:
                self._step()
            except BridgeError:
                raise
            except Exception as error:
                # Music goes on after a mistake of ours: another process would have lost its place,
                # and on JACK its connections.
                log.exception("player")
                self._link.send(Fault(WHO, 1, f"{type(error).__name__}: {error}"))
                self._send(self._performer.silence())
                mishaps = [*mishaps[1 - MISHAPS :], time.monotonic()]
                if len(mishaps) == MISHAPS and mishaps[-1] - mishaps[0] < 1:
                    raise

    def leave(self) -> None:
        """Pay all debts and close the ports."""
        try:
            self._send(self._performer.silence())
        except BridgeError:
            log.debug("the port went before the last note-offs")
        self._ports.close()

    def _step(self) -> None:
        readable, _, _ = select.select([self._link], [], [], self._patience())
        now = time.monotonic()
        for second, message in self._ports.input.poll(now):
            self._hear(second, message)
        self._perform()
        if readable:
            self._receive()
        if now >= self._listen and self._transport.minds_jack:
            self._listen = now + LISTEN
            self._attend(now)
        if now >= self._glance:
            self._report(now)
            self._glance = min(now + GLANCE, self._next_beat(now))

    def _patience(self) -> float:
        """Return the seconds until something must be done."""
        now = time.monotonic()
        if not self._performer.busy:
            return BUSY if now - self._stirred < REST else IDLE
        return min(max(self._due() - now, 0.0), BUSY)

    def _due(self) -> float:
        """Return the second at which something must be sent."""
        if not self._performer.busy:
            return math.inf
        ahead = self._settings.latency_offset / 1000
        return self._transport.line.second_at(self._performer.next_beat()) - ahead

    def _next_beat(self, now: float) -> float:
        """Return the second of the next whole beat."""
        line = self._transport.line
        return line.second_at(math.floor(line.beat_at(now) + 1e-6) + 1)

    def _hear(self, second: float, message: bytes) -> None:
        self._stirred = second
        if not midi.is_whole(message):
            return
        status = message[0]
        if status in TIMING:
            self._transport.hear(second, message)
            self._settle(second)
        elif 0x80 <= status < 0xF0:
            if self._echo is not None and self._echo.is_echo(second, message):
                return
            beat = self._transport.line.beat_at(second)
            self._link.send(Heard(beat, status, message[1], message[2] if message[2:] else 0))

    def _attend(self, now: float) -> None:
        """Hear where JACK's transport is, and the meter of whoever keeps its time."""
        song = self._ports.song(self._settings.clock_bpm)
        if song is None:
            return
        self._transport.attend(song)
        self._settle(now)
        meter = (song.beats, song.unit)
        if song.master and self._transport.source == "jack" and meter != self._meter:
            self._meter = meter
            self._link.send(Metered(*meter))

    def _perform(self) -> None:
        if not self._performer.busy:
            return
        second = time.monotonic() + self._settings.latency_offset / 1000
        for sending in self._performer.due(self._transport.line, second):
            self._send(sending.messages)
            if sending.strikes and self.trace is not None:
                ahead = self._settings.latency_offset / 1000
                self.trace.append(sending.lateness + time.monotonic() + ahead - second)

    def _send(self, messages: list[bytes] | tuple[bytes, ...]) -> None:
        for message in messages:
            self._ports.output.send(message)
            if self._echo is not None:
                self._echo.sent(time.monotonic(), message)

    def _receive(self) -> None:
        try:
            messages = self._link.receive()
        except (TypeError, ValueError) as error:
            self._link.send(Fault(WHO, 1, f"not understood: {error}"))
            return
        for message in messages:
            try:
                self._obey(message)
            except (TypeError, ValueError, BridgeError) as error:
                self._link.send(Fault(WHO, getattr(error, "exit_code", 1), str(error)))

    def _obey(self, message: Message) -> None:
        match message:
            case Play():
                if self._transport.playing:
                    self._performer.play(message)
            case Cancel(take, beat):
                self._performer.cancel(take, beat)
            case Retract(take, beat):
                self._performer.retract(take, beat)
            case Shared(second, beat, bpm, quantum, playing, peers):
                line = BeatClock(second, beat, bpm)
                self._transport.share(line, quantum=quantum, playing=playing, peers=peers)
            case Turned(name, value):
                self._turn(name, value)
            case Action("panic"):
                self._send(self._performer.silence())
                self._send(midi.silence())
            case Action("start"):
                self._transport.start(time.monotonic())
            case Action("stop"):
                self._send(self._performer.silence())
                self._transport.stop()
        self._settle(time.monotonic())

    def _turn(self, name: str, value: object) -> None:
        self._settings = change(self._settings, name, value)
        match name:
            case "clock_bpm":
                self._transport.set_bpm(self._settings.clock_bpm, time.monotonic())
            case "clock_source":
                self._transport.set_wanted(self._settings.clock_source, time.monotonic())

    def _settle(self, now: float) -> None:
        """Fall silent where the song stopped or moved, and tell of it."""
        jumped = self._transport.take_jump()
        stopped = self._playing and not self._transport.playing
        self._playing = self._transport.playing
        if jumped or stopped:
            self._send(self._performer.silence())
        self._pulse(now, jumped=jumped)

    def _pulse(self, now: float, *, jumped: bool = False) -> None:
        """Tell of the clock when it differs from what was told, and on each beat."""
        line, playing = self._transport.line, self._transport.playing
        source, status = self._transport.source, self._transport.status(now)
        reason = self._transport.reason
        pulse = Pulse(now, line.beat_at(now), line.bpm, playing, source, status, jumped, reason)
        if jumped or self._told is None or _differs(self._told, pulse):
            self._told = pulse
            self._link.send(pulse)

    def _report(self, now: float) -> None:
        self._transport.glance(now)
        self._settle(now)
        self._link.flush()
        if now >= self._alive:
            self._alive = now + ALIVE
            self._link.send(Alive(WHO, now))
        if now >= self._count:
            self._count = now + COUNT
            self._tell_punctuality()
            self._ports.check()
        if now >= self._look and self._due() - time.monotonic() > LEISURE:
            self._look = now + COUNT
            self._tell_cables()

    def _tell_cables(self) -> None:
        cables = self._ports.cables()
        if cables is not None and cables != self._cables:
            self._cables = cables
            self._link.send(cables)

    def _tell_punctuality(self) -> None:
        count = self._performer.punctuality
        if count != self._counted:
            self._counted = Punctuality(count.sent, count.late, count.dropped, count.worst)
            sounding = self._performer.sounding
            self._link.send(Late(count.sent, count.late, count.dropped, count.worst, sounding))


def _differs(told: Pulse, pulse: Pulse) -> bool:
    """Tell whether others must hear of a pulse: a beat has passed, or the line has moved."""
    if (told.playing, told.source, told.status) != (pulse.playing, pulse.source, pulse.status):
        return True
    if told.reason != pulse.reason:
        return True
    if abs(told.bpm - pulse.bpm) > 0.02:
        return True
    believed = BeatClock(told.second, told.beat, told.bpm).beat_at(pulse.second)
    moved = abs(believed - pulse.beat) > 0.002
    return pulse.playing and (moved or math.floor(told.beat) != math.floor(pulse.beat))
