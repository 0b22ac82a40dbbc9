"""Who conducts: our own clock or the MIDI clock, rolling or stopped.

Conventions: seconds are monotonic and passed in, beats are quarter notes on the song's timeline.
`internal` rolls from the beginning; `midi` waits for the DAW; `auto` rolls by itself until a MIDI
Start or Continue, and then stays with the DAW until, with the DAW stopped, it is started by hand.
"""

from __future__ import annotations

from bridge.core.beat import BeatClock
from bridge.listen.pulse import Follower


class Transport:
    """The one line everything is played by."""

    def __init__(self, wanted: str, bpm: float, second: float) -> None:
        self.source = "midi" if wanted == "midi" else "internal"
        self._wanted = wanted  # auto, midi or internal
        self._own = BeatClock(second, 0.0, bpm)
        self._rolling = True  # our own clock
        self._follower = Follower(bpm, second)
        self._jumped = False

    @property
    def line(self) -> BeatClock:
        """Seconds and beats; goes on while stopped, with no meaning but the tempo."""
        return self._follower.line if self.source == "midi" else self._own

    @property
    def playing(self) -> bool:
        """Whether the song rolls."""
        return self._follower.playing if self.source == "midi" else self._rolling

    def status(self, second: float) -> str:
        """Return locked, free, lost or stopped."""
        if self.source == "midi":
            return self._follower.status(second)
        return "free" if self._rolling else "stopped"

    def take_jump(self) -> bool:
        """Tell, once, whether the song position moved since the last call."""
        jumped = self._follower.take_jump() or self._jumped
        self._jumped = False
        return jumped

    def hear(self, second: float, message: bytes) -> None:
        """Take a clock or transport message from the MIDI input."""
        if self._wanted == "internal":
            return
        self._follower.feed(second, message)
        if self._follower.playing:
            self.source = "midi"

    def resume(self, line: BeatClock, source: str) -> None:
        """Go on along the line known from before a restart of ours."""
        if source == "internal" and self._wanted != "midi":
            self._own = line
        elif source == "midi" and self._wanted != "internal":
            self._follower.resume(line)
            self.source = "midi"

    def start(self, second: float) -> None:
        """Roll from beat 0 by our own clock, unless something rolls or only the DAW may conduct."""
        if self._wanted == "midi" or self.playing:
            return
        self._follower.halt()
        self._own = BeatClock(second, 0.0, self._own.bpm)
        self.source, self._rolling, self._jumped = "internal", True, True

    def stop(self) -> None:
        """Stop our own clock; a DAW that conducts goes on, and we can be started along with it."""
        self._rolling = False

    def set_bpm(self, bpm: float, second: float) -> None:
        """Change the tempo of our own clock from `second` on, without a jump."""
        self._own = self._own.with_tempo(bpm, second)

    def set_wanted(self, wanted: str, second: float) -> None:
        """Change who may conduct; our own clock takes over at the DAW's beat."""
        self._wanted = wanted
        before = self.source
        if wanted == "midi":
            self.source = "midi"
        elif wanted == "internal" and before == "midi":
            beat = self._follower.line.beat_at(second) if self._follower.playing else 0.0
            self._own = BeatClock(second, beat, self._own.bpm)
            self.source, self._rolling = "internal", True
            self._follower.halt()
        self._jumped = self._jumped or self.source != before
