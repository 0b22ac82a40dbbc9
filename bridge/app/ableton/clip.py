"""`antiphon live clip`: a take, or a part of it, as a clip in a slot of the set open in Live.

Conventions: beats are quarter notes; beat 0 of a clip is the bar line before its first note.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from bridge.app.ableton.talk import LiveTalk
from bridge.app.ableton.tracks import YOU
from bridge.app.files.seeds import RELEASE_SLACK, read_seed
from bridge.core.errors import MusicError, PortError, SettingError
from bridge.core.music import TICKS_PER_BEAT
from bridge.core.params import Value
from bridge.desk.table import NAME, batches

LAST = "last"
PARTS = {"answer": NAME, "phrase": YOU, "both": NAME}  # and the track each goes to
EARLY = 1 / 48  # beats: half a tick before a bar line is on it
SLACK = RELEASE_SLACK / TICKS_PER_BEAT
AT_ONCE = 32  # notes in a message


@dataclass(frozen=True, slots=True)
class Clip:
    """What goes into a slot; a note is pitch, start and length in beats, velocity."""

    name: str
    length: float  # beats
    notes: tuple[tuple[int, float, float, int], ...]


def take_file(take: str, folder: Path) -> Path:
    """Return the file of a take: a path, a name in the folder, or the last one written there."""
    if take == LAST:
        takes = sorted(folder.glob("*.mid"), key=lambda path: (path.stat().st_mtime, path.name))
        if not takes:
            raise MusicError(f"no takes in {folder}; --takes names another folder")
        return takes[-1]
    for path in (Path(take), folder / take, folder / f"{take}.mid"):
        if path.is_file():
            return path
    raise MusicError(f"no take {take!r}, neither here nor in {folder}; it may be a file or 'last'")


def read_clip(path: Path, part: str) -> Clip:
    """Return a part of a take as a clip; MusicError where the file has none of it.

    A take has two tracks, the phrase and the answer; of other files the phrase is the first track
    and the answer the last.
    """
    seed = read_seed(path, "take")
    last = len(seed.song.tracks) - 1
    wanted = {"answer": {last}, "phrase": {0}, "both": set(range(last + 1))}[part]
    per_beat, bar = seed.song.per_beat, seed.meter.bar_beats
    found = sorted(
        (s.onset / per_beat, s.pitch, s.length / per_beat, s.velocity)
        for s in seed.sounds
        if s.track in wanted
    )
    if not found:
        raise MusicError(f"take {path}: has no notes in its {part}")
    zero = math.floor((found[0][0] + EARLY) / bar) * bar
    end = max(onset + length for onset, _, length, _ in found) - zero - SLACK
    bars = max(math.ceil(end / bar), int((found[-1][0] - zero) // bar) + 1)
    notes = tuple(
        (pitch, max(round(onset - zero, 4), 0.0), round(length, 4), velocity)
        for onset, pitch, length, velocity in found
    )
    return Clip(f"{path.stem} {part}", bars * bar, notes)


def put_clip(
    talk: LiveTalk, clip: Clip, track: int, slot: int | None, *, over: bool
) -> tuple[int, str]:
    """Put a clip into a slot, the first empty one if none is named; return slot and track's name.

    Raises SettingError where the slot is full, unless `over`, or cannot be; PortError if Live
    does not do it.
    """
    names, scenes = talk.tracks(), talk.count("scenes")
    if not 0 <= track < len(names):
        raise SettingError(f"there are {len(names)} tracks in Live, no track {track + 1}")
    if not talk.is_midi(track):
        raise SettingError(f"track {track + 1}, {names[track]!r}, takes no MIDI")
    if slot is None:
        slot = _first_empty(talk, track, scenes)
    elif not 0 <= slot < scenes:
        raise SettingError(f"there are {scenes} scenes in Live, no slot {slot + 1}")
    elif _is_full(talk, track, slot):
        if not over:
            raise SettingError(
                f"slot {slot + 1} of track {track + 1}, {names[track]!r}, is full;"
                " --over replaces its clip"
            )
        talk.tell("/live/clip_slot/delete_clip", track, slot)
    _write(talk, clip, track, slot)
    return slot, names[track]


def track_called(talk: LiveTalk, name: str) -> int:
    """Return the MIDI track of a name; SettingError if there is none."""
    track = talk.find(name, talk.tracks())
    if track is None:
        raise SettingError(
            f"no MIDI track in Live is called {name!r}: antiphon live setup makes it, or name"
            " another with --track"
        )
    return track


def _first_empty(talk: LiveTalk, track: int, scenes: int) -> int:
    for slot in range(scenes):
        if not _is_full(talk, track, slot):
            return slot
    raise SettingError(
        f"all {scenes} slots of track {track + 1} are full; add a scene in Live, or name one with"
        " --slot and --over"
    )


def _is_full(talk: LiveTalk, track: int, slot: int) -> bool:
    return bool(talk.value("/live/clip_slot/get/has_clip", track, slot))


def _write(talk: LiveTalk, clip: Clip, track: int, slot: int) -> None:
    talk.tell("/live/clip_slot/create_clip", track, slot, clip.length)
    if not _is_full(talk, track, slot):
        raise PortError(f"Live did not create a clip in slot {slot + 1} of track {track + 1}")
    talk.tell("/live/clip/set/name", track, slot, clip.name)
    for notes in batches(clip.notes, AT_ONCE):
        rows: list[Value] = [value for note in notes for value in (*note, False)]
        talk.tell("/live/clip/add/notes", track, slot, *rows)
    talk.ask("/live/clip/get/name", track, slot)  # answered after all of that was done
    if talk.complaints:
        raise PortError(f"Live did not take all notes: {talk.complaints[-1]}")
