"""What a file says to a model: its notes, its last meter, its tempo and its instruments.

Conventions: ticks are those of `bridge.core.music`, 24 in a beat, where not said otherwise; "file
ticks" are the file's own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import NamedTuple

from bridge.app.files.smf import SIGNATURE, TEMPO, Event, Song, read_song
from bridge.core.errors import MusicError, SettingError
from bridge.core.music import TICKS_PER_BEAT, Meter, Note, snap
from bridge.core.voices import DRUM_CHANNEL, voice_of

RELEASE_SLACK = 3  # ticks: a last note held this far over the bar line does not open another bar
TEMPO_BARS = 8  # the last bars, of which the tempo is taken
DEFAULT_TEMPO = 500_000  # microseconds a beat: what a file without a tempo means


class Sound(NamedTuple):
    """A note as the file has it; times in file ticks."""

    onset: int
    length: int
    pitch: int
    velocity: int
    channel: int
    program: int
    track: int
    endless: bool  # no note-off follows in the file

    @property
    def voice(self) -> int:
        """The row of VOICES it belongs to."""
        return voice_of(self.program, drums=self.channel == DRUM_CHANNEL)


@dataclass(frozen=True, slots=True)
class Seed:
    """A phrase from a file, moved so that its last meter's bar lines are multiples of the bar."""

    path: Path
    song: Song
    sounds: tuple[Sound, ...]
    notes: tuple[Note, ...]
    meter: Meter
    bpm: float
    start: int  # the tick of the bar line on which the continuation begins
    begin: int  # the same bar line in file ticks
    moved: int  # ticks by which the notes stand later than in the file

    @property
    def instruments(self) -> dict[int, tuple[int, int]]:
        """The (channel, program) with which the answer plays each voice of the seed.

        They are the seed's own, of several the busiest whose channel has no other program and no
        note that rings over the bar line; where there is none, on a channel the seed leaves free.
        """
        channels: dict[int, set[int]] = defaultdict(set)
        players: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
        for s in self.sounds:
            channels[s.channel].add(s.program)
            players[s.voice][s.channel, s.program] += 1
        ringing = {s.channel for s in self.sounds if s.onset + s.length > self.begin}
        good = {c for c, used in channels.items() if len(used) == 1} - ringing | {DRUM_CHANNEL}
        melodic = [c for c in range(16) if c != DRUM_CHANNEL]
        free = [c for c in melodic if c not in channels]
        taken: set[int] = set()
        found = {}
        for voice, counts in sorted(players.items()):
            own, program = max(counts, key=lambda who: (who[0] in good, counts[who]))
            wishes = [own, *melodic] if own in good else [*free, own, *melodic]
            channel = next(c for c in wishes if c not in taken)
            taken.add(channel)
            found[voice] = channel, program
        return found


def read_seed(path: Path, role: str = "seed") -> Seed:
    """Read a MIDI file; raises MusicError, naming its role, where it is none or has no notes."""
    try:
        song = read_song(path.read_bytes())
    except OSError as error:
        raise MusicError(f"{role} {path}: cannot be read ({error.strerror})") from None
    except ValueError as flaw:
        raise MusicError(f"{role} {path}: {flaw}") from None
    sounds = tuple(_sounds(song))
    if not sounds:
        raise MusicError(f"{role} {path}: has no notes")
    bars = signatures(song, max(s.onset + s.length for s in sounds))
    origin, *signature = bars[-1]
    try:
        meter = Meter(*signature)
    except SettingError as flaw:
        raise MusicError(f"{role} {path}: {flaw}") from None
    scale, bar = TICKS_PER_BEAT / song.per_beat, meter.bar_ticks
    moved = -snap(origin * scale) % bar
    notes = _notes(sounds, scale, moved)
    start = bar_line_after(notes, bar)
    begin = origin + round((start - moved - snap(origin * scale)) / scale)
    bpm = 60e6 / _ruling(tempos(song), _last_bars(begin, bars, song.per_beat), begin)
    return Seed(path, song, sounds, notes, meter, bpm, start, begin, moved)


def bar_line_after(notes: Sequence[Note], bar: int) -> int:
    """Return the tick of the bar line, of bars of `bar` ticks, on which what follows begins."""
    over = max(n.onset + n.duration for n in notes) - RELEASE_SLACK
    return max(-(-over // bar), max(n.onset for n in notes) // bar + 1) * bar


def tempos(song: Song) -> list[tuple[int, int]]:
    """Return (file tick, microseconds a beat) of every tempo, beginning with the first."""
    found = [
        (e.tick, int.from_bytes(e.data[-3:], "big"))
        for track in song.tracks
        for e in track
        if e.is_meta(TEMPO)
    ]
    return [(0, DEFAULT_TEMPO), *sorted((t for t in found if t[1]), key=lambda t: t[0])]


def signatures(song: Song, end: int) -> list[tuple[int, int, int]]:
    """Return (file tick, beats, unit) of every time signature before `end`, a first one added."""
    found = [
        (e.tick, e.data[3], 2 ** e.data[4])
        for track in song.tracks
        for e in track
        if e.is_meta(SIGNATURE) and e.tick < end and e.data[3]
    ]
    return [(0, 4, 4), *sorted(found, key=lambda s: s[0])]


def _sounds(song: Song) -> Iterator[Sound]:
    """Yield the notes of a file, track by track."""
    # A program may stand in another track than the notes of its channel.
    anywhere = {
        e.data[0] & 0xF: e.data[1]
        for track in reversed(song.tracks)
        for e in reversed(track)
        if e.data[0] & 0xF0 == 0xC0
    }
    for number, track in enumerate(song.tracks):
        yield from _sounds_of(number, track, anywhere, song.per_beat)


def _sounds_of(
    number: int, track: Sequence[Event], programs: Mapping[int, int], beat: int
) -> Iterator[Sound]:
    """Yield a track's notes; an endless one lasts a beat, or until its key is struck again."""
    programs = dict(programs)
    held: dict[tuple[int, int], list[Sound]] = defaultdict(list)
    for tick, data in track:
        kind, channel = data[0] & 0xF0, data[0] & 0x0F
        if kind == 0xC0:
            programs[channel] = data[1]
        elif kind == 0x90 and data[2]:
            program = programs.get(channel, 0)
            sound = Sound(tick, beat, data[1], data[2], channel, program, number, endless=True)
            held[channel, data[1]].append(sound)
        elif kind in (0x80, 0x90) and held[channel, data[1]]:
            sound = held[channel, data[1]].pop(0)
            yield sound._replace(length=tick - sound.onset, endless=False)
    for strikes in held.values():
        for sound, following in zip_longest(strikes, strikes[1:]):
            again = following.onset - sound.onset if following else beat
            yield sound._replace(length=max(min(again, beat), 1))


def _notes(sounds: Sequence[Sound], scale: float, moved: int) -> tuple[Note, ...]:
    """Return what the model hears: notes on the grid, each pitch of a voice once at a time."""
    found = {}
    for s in sounds:
        length = max(round(s.length * scale), 1)
        onset = snap(s.onset * scale)
        off = round(s.onset * scale - onset, 6)  # on the grid is on it, whatever floats say
        note = Note(onset + moved, s.voice, s.pitch, length, s.velocity, off)
        found[note.onset, note.voice, note.pitch] = note
    return tuple(sorted(found.values()))


def _last_bars(end: int, bars: Sequence[tuple[int, int, int]], beat: int) -> float:
    """Return the file tick TEMPO_BARS before `end`."""
    left = float(TEMPO_BARS)
    for tick, beats, unit in reversed(bars):
        bar = beats * 4 / unit * beat
        here = (end - tick) / bar
        if here >= left:
            return end - left * bar
        left, end = left - here, tick
    return 0


def _ruling(changes: Sequence[tuple[int, int]], since: float, until: int) -> int:
    """Return the tempo that lasts for the most beats; a closing ritardando must not set it."""
    lengths: Counter[int] = Counter()
    for (tick, tempo), (after, _) in pairwise([*changes, (until, 0)]):
        lengths[tempo] += max(0, round(min(after, until) - max(tick, since)))
    return lengths.most_common(1)[0][0]
