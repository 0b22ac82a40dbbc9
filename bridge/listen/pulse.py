"""Following a MIDI clock: clock ticks in, a line of seconds and beats out.

Conventions: seconds are monotonic and passed in, beats are quarter notes on the song's timeline,
24 ticks make a beat. The tempo is the least-squares slope over the last bar of ticks: on a clock
that arrives in audio periods no quicker estimate comes within 0.1 BPM. Where the length of the
periods is known, the line is the middle one of those possible (bridge/listen/edges.py).

A song begins, by the MIDI specification, at the first tick after Start; Continue goes on at the
position held. The position is counted. But a busy machine delivers ticks late, in one go, or not at
all (JACK drops what a client misses), so ticks that stray are watched for a while before they are
believed; and after two silent beats the position is where the held tempo says it is. So it is with
ticks that no tempo can have: while they last, the clock counts as lost. Of two clocks at one input
the first is followed.
"""

from __future__ import annotations

import math

from bridge.core import midi
from bridge.core.beat import BeatClock
from bridge.listen.doubles import Doubles
from bridge.listen.limits import FASTEST, SLOWEST, Limits
from bridge.listen.loops import JUMP, Laps, unrolled
from bridge.listen.positions import Positions
from bridge.listen.regression import Tick
from bridge.listen.rivals import Rivals
from bridge.listen.strays import FAR, NEAR, SURE, Strays
from bridge.listen.window import Window

SETTLED = 24  # ticks in the window before the tempo counts as locked
REFIT_EVERY = 6  # ticks between fits once settled
LOST_AFTER = 2.0  # beats without a tick
BREATH = 0.005  # seconds between a stop and a Continue that are one deed
HESITATION = 4.0  # ticks: a longer gap says nothing of the tempo
MOST_OF = 0.6  # ticks: off by more after a gap, one may be lost
AHEAD = 0.5  # beats before the last sure line: a backlog is behind it


class Follower:
    """Keeps the line of a MIDI clock; `line` holds the last tempo while the clock is away."""

    def __init__(self, bpm: float, second: float, audio_period: float = 0.0) -> None:
        """`audio_period` is the seconds of those in which ticks arrive, 0 where nobody knows."""
        self.line = BeatClock(second, 0.0, bpm)
        self.audio_period = audio_period
        self.positions = Positions()
        self.bar = 4.0  # beats
        self.away = 0.0  # beats by which our line is ahead of the sender's own count
        self.playing = self._jumped = False
        self._window = Window(bpm)
        self._laps = Laps()
        self._count = 0  # ticks ever received
        self._origin = 0  # the count at which beat 0 fell
        self._first: Tick = (0, 0.0)  # at which the song began to roll
        self._held = 0  # ticks, as the sender counts: where Continue goes on
        self._armed = self._anew = False  # a position waits for its first tick; of a new song
        self._last = -math.inf  # second of the last tick
        self._halted = (-math.inf, list[Tick]())  # when it was stopped last, and the window then
        self._strays = Strays()
        self._doubles = Doubles()
        self.rivals = Rivals()
        self._limits = Limits()
        self._senseless = False  # no tempo fits the last ticks
        self._sure = self.line  # the last one that many ticks bore out
        self._borne_out = False  # whether there was one

    def feed(self, second: float, message: bytes) -> None:
        """Take one message; what is neither clock nor transport is ignored."""
        match message[0]:
            case midi.CLOCK:
                self._tick(second)
            case midi.START:
                self._held, self._armed, self._anew = 0, True, True
            case midi.CONTINUE:
                self._continue(second)
            case midi.SONG_POSITION if len(message) == 3:
                self._held = self.positions.clocks(message)
                self._armed = self._armed or self.playing
            case midi.STOP:
                self._stop(second)

    def glance(self, second: float) -> None:
        """Stop, now and then, what was to go on after a stop and did not."""
        if self.playing and self._laps.is_over(second):
            self.halt()

    def halt(self) -> None:
        """Stop until the next Start or Continue; the position is held."""
        if self.playing and not self._armed:
            self._held = self._counted
        self.playing = self._armed = False
        self._restart([])

    def _stop(self, second: float) -> None:
        """Stop, unless that is how the sender goes round."""
        beat, ticks = self._counted / midi.CLOCKS_PER_BEAT, second - self._last < 2 * self._period
        rolls = self.playing and not self._armed and ticks
        if rolls and self._laps.stop(second, beat, self.line.bpm):
            return
        if self.status(second) in ("locked", "free"):
            self._halted = (second, list(self._window.ticks))
        self.halt()

    def _continue(self, second: float) -> None:
        """Roll on with the next tick; a second Continue while rolling moves nothing.

        A DAW that loops may stop, set the position and continue in one breath: it never stopped.
        """
        self._armed = self._armed or not self.playing
        halted, ticks = self._halted
        if not self.playing and second - halted < BREATH:
            self.playing = True
            self._restart(ticks)

    def resume(self, line: BeatClock) -> None:
        """Roll on along a line known from before, until the clock is heard again."""
        self.line, self.playing, self._last = line, True, -math.inf
        self._sure = line
        self._restart([])

    def status(self, second: float) -> str:
        """Return locked, free (no sure tempo yet), lost (no clock) or stopped."""
        if not self.playing:
            return "stopped"
        if self._senseless or second - self._last > LOST_AFTER * 60 / self.line.bpm:
            return "lost"
        return "locked" if len(self._window) >= SETTLED else "free"

    def take_jump(self) -> bool:
        """Tell, once, whether the song position was set since the last call."""
        jumped, self._jumped = self._jumped, False
        return jumped

    def _tick(self, second: float) -> None:
        if self._borne_out:
            sorting = self.rivals.sorting
            doubled = self._doubles.believed
            own = self.rivals.own(second, self._sure, jitter=self._jitter, doubled=doubled)
            if own is None:
                return
            second = own
            if self.rivals.sorting and not sorting:
                self._go_back(second)
        interval, self._last = second - self._last, second
        known = self._doubles.believed
        if not self.rivals.muddled and self._doubles.is_double(interval):
            if not known:
                self._uncount()
            return
        tick = (self._count, second)
        self._count += 1
        self._limits.note(second, interval)
        if self._armed:
            self._begin(tick, interval)
        elif self.rivals.muddled or self._is_senseless(tick):
            self._hold(tick)
        else:
            self._follow(tick, interval)

    def _follow(self, tick: Tick, interval: float) -> None:
        """Take a tick for what it says of the tempo."""
        if interval > LOST_AFTER * 60 / self.line.bpm:
            self._anchor(tick)
            self._sure = BeatClock(tick[1], self._beat(tick), self._sure.bpm)
            self._restart([])
        self._senseless = False
        self._strays.note(interval, self._period)
        if self._window.young:
            self._begin_again(tick, interval)
        elif error := self._strays_by(tick):
            self._wonder(tick, error)
        else:
            self._strays.calm()
            self._window.ticks.append(tick)
        if len(self._window) < SETTLED or tick[0] % REFIT_EVERY == 0:
            self._refit()

    def _is_senseless(self, tick: Tick) -> bool:
        """Tell whether no tempo can have the last ticks, and they are no backlog either."""
        ahead = self._senseless or self._beat(tick) > self._sure.beat_at(tick[1]) + AHEAD
        return self._limits.broken(caught_up=ahead)

    def _hold(self, tick: Tick) -> None:
        """Go on along the last sure line while ticks make no sense."""
        self.line = self._sure
        self._anchor(tick)
        self._restart([])
        self._senseless = True

    def _anchor(self, tick: Tick) -> None:
        """Let the position follow the line instead of the count."""
        beat = self.line.beat_at(tick[1])
        self._origin = tick[0] - round(beat * midi.CLOCKS_PER_BEAT)

    def _uncount(self) -> None:
        """Take back what was counted twice before the doubles were found out."""
        # The one that proved it was not counted.
        self._origin += min(self._doubles.counted, (self._count - self._first[0]) // 2)
        tick = (self._count - 1, self._last)
        self.line = BeatClock(self._last, self._beat(tick), self._window.former)
        self._sure = BeatClock(self._last, self._beat(tick), self._sure.bpm)
        self._restart([])

    def _go_back(self, second: float) -> None:
        """Take back what a second clock has done until it was found out."""
        self.line = self._sure = self.rivals.line
        self._anchor((self._count, second))
        self._doubles = Doubles()
        self._restart([])

    def _begin(self, tick: Tick, interval: float) -> None:
        """Set the song position; this tick stays out of the window, its interval is unsure."""
        beat, believed = self._held / midi.CLOCKS_PER_BEAT, self.line.beat_at(tick[1])
        around = self._laps.go_on(tick[1], beat, self.line.bpm, self.bar)
        ours = unrolled(beat, believed, self.bar)
        self._armed = False
        if self.playing and not self._anew and (around or abs(ours - believed) < JUMP):
            if interval > HESITATION * self._period:  # it went round without ticks
                tick = (self._origin + round(ours * midi.CLOCKS_PER_BEAT), tick[1])
                self._count = tick[0] + 1
            self._origin = tick[0] - round(ours * midi.CLOCKS_PER_BEAT)
            self.away = ours - beat
            self._follow(tick, interval)
            return
        self._origin, self._first, self.away = tick[0] - self._held, tick, 0.0
        self.line = BeatClock(tick[1], beat, self.line.bpm)
        self._sure = BeatClock(tick[1], beat, self._sure.bpm)
        self.rivals.move()
        self._restart([])
        self.playing = self._jumped = True
        self._anew = False

    def _begin_again(self, tick: Tick, interval: float) -> None:
        """Take a tick into a young window, which knows too little to judge it."""
        if self._limits.crowded:
            self.line = BeatClock(tick[1], self._beat(tick), self._window.former)
            self._restart([tick])
        elif interval > HESITATION * self._period:
            self._restart([tick])
        else:
            self._window.ticks.append(tick)
            if not self._window.young:
                self._count += self._window.fill_gaps(self._first, self.audio_period)
                self._strays.clear()

    def _strays_by(self, tick: Tick) -> float:
        """Return by how many seconds a tick is off the line; 0 when it is near enough."""
        error = tick[1] - self.line.second_at(self._beat(tick))
        near = min(NEAR, MOST_OF * self._period) if self._strays.gapped else NEAR
        return error if abs(error) > min(max(4 * self._window.spread, near), FAR) else 0.0

    def _wonder(self, tick: Tick, error: float) -> None:
        """Find out why ticks stray, and go by it."""
        match self._strays.judge(tick, error, period=self._period, spread=self._window.spread):
            case "count":
                lost = self._strays.lost
                self._count += lost
                self._window.ticks.extend((c + lost, s) for c, s in self._strays.recent[-SURE:])
            case "shift":
                self._window.ticks.extend(self._strays.recent)
            case "restart":
                self._restart(self._strays.recent)
            case "wait":
                return
        self._strays.clear()

    def _restart(self, ticks: list[Tick]) -> None:
        """Begin a new window with these ticks."""
        self._window.restart(ticks, self.line.bpm)
        self._strays.clear()

    @property
    def _jitter(self) -> float:
        """Seconds of the audio periods in which ticks seem to come."""
        return self.audio_period or math.sqrt(12) * self._window.spread

    @property
    def _period(self) -> float:
        """Seconds a tick."""
        return 60.0 / self.line.bpm / midi.CLOCKS_PER_BEAT

    def _beat(self, tick: Tick) -> float:
        return (tick[0] - self._origin) / midi.CLOCKS_PER_BEAT

    @property
    def _counted(self) -> int:
        """Ticks since the song's beginning, as the sender counts."""
        return self._count - self._origin - round(self.away * midi.CLOCKS_PER_BEAT)

    def _refit(self) -> None:
        fit = self._window.fit(self.audio_period)
        if not 60.0 / FASTEST <= fit.period * midi.CLOCKS_PER_BEAT <= 60.0 / SLOWEST:
            return
        last = self._window.ticks[-1]
        second = fit.second + (last[0] - fit.tick) * fit.period
        self.line = BeatClock(second, self._beat(last), 60 / fit.period / midi.CLOCKS_PER_BEAT)
        if self._window.certain and not (self._limits.rushing or self._doubles.suspected):
            self._sure, self._borne_out = self.line, True
