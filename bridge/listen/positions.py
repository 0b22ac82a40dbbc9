"""Song positions: how many MIDI clocks from the song's beginning a sender means.

By the MIDI specification a position counts sixteenths, of 6 clocks each. Ardour 7 counts clocks
(libs/temporal/tempo.cc, `midi_clock_beat_at_or_after`: beats * 24; seen in 7.3: beat 40 is told as
960), and always whole beats. Read by the book, its bar lines would be elsewhere unless it begins at
one. What it sends is known by the name of the port it comes from, where that can be seen (JACK).
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.core import midi

ARDOURS_CLOCK = "MIDI Clock out"  # the name of that port, after the program's


class Positions:
    """Reads song positions, by who sends them."""

    def __init__(self) -> None:
        self._in_clocks = False  # whether a position counts those, as far as is known
        self._by_the_book = False  # whether one came that cannot be meant so

    def know_sources(self, names: Iterable[str]) -> None:
        """Take in which ports the clock may come from; JACK's names, `client:port`."""
        self._in_clocks = any(name.rpartition(":")[2] == ARDOURS_CLOCK for name in names)

    def clocks(self, message: bytes) -> int:
        """Return the clocks from the song's beginning to where a song position message points."""
        steps = midi.song_position(message)
        self._by_the_book |= steps % midi.CLOCKS_PER_BEAT != 0
        if self._in_clocks and not self._by_the_book:
            return steps
        return steps * midi.CLOCKS_PER_POSITION
