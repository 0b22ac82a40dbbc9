"""What was played and what was answered, as Standard MIDI Files.

Conventions: beats are quarter notes, takes have 480 ticks in each; a file is complete or absent.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import mido

from bridge.core.errors import MusicError
from bridge.core.events import NoteRow, TakeDone
from bridge.core.files import put, put_beside
from bridge.core.music import Meter
from bridge.core.voices import DRUM_CHANNEL, DRUMS, VOICES

FILE_TICKS = 480  # per beat
Part = tuple[str, Sequence[NoteRow]]  # the name of a track and its notes
Instruments = Mapping[int, tuple[int, int]]  # voice -> the (channel, program) that plays it

_MELODIC = tuple(c for c in range(16) if c != DRUM_CHANNEL)
_SLOWEST = 3.6  # BPM: the tempo of a MIDI file has 24 bits


def write_take(folder: Path, take: TakeDone, now: datetime) -> Path:
    """Write a take below a name that was free and return its path; MusicError if impossible."""
    meter = Meter(take.meter_beats, take.meter_unit)
    data = render(_from_bar_one(take, meter), meter, take.bpm)
    stem = f"{now:%Y-%m-%d_%H-%M-%S}_take-{take.take:04d}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for again in itertools.count(1):
            path = folder / (f"{stem}.mid" if again == 1 else f"{stem}-{again}.mid")
            if _put_new(path, data):
                break
    except OSError as error:
        raise _unwritable(folder, error) from None
    return path


def write_midi(path: Path, tracks: Sequence[Part], meter: Meter, bpm: float) -> None:
    """Write tracks to a file whose tick 0 is beat 0; MusicError if it cannot be written."""
    write_song(path, render(tracks, meter, bpm))


def write_song(path: Path, data: bytes) -> None:
    """Write the bytes of a file in place of what was there; MusicError if that cannot be."""
    try:
        put(path, data)
    except OSError as error:
        raise _unwritable(path, error) from None


def render(
    tracks: Sequence[Part],
    meter: Meter,
    bpm: float,
    *,
    per_beat: int = FILE_TICKS,
    instruments: Instruments = MappingProxyType({}),
) -> bytes:
    """Return the bytes of a file; the first track also carries the tempo and the meter."""
    song = mido.MidiFile(type=1, ticks_per_beat=per_beat)
    channels = _channels(tracks, instruments)
    bar = meter.bar_beats
    end = max((b + n for _, notes in tracks for b, n, *_ in notes), default=0.0)
    last = round(max(1, math.ceil(round(end / bar, 6))) * bar * per_beat)
    for index, (name, notes) in enumerate(tracks):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        if index == 0:
            tempo = mido.bpm2tempo(max(bpm, _SLOWEST))
            track.append(mido.MetaMessage("set_tempo", tempo=tempo))
            track.append(
                mido.MetaMessage("time_signature", numerator=meter.beats, denominator=meter.unit)
            )
        track.extend(_programs(index, channels, instruments))
        now = 0
        for tick, message in _events(notes, index, channels, per_beat):
            track.append(message.copy(time=tick - now))
            now = tick
        track.append(mido.MetaMessage("end_of_track", time=max(0, last - now)))
        song.tracks.append(track)
    out = io.BytesIO()
    song.save(file=out)
    return out.getvalue()


def _from_bar_one(take: TakeDone, meter: Meter) -> list[Part]:
    first = min((row[0] for row in take.phrase or take.answer), default=0.0)
    # Half a tick early is on the bar line, not in the bar before it.
    bar_one = math.floor((first + 0.5 / FILE_TICKS) / meter.bar_beats) * meter.bar_beats
    return [
        (name, [(row[0] - bar_one, *row[1:]) for row in rows])
        for name, rows in (("You", take.phrase), ("Antiphon", take.answer))
    ]


def _channels(tracks: Sequence[Part], instruments: Instruments) -> dict[tuple[int, int], int]:
    """Give each (track, voice) its channel, or one of its own while there are some left."""
    found: dict[tuple[int, int], int] = {}
    free = itertools.cycle(_MELODIC)
    for index, (_, notes) in enumerate(tracks):
        for voice in sorted({row[4] for row in notes}):
            if voice in instruments:
                found[index, voice] = instruments[voice][0]
            else:
                found[index, voice] = DRUM_CHANNEL if voice == DRUMS else next(free)
    return found


def _programs(
    index: int, channels: dict[tuple[int, int], int], instruments: Instruments
) -> Iterator[mido.Message]:
    for (track, voice), channel in channels.items():
        _, program = instruments.get(voice, (channel, VOICES[voice].program))
        if track == index and (voice != DRUMS or voice in instruments):
            yield mido.Message("program_change", channel=channel, program=program)


def _events(
    notes: Iterable[NoteRow], index: int, channels: dict[tuple[int, int], int], per_beat: int
) -> list[tuple[int, mido.Message]]:
    """Return (tick, message) in order, ends before beginnings."""
    events: list[tuple[int, int, mido.Message]] = []
    for channel, pitch, velocity, start, stop in _apart(notes, index, channels, per_beat):
        on = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        off = mido.Message("note_off", channel=channel, note=pitch, velocity=0)
        events += [(start, 1, on), (stop, 0, off)]
    return [(tick, message) for tick, _, message in sorted(events, key=lambda e: e[:2])]


def _apart(
    notes: Iterable[NoteRow], index: int, channels: dict[tuple[int, int], int], per_beat: int
) -> list[tuple[int, int, int, int, int]]:
    """Return (channel, pitch, velocity, start, stop), a key let go before it is struck again."""
    struck: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for beat, length, pitch, velocity, voice in notes:
        start = max(0, round(beat * per_beat))
        note = (start, max(start + 1, round((beat + length) * per_beat)), velocity)
        struck.setdefault((channels[index, voice], pitch), []).append(note)
    rows = []
    for (channel, pitch), strikes in struck.items():
        strikes.sort()
        for strike, following in itertools.zip_longest(strikes, strikes[1:]):
            start, stop, velocity = strike
            if following is not None:
                stop = min(stop, following[0])
            if stop > start:  # of two strikes at once the longer is kept
                rows.append((channel, pitch, velocity, start, stop))
    return rows


def _put_new(path: Path, data: bytes) -> bool:
    """Write data to `path` unless something has that name; tell whether it was written."""
    if path.exists():
        return False
    beside = put_beside(path, data)
    try:
        # A link, unlike a rename, fails when the name was taken a moment ago.
        path.hardlink_to(beside)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        beside.replace(path)
        return True
    finally:
        beside.unlink(missing_ok=True)
    return True


def _unwritable(path: Path, error: OSError) -> MusicError:
    return MusicError(f"{path} cannot be written: {error.strerror or error}")
