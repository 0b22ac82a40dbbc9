"""The player's loop: hear, perform, obey, report, wait.

Conventions: seconds are `time.monotonic()`, beats quarter notes on the song's timeline. One thread
does everything; it waits on the link to the control process until the next message is due, but
looks at the MIDI input every millisecond while there is music, every fifteen while there is none,
and every thirty while the song stands, too.
"""

from __future__ import annotations

import logging
import math
import select
import time
from collections.abc import Callable

from bridge.app.player.conducting import attend_jack, check_jack, hear_fl, join
from bridge.app.player.herald import Herald
from bridge.app.player.lamps import Lamps
from bridge.app.player.ports import Ports
from bridge.core import midi
from bridge.core.errors import BridgeError
from bridge.core.events import (
    Action,
    Alive,
    Cancel,
    ControlChange,
    Fault,
    Heard,
    Hello,
    ListPorts,
    Message,
    Mirrored,
    Placed,
    Play,
    Played,
    Retract,
    Shared,
    Turned,
)
from bridge.core.fl import SYSEX
from bridge.core.params import Settings, change
from bridge.core.wire import Link
from bridge.intake.echo import EchoGuard
from bridge.listen.transport import Transport
from bridge.schedule.late import LatePolicy
from bridge.schedule.performer import Performer

log = logging.getLogger(__name__)

WHO = "player"
# Seconds between two looks at the input, which stamps by itself.
BUSY, IDLE, ASLEEP = 0.001, 0.015, 0.030
REST = 10.0  # seconds after the last message until we count as idle
LISTEN = 0.02  # seconds between two looks at JACK's transport
GLANCE = 0.1  # seconds between two looks at heartbeat and ports; also on each beat
ALIVE, COUNT = 0.5, 1.0  # seconds between heartbeats; between counts and looks at the ports
LEISURE = 0.01  # seconds without a due note in which to look at the cables, which may take a cycle
BREATH = 0.002  # the same for some messages to controllers
MISHAPS = 10  # unexpected errors within a second before giving up
TIMING = (midi.SONG_POSITION, midi.CLOCK, midi.START, midi.CONTINUE, midi.STOP)


class Player:
    """Owns the ports, the clock and the notes that wait and sound."""

    def __init__(self, link: Link, ports: Ports, transport: Transport, settings: Settings) -> None:
        self.trace: list[float] | None = None  # seconds late of each note-on, if wanted
        self.lamps = Lamps()
        self._link = link
        self._ports = ports
        self._transport = transport
        self._settings = settings
        transport.know_bar(settings.meter.bar_beats)
        self._performer = Performer(LatePolicy.of(settings))
        self._echo = EchoGuard() if ports.one_cable else None
        self._playing = self._moved = False
        self._herald = Herald(link)
        self._stirred = self._glance = self._alive = self._count = -math.inf  # seconds
        self._look = self._listen = -math.inf

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
                self._hush()
                mishaps = [*mishaps[1 - MISHAPS :], time.monotonic()]
                if len(mishaps) == MISHAPS and mishaps[-1] - mishaps[0] < 1:
                    raise

    def leave(self) -> None:
        """Pay all debts and close the ports."""
        try:
            self._hush()
        except BridgeError:
            log.debug("the port went before the last note-offs")
        self._herald.punctuality(self._performer.punctuality, self._performer.sounding)
        self.lamps.leave()
        self._ports.close()

    def _step(self) -> None:
        readable, _, _ = select.select([self._link], [], [], self._patience())
        now = time.monotonic()
        for second, message in self._ports.input.poll(now):
            self._hear(second, message)
        if self._moved:
            self._moved = False
            self._settle(now)
        self._perform()
        if readable:
            self._receive()
        if self.lamps.waiting and self._due() - time.monotonic() > BREATH:
            self.lamps.send()
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
            if now - self._stirred < REST:
                return BUSY
            return IDLE if self._transport.playing else ASLEEP
        return min(max(self._due() - now, 0.0), BUSY)

    def _due(self) -> float:
        """Return the second at which something must be sent."""
        if not self._performer.busy:
            return math.inf
        ahead = self._settings.latency_offset / 1000 + self._ports.horizon
        return self._transport.line.second_at(self._performer.next_beat()) - ahead

    def _next_beat(self, now: float) -> float:
        """Return the second of the next whole beat."""
        line = self._transport.line
        return line.second_at(math.floor(line.beat_at(now) + 1e-6) + 1)

    def _hear(self, second: float, message: bytes) -> None:
        self._stirred = second
        status = message[0]
        if status == SYSEX:
            if hear_fl(second, message, self._transport, self._herald):
                self._settle(second)
        elif not midi.is_whole(message):
            return
        elif status in TIMING:
            self._transport.hear(second, message)
            self._moved = status in (midi.STOP, midi.SONG_POSITION)  # more may come in one breath
            if not self._moved:
                self._settle(second)
        elif 0x80 <= status < 0xF0:
            if self._echo is not None and self._echo.is_echo(second, message):
                return
            beat = self._transport.line.beat_at(second)
            if status & 0xF0 == midi.CONTROL:
                self._link.send(ControlChange(beat, status & 0x0F, message[1], message[2]))
            else:
                self._link.send(Heard(beat, status, message[1], message[2] if message[2:] else 0))

    def _attend(self, now: float) -> None:
        """Hear where JACK's transport is."""
        song = self._ports.song(self._settings.clock_bpm)
        if song is not None:
            attend_jack(song, self._transport, self._herald)
            self._settle(now)

    def _perform(self) -> None:
        if not self._performer.busy:
            return
        offset = self._settings.latency_offset / 1000
        second = time.monotonic() + offset
        for sending in self._performer.due(self._transport.line, second, self._ports.horizon):
            self._send(sending.messages, sending.second - offset, sending.take)
            if sending.strikes and self.trace is not None:
                lateness = sending.lateness + time.monotonic() + offset - second
                self.trace.append(max(lateness, 0.0))

    def _send(
        self,
        messages: list[bytes] | tuple[bytes, ...],
        second: float | None = None,
        take: int | None = None,
    ) -> None:
        for message in messages:
            self._ports.send(message, second, take)
            if self._echo is not None:
                now = time.monotonic()
                self._echo.sent(max(now, second or now), message)

    def _hush(self) -> None:
        """Forget what waits, take back what can be, end what sounds."""
        self._ports.recall()
        self._send(self._performer.silence())

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
                self._ports.cancel(take)
                self._performer.cancel(take, beat)
            case Retract(take, beat):
                since = self._transport.line.second_at(beat)
                self._ports.cancel(take, since - self._settings.latency_offset / 1000)
                self._performer.retract(take, beat)
            case Played(status, data1, data2):
                self._ports.hush_inside()
                self._hear(time.monotonic(), bytes((status, data1, data2)))
            case Shared() | Placed():
                join(message, self._transport)
            case ListPorts():
                self._look_at_cables()  # whoever asks may have us replaced
                self._link.send(self._ports.attachable())
            case Mirrored(rows):
                self.lamps.show(rows)
                return
            case Turned(name, value):
                self._turn(name, value)
            case Action("panic"):
                self._hush()
                self._send(midi.silence())
            case Action("start"):
                self._transport.start(time.monotonic())
            case Action("stop"):
                self._hush()
                self._transport.stop()
        self._settle(time.monotonic())

    def _turn(self, name: str, value: object) -> None:
        self._settings = change(self._settings, name, value)
        match name:
            case "clock_bpm":
                self._transport.set_bpm(self._settings.clock_bpm, time.monotonic())
            case "clock_source":
                self._transport.set_wanted(self._settings.clock_source, time.monotonic())
                check_jack(self._settings.clock_source, there=self._ports.knows_jack)
            case "meter_beats" | "meter_unit":
                self._transport.know_bar(self._settings.meter.bar_beats)
            case "late_policy" | "late_limit":
                self._performer.policy = LatePolicy.of(self._settings)

    def _settle(self, now: float) -> None:
        """Fall silent where the song stopped or moved, and tell of it."""
        jumped = self._transport.take_jump()
        stopped = self._playing and not self._transport.playing
        self._playing = self._transport.playing
        if jumped or stopped:
            self._hush()
        self._herald.pulse(self._transport, now, jumped=jumped)

    def _report(self, now: float) -> None:
        self._transport.glance(now)
        self._settle(now)
        self._link.flush()
        if now >= self._alive:
            self._alive = now + ALIVE
            self._link.send(Alive(WHO, now))
        if now >= self._count:
            self._count = now + COUNT
            for lateness in self._ports.take_missed():
                self._performer.punctuality.count_missed(lateness)
            self._herald.punctuality(self._performer.punctuality, self._performer.sounding)
            self._ports.check()
            self.lamps.check()
            self._transport.know_period(self._ports.period())
        if now >= self._look and self._due() - time.monotonic() > LEISURE:
            self._look = now + COUNT
            self._look_at_cables()

    def _look_at_cables(self) -> None:
        cables = self._ports.cables()
        self._transport.know_sources(cables.sources if cables else ())
        self._herald.cables(cables)
