"""The beat of JACK's timebase, whoever keeps it.

Conventions: seconds are the song's own, counted in frames; beats are quarter notes.

A timebase master tells bar, beat and tick with each cycle. Good ones work them out from the frame;
jack_transport adds up ticks and drops the fractions, so that at 97.5 BPM and 256 frames its song
falls behind by 4 %. So the song is counted on from where the master had it when it began or moved,
at the tempo told; bar, beat and tick are followed only once they keep that tempo themselves.
"""

from __future__ import annotations

JUMP = 0.1  # beats between two looks, besides what the tempo makes: the song was moved
EASE = 0.2  # how much of a difference is taken over at once from a master that keeps time
TRIAL = 2.0  # seconds over which it is tried
HONEST = 0.005  # share by which it may be off its own tempo


class Timebase:
    """Counts the beats of a song that rolls."""

    def __init__(self) -> None:
        self._rolls = self._honest = False
        self._seconds = self._beat = self._told = 0.0  # at the last look: time, ours, the master's
        self._begun = (0.0, 0.0, 0.0)  # the trial's beginning: time, beat told, beats due since

    def halt(self) -> None:
        """Forget the song; it stands."""
        self._rolls = False

    def place(self, seconds: float, told: float, bpm: float) -> float:
        """Return the beat at a second of the song where the master has beat `told`."""
        due = (seconds - self._seconds) * bpm / 60
        moved = abs(told - self._told - due) > JUMP or due < 0
        if not self._rolls or moved:
            self._rolls, self._honest, beat = True, False, told
            self._begun = (seconds, told, 0.0)
        else:
            beat = self._beat + due
            self._try_out(seconds, told, due)
            if self._honest:
                beat += EASE * (told - beat)
        self._seconds, self._beat, self._told = seconds, beat, told
        return beat

    def _try_out(self, seconds: float, told: float, due: float) -> None:
        begun, before, expected = self._begun
        expected += due
        self._begun = (begun, before, expected)
        if seconds - begun >= TRIAL:
            self._honest = abs((told - before) / expected - 1) < HONEST
            self._begun = (seconds, told, 0.0)
