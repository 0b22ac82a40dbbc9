"""Who conducts: a MIDI clock, a Link session, JACK's transport, FL's script, or our own clock.

Conventions: seconds are monotonic and passed in, beats are quarter notes on the song's timeline.
One conducts at a time. `auto` rolls by itself until another does, in this order: a MIDI clock that
plays, a Link session with others in it, JACK's transport when it rolls with a tempo, FL Studio's
controller script from its second beat on: its MIDI clock, which ticks 24 times as often, has begun
by then if FL sends one, and stays the better source; nobody need ask for the other. The one before
takes over from the one behind, never the other way round: a DAW that stops stops us, until we are
started by hand or JACK's transport starts. Only a Link session that all others left gives way, to
our own clock at its tempo.
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.core.beat import BeatClock
from bridge.listen.loops import JUMP, unrolled
from bridge.listen.pulse import Follower
from bridge.listen.timebase import Timebase
from bridge.listen.told import Joined, Looped, Song, Told

RANKS = ("midi", "link", "jack", "fl", "internal")
NEAR = 0.5  # beats: Live, told of every 100 ms, is no nearer to the truth; less is no jump
ALONE = 3.0  # seconds without others until a Link session counts as left: networks hiccup
ASKED = "asked for"
KEPT = "as before"  # of one that was asked for, and has not begun
FL_LEADS = "FL Studio's script tells its beat, and no MIDI clock comes"
JACK_LEADS = "JACK transport rolls, with a tempo"
#: Why one conducts that was found to: by itself, or by a player before this one.
FOUND = {
    "midi": "MIDI clock plays", "link": "a Link session is there", "jack": JACK_LEADS,
    "fl": FL_LEADS, "internal": "no other clock plays",
}  # fmt: skip
#: Why one goes on to conduct that no longer does what it was chosen for.
SINCE = {
    ("midi", "stopped"): "MIDI clock played last, and has stopped",
    ("midi", "lost"): "MIDI clock played last, and is not heard now",
    ("link", "free"): "Link session joined, and all others left it",
    ("link", "lost"): "Link session joined, and nothing is heard of it now",
    ("jack", "stopped"): "JACK transport rolled last, and has stopped",
    ("jack", "lost"): "JACK transport rolled last, and tells no place now",
    ("fl", "stopped"): "FL Studio's script told its beat last, and FL has stopped",
    ("fl", "lost"): "FL Studio's script told its beat last, and is not heard now",
}


class Transport:
    """The one line everything is played by."""

    def __init__(self, wanted: str, bpm: float, second: float) -> None:
        self.source = "internal" if wanted == "auto" else wanted
        self._why = "no other clock yet"
        self._wanted = wanted
        self._own = BeatClock(second, 0.0, bpm)
        self._rolling = True  # our own clock
        self._bar = 4.0  # beats
        self._midi = Follower(bpm, second)
        self._link = Joined(bpm, second)
        self._jack = Told(bpm, second)
        self._timebase = Timebase()
        self._fl = Looped(bpm, second)
        self._lines: dict[str, Follower | Told]
        self._lines = {"midi": self._midi, "link": self._link, "jack": self._jack, "fl": self._fl}
        self._accompanied = second  # when others were last in the Link session
        self._jumped = False

    @property
    def line(self) -> BeatClock:
        """Seconds and beats; goes on while stopped, with no meaning but the tempo."""
        return self._own if self.source == "internal" else self._lines[self.source].line

    @property
    def away(self) -> float:
        """The beats by which our line is ahead of the conductor's own count: whole bars."""
        return 0.0 if self.source in ("internal", "link") else self._lines[self.source].away

    @property
    def playing(self) -> bool:
        """Whether the song rolls."""
        return self._rolling if self.source == "internal" else self._lines[self.source].playing

    @property
    def minds_jack(self) -> bool:
        """Whether JACK's transport may conduct."""
        return self._wanted in ("auto", "jack")

    def status(self, second: float) -> str:
        """Return locked, free, lost or stopped."""
        if self.source == "internal":
            return "free" if self._rolling else "stopped"
        return self._lines[self.source].status(second)

    def reason(self, second: float) -> str:
        """Return why this source conducts, as far as that is true now."""
        now = (self.source, self.status(second))
        if self._wanted != "auto":
            reason = ASKED
        elif now in SINCE and self._why != KEPT:
            reason = SINCE[now]
        else:
            reason = self._why
        rivals = self._midi.rivals
        if self.source == "midi" and self.playing and rivals.muddled:
            return "two MIDI clocks come in, and cannot be told apart: switch one of them off"
        if self.source == "midi" and self.playing and rivals.bpm:
            return f"{reason}, and a second one at {rivals.bpm:.0f} BPM is not followed"
        return reason

    def take_jump(self) -> bool:
        """Tell, once, whether the song position moved since the last call."""
        jumps = {source: line.take_jump() for source, line in self._lines.items()}
        jumped = jumps.get(self.source, False) or self._jumped
        self._jumped = False
        return jumped

    def know_bar(self, beats: float) -> None:
        """Take in how long a bar is."""
        self._bar = self._midi.bar = self._jack.bar = self._fl.bar = beats

    def know_period(self, seconds: float) -> None:
        """Take in how long the audio periods are in which MIDI arrives; 0 is not known."""
        self._midi.audio_period = seconds

    def know_sources(self, names: Iterable[str]) -> None:
        """Take in what is connected to the MIDI input, by JACK's names."""
        self._midi.positions.know_sources(names)

    def hear(self, second: float, message: bytes) -> None:
        """Take a clock or transport message from the MIDI input."""
        self._midi.feed(second, message)
        if self._midi.playing:
            self._take_over("midi", "MIDI clock started", second)

    def share(self, line: BeatClock, *, quantum: float, playing: bool, peers: int) -> None:
        """Take in the Link session; `peers` others are in it, -1 when we left it."""
        self._link.share(line, quantum=quantum, playing=playing, peers=peers)
        if peers > 0:
            self._accompanied = line.second
            others = "1 peer" if peers == 1 else f"{peers} peers"
            reason = f"Link session joined, {others}"
            self._take_over("link", reason, line.second)
            if self.source == "link":
                self._why = reason  # others come and go

    def attend(self, song: Song) -> None:
        """Take in what JACK's transport says."""
        line = song.line
        if song.playing and song.master:
            beat = self._timebase.place(song.seconds, line.beat, line.bpm)
            line = BeatClock(line.second, beat, line.bpm)
        else:
            self._timebase.halt()
        begins = song.playing and not self._jack.playing
        self._jack.reach(line, playing=song.playing)
        if not (song.playing and song.master):
            return
        if begins and self._wanted == "auto" and not self.playing:
            # Whoever stopped us is not to be waited for.
            self._conduct("jack", JACK_LEADS, line.second)
        self._take_over("jack", JACK_LEADS, line.second)

    def reach(self, line: BeatClock) -> None:
        """Take in a beat that FL Studio's script tells of."""
        goes_on = self._fl.playing
        self._fl.reach(line, playing=True)
        if not goes_on:
            return
        if self._wanted == "auto" and not self.playing:
            self._conduct("fl", FL_LEADS, line.second)  # as with JACK's transport
        self._take_over("fl", FL_LEADS, line.second)

    def rest(self) -> None:
        """Take in that FL has stopped, as its script says."""
        self._fl.halt()

    def glance(self, second: float) -> None:
        """See, now and then, whether a Link session was left by all others, or a song stands."""
        self._midi.glance(second)
        peers = self._link.peers
        left = peers < 0 or (not peers and second - self._accompanied > ALONE)
        if self._wanted == "auto" and self.source == "link" and left:
            reason = "all others left the Link session" if not peers else "Link was switched off"
            self._own = self.line
            self._conduct_ourselves(second, reason, rolling=self.playing)

    def resume(
        self, line: BeatClock, source: str, away: float = 0.0, *, reason: str = "",
        playing: bool = True,
    ) -> None:  # fmt: skip
        """Go on along the line known from before a restart of ours, so far ahead of the source.

        `reason` is why our own clock conducted, if it did; a song that stood, stands.
        """
        if self._wanted not in ("auto", source):
            return
        self.source, self._why = source, FOUND[source]
        if source == "internal":
            self._own, self._rolling = line, playing
            if reason not in ("", ASKED):
                self._why = reason
        elif playing:
            self._lines[source].resume(line)
            self._lines[source].away = away

    def start(self, second: float) -> None:
        """Roll from beat 0 by our own clock, unless something rolls or only others may conduct."""
        if self._wanted not in ("auto", "internal") or self.source == "link" or self.playing:
            return
        if self._wanted == "auto":
            self._midi.halt()
        self._own = BeatClock(second, 0.0, self._own.bpm)
        self.source, self._why = "internal", "started by hand"
        self._rolling = self._jumped = True

    def stop(self) -> None:
        """Stop our own clock; a DAW that conducts goes on, and we can be started along with it."""
        self._rolling = False

    def place(self, second: float, beat: float) -> None:
        """Have the bar lines of our own clock where a program has them that is at `beat`.

        The place in the bar is common, the count of bars ours; what is nearer than half a beat
        stays as it is.
        """
        if self.source != "internal" or not self._rolling:
            return
        ours = self._own.beat_at(second)
        there = unrolled(beat, ours, self._bar)
        if abs(there - ours) >= NEAR:
            there += self._bar if there < 0 else 0.0
            self._own = BeatClock(second, there, self._own.bpm)
            self._jumped = True

    def set_bpm(self, bpm: float, second: float) -> None:
        """Change the tempo of our own clock from `second` on, without a jump."""
        self._own = self._own.with_tempo(bpm, second)

    def set_wanted(self, wanted: str, second: float) -> None:
        """Change who may conduct; our own clock takes over at the beat it finds."""
        self._wanted = wanted
        if wanted == "auto":
            self._why = FOUND[self.source] if self.playing else KEPT
            self._find_best(second)
        elif wanted == self.source:
            return
        elif wanted == "internal":
            self._conduct_ourselves(second, ASKED, rolling=True)
        else:
            self._conduct(wanted, ASKED, second)

    def _find_best(self, second: float) -> None:
        if self._midi.playing:
            self._take_over("midi", "MIDI clock plays", second)
        if self._link.peers > 0:
            self._take_over("link", "a Link session is there", second)
        # JACK and FL speak up by themselves.

    def _take_over(self, source: str, reason: str, second: float) -> None:
        """Let somebody conduct if that is left to us and nobody before them does."""
        if self._wanted == "auto" and RANKS.index(source) < RANKS.index(self.source):
            self._conduct(source, reason, second)

    def _conduct_ourselves(self, second: float, reason: str, *, rolling: bool) -> None:
        beat = self.line.beat_at(second) if self.playing else 0.0
        self._own, self._rolling = BeatClock(second, beat, self._own.bpm), rolling
        self._conduct("internal", reason, second)

    def _conduct(self, source: str, reason: str, second: float) -> None:
        """Change the conductor; the song jumps only if the new one is somewhere else in it."""
        rolled, before = self.playing, self.line.beat_at(second)
        if source == "link":
            self._link.align(before if rolled else 0.0, second)
        self.source, self._why = source, reason
        if source in self._lines:
            self._lines[source].take_jump()
        elsewhere = not rolled or abs(self.line.beat_at(second) - before) > JUMP
        self._jumped |= self.playing and elsewhere
