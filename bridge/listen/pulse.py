"""Following a MIDI clock: clock ticks in, a line of seconds and beats out.

Conventions: seconds are monotonic and passed in, beats are quarter notes on the song's timeline,
24 ticks make a beat. The tempo is the least-squares slope over the last bar of ticks: on a clock
that arrives in audio periods no quicker estimate comes within 0.1 BPM.

A song begins, by the MIDI specification, at the first tick after Start; Continue goes on at the
position held. The position is counted. But a busy machine delivers ticks late, in one go, or not at
all (JACK drops what a client misses), so ticks that stray are watched for a while before they are
believed; and after two silent beats the position is where the held tempo says it is.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.core import midi
from bridge.core.beat import BeatClock

WINDOW = 96  # ticks: one bar of 4/4
SETTLED = 24  # ticks in the window before the tempo counts as locked
ROBUST = 12  # ticks in the window before one can be told to stray from the line
REFIT_EVERY = 6  # ticks between fits once settled
LOST_AFTER = 2.0  # beats without a tick
HESITATION = 4.0  # ticks: a longer gap says nothing of the tempo
PRIOR = 6.0  # square ticks: the weight of the tempo so far against the first few ticks
CROWD, CROWDED = 3, 0.006  # so many intervals of so few seconds: a backlog, not a tempo
# Ticks sent from an audio period stray by up to one period, and when tick and period nearly divide
# they first fit a wrong tempo perfectly and then step by a period: neither is a change of tempo.
NEAR, FAR = 0.012, 0.030  # seconds: nearer is never off the line, farther always
GROWTH = 0.003  # seconds by which ticks of another tempo stray farther and farther
EVEN = 0.0005  # seconds: ticks that stray less tell nothing of the sender's period
SOON, STEADY, WEARY = 3, 6, 48  # ticks astray to judge growth, to judge steadiness, to give up
SLOWEST, FASTEST = 20.0, 400.0  # BPM

Tick = tuple[int, float]  # how many came before it, the second it came


@dataclass(frozen=True, slots=True)
class Fit:
    """A line through ticks: `tick` fell at `second`, and one falls every `period` seconds."""

    tick: float
    second: float
    period: float

    def error(self, tick: Tick) -> float:
        """Return how many seconds late a tick came."""
        return tick[1] - self.second - (tick[0] - self.tick) * self.period


def regress(ticks: Sequence[Tick], period: float, prior: float) -> Fit:
    """Return the least-squares line; `prior` (square ticks) pulls its slope towards `period`."""
    tick = sum(t for t, _ in ticks) / len(ticks)
    second = sum(s for _, s in ticks) / len(ticks)
    square = prior + sum((t - tick) ** 2 for t, _ in ticks)
    product = prior * period + sum((t - tick) * (s - second) for t, s in ticks)
    return Fit(tick, second, product / square)


def without_outliers(ticks: Sequence[Tick], fit: Fit) -> list[Tick]:
    """Return the ticks within three robust standard deviations, or NEAR, of the line."""
    errors = sorted(abs(fit.error(t)) for t in ticks)
    limit = max(3 * 1.4826 * errors[len(errors) // 2], NEAR)
    return [t for t in ticks if abs(fit.error(t)) <= limit]


class Follower:
    """Keeps the line of a MIDI clock; `line` holds the last tempo while the clock is away."""

    def __init__(self, bpm: float, second: float) -> None:
        self.line = BeatClock(second, 0.0, bpm)
        self.playing = False
        self._jumped = False
        self._ticks: deque[Tick] = deque(maxlen=WINDOW)
        self._count = 0  # ticks ever received
        self._origin = 0  # the count at which beat 0 fell
        self._held = 0  # song ticks: where Continue goes on
        self._armed = False  # a new position waits for its first tick
        self._last = -math.inf  # second of the last tick
        self._former = bpm  # the tempo before this window began
        self._spread = 0.0  # seconds by which ticks stray from the line, root mean square
        self._strays: list[Tick] = []  # the last ticks, when they are off the line on one side
        self._gapped = False  # ticks may be missing before the first of them
        self._crowd = 0  # intervals in a row that are too short for any tempo

    def feed(self, second: float, message: bytes) -> None:
        """Take one message; what is neither clock nor transport is ignored."""
        match message[0]:
            case midi.CLOCK:
                self._tick(second)
            case midi.START:
                self._held, self._armed = 0, True
            case midi.CONTINUE:
                if not self.playing:  # a second Continue while rolling moves nothing
                    self._armed = True
            case midi.SONG_POSITION if len(message) == 3:
                self._held = round(midi.song_position_beats(message) * midi.CLOCKS_PER_BEAT)
                self._armed = self._armed or self.playing
            case midi.STOP:
                self.halt()

    def halt(self) -> None:
        """Stop until the next Start or Continue; the position is held."""
        if self.playing and not self._armed:
            self._held = self._count - self._origin
        self.playing = self._armed = False
        self._restart([])

    def resume(self, line: BeatClock) -> None:
        """Roll on along a line known from before, until the clock is heard again."""
        self.line, self.playing, self._last = line, True, -math.inf
        self._restart([])

    def status(self, second: float) -> str:
        """Return locked, free (no sure tempo yet), lost (no clock) or stopped."""
        if not self.playing:
            return "stopped"
        if second - self._last > LOST_AFTER * 60 / self.line.bpm:
            return "lost"
        return "locked" if len(self._ticks) >= SETTLED else "free"

    def take_jump(self) -> bool:
        """Tell, once, whether the song position was set since the last call."""
        jumped, self._jumped = self._jumped, False
        return jumped

    def _tick(self, second: float) -> None:
        interval, self._last = second - self._last, second
        tick = (self._count, second)
        self._count += 1
        self._crowd = self._crowd + 1 if interval < CROWDED else 0
        if self._armed:
            self._begin(tick)
            return
        if interval > LOST_AFTER * 60 / self.line.bpm:
            beat = self.line.beat_at(second)
            self._origin = tick[0] - round(beat * midi.CLOCKS_PER_BEAT)
            self._restart([])
        if len(self._ticks) < ROBUST:
            self._begin_again(tick, interval)
        elif self._strays_by(tick):
            self._wonder(tick, interval)
        else:
            self._strays.clear()
            self._ticks.append(tick)
        if len(self._ticks) < SETTLED or tick[0] % REFIT_EVERY == 0:
            self._refit()

    def _begin(self, tick: Tick) -> None:
        """Set the song position; this tick stays out of the window, its interval is unsure."""
        self._origin = tick[0] - self._held
        self.line = BeatClock(tick[1], self._held / midi.CLOCKS_PER_BEAT, self.line.bpm)
        self._restart([])
        self._armed, self.playing, self._jumped = False, True, True

    def _begin_again(self, tick: Tick, interval: float) -> None:
        """Take a tick into a young window, which knows too little to judge it."""
        if self._crowd >= CROWD:
            self.line = BeatClock(tick[1], self._beat(tick), self._former)
            self._restart([tick])
        elif interval > HESITATION * self._period:
            self._restart([tick])
        else:
            self._ticks.append(tick)

    def _strays_by(self, tick: Tick) -> float:
        """Return by how many seconds a tick is off the line; 0 when it is near enough."""
        error = tick[1] - self.line.second_at(self._beat(tick))
        return error if abs(error) > min(max(4 * self._spread, NEAR), FAR) else 0.0

    def _wonder(self, tick: Tick, interval: float) -> None:
        """Find out why ticks stray: another tempo, lost ticks, a pause, or just a backlog."""
        late = self._strays_by(tick) > 0
        if self._strays and (self._strays_by(self._strays[-1]) > 0) != late:
            self._strays.clear()
        if not self._strays:
            self._gapped = interval > 1.5 * self._period
        self._strays.append(tick)
        recent = self._strays[-STEADY:]
        errors = [t[1] - self.line.second_at(self._beat(t)) for t in recent]
        drift = regress(list(enumerate(errors)), 0.0, 0.0).period if len(errors) >= SOON else 0.0
        growth = drift * (len(errors) - 1) * (1 if late else -1)
        limit = max(GROWTH, 3 * self._spread)
        if growth > limit or len(self._strays) >= WEARY:
            self._restart(recent)
        elif len(recent) == STEADY and growth > -limit:
            self._settle(recent, sum(errors) / STEADY)

    def _settle(self, recent: list[Tick], error: float) -> None:
        """Go on after a step of `error` seconds: a period's worth, whole lost ticks, or a pause."""
        lost = round(error / self._period)
        whole = lost >= 1 and abs(error - lost * self._period) < 0.2 * self._period
        # Ticks spread evenly over a period stray by its length / sqrt(12).
        beyond_a_period = self._spread > EVEN and error > 2.5 * math.sqrt(12) * self._spread
        if self._gapped and whole and (beyond_a_period or error > FAR):
            self._count += lost
            self._ticks.extend((count + lost, second) for count, second in recent)
        elif abs(error) <= FAR:
            self._ticks.extend(recent)
        else:
            self._restart(recent)
        self._strays.clear()

    def _restart(self, ticks: list[Tick]) -> None:
        """Begin a new window with these ticks."""
        self._ticks.clear()
        self._ticks.extend(ticks)
        self._strays.clear()
        self._former = self.line.bpm

    @property
    def _period(self) -> float:
        """Seconds a tick."""
        return 60.0 / self.line.bpm / midi.CLOCKS_PER_BEAT

    def _beat(self, tick: Tick) -> float:
        return (tick[0] - self._origin) / midi.CLOCKS_PER_BEAT

    def _refit(self) -> None:
        young = len(self._ticks) < ROBUST
        former = 60.0 / self._former / midi.CLOCKS_PER_BEAT
        fit = regress(self._ticks, former, PRIOR if young else 0.0)
        if not young:
            kept = without_outliers(self._ticks, fit)
            fit = regress(kept, former, 0.0)
            self._spread = math.sqrt(sum(fit.error(t) ** 2 for t in kept) / len(kept))
        if not 60.0 / FASTEST <= fit.period * midi.CLOCKS_PER_BEAT <= 60.0 / SLOWEST:
            return
        last = self._ticks[-1]
        second = fit.second + (last[0] - fit.tick) * fit.period
        self.line = BeatClock(second, self._beat(last), 60 / fit.period / midi.CLOCKS_PER_BEAT)
