"""A seed as it was, and behind it its continuation, in one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.app.files.seeds import Seed, signatures, tempos
from bridge.app.files.smf import META, NAME, SIGNATURE, TEMPO, Event, Song, song_bytes


def joined(seed: Seed, answer: Song, bars: int) -> bytes:
    """Return a file of the seed and, from its last bar line on, an answer with the same ticks."""
    tracks = [_mended(seed, number) for number in range(len(seed.song.tracks))]
    tracks[0] = _merged(tracks[0], list(_changes(seed)))
    played = {s.channel for s in seed.sounds}
    tracks += [_moved(track, seed.begin, played) for track in answer.tracks]
    song = Song(answer.per_beat, tuple(tracks))
    return song_bytes(song, seed.begin + round(bars * seed.meter.bar_beats * song.per_beat))


def _merged(early: Sequence[Event], late: Sequence[Event]) -> tuple[Event, ...]:
    """Return all events in order; at the same tick the early ones come first."""
    return tuple(sorted((*early, *late), key=lambda e: e.tick))


def _mended(seed: Seed, number: int) -> tuple[Event, ...]:
    """Return a track of the seed; its endless notes end, lest they sound through the answer."""
    ends = [
        Event(s.onset + s.length, bytes((0x80 | s.channel, s.pitch, 0)))
        for s in seed.sounds
        if s.endless and s.track == number
    ]
    return _merged(ends, seed.song.tracks[number])


def _changes(seed: Seed) -> Iterator[Event]:
    """Yield the answer's tempo and meter where those the seed ends with are others."""
    tempo, meter = round(60e6 / seed.bpm), seed.meter
    if [t for tick, t in tempos(seed.song) if tick <= seed.begin][-1] != tempo:
        yield Event(seed.begin, bytes((META, TEMPO, 3)) + tempo.to_bytes(3, "big"))
    if signatures(seed.song, seed.begin + 1)[-1][1:] != (meter.beats, meter.unit):
        power = meter.unit.bit_length() - 1
        yield Event(seed.begin, bytes((META, SIGNATURE, 4, meter.beats, power, 24, 8)))


def _moved(track: Sequence[Event], begin: int, played: set[int]) -> tuple[Event, ...]:
    """Return a track of the answer, moved to where it begins, without a tempo of its own."""
    music = [Event(e.tick + begin, e.data) for e in track if e.data[0] < 0xF0]
    channels = {e.data[0] & 0xF for e in music} & played
    # What the seed's player left down or bent would colour the answer.
    release = [
        Event(begin, data)
        for c in sorted(channels)
        for data in (bytes((0xB0 | c, 64, 0)), bytes((0xE0 | c, 0, 64)))
    ]
    name = [e for e in track if e.data[:2] == bytes((META, NAME))]
    return (*name, *release, *music)
