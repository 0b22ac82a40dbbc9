"""How well chords are heard: songs played to `Sounding` as in a jam, beside the chords in the file.

    python -m bridge.evaluation.chords FOLDER --split test

Of each song of FOLDER (MIDI, listed in its manifest.json) the track CHORDS is the truth, as blocks.
All others are heard, drums aside, and never ahead of their time; a block that is no chord we have a
name for counts for nothing. The measures are those of mir_eval, shares of time: what is shown too
late, or not at all, is wrong. Beside them, how many chords were shown for one that is there.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import symusic
from rich.progress import track

from bridge.core.chords import QUALITIES, Chord
from bridge.core.errors import BridgeError, MusicError
from bridge.core.events import Message, Play, Pulse
from bridge.core.keys import TONICS
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.listen.detect import detect_key
from bridge.listen.sounding import Sounding

TRUTH = "CHORDS"
MEASURES = ("root", "majmin", "sevenths", "majmin_inv", "sevenths_inv")
KEY_BEATS, KEY_EVERY = 32, 4  # beats of which the key is told, as of a phrase; and how often
NOBODY = "N"
UNNAMED = "X"  # counts for nothing
BPM = 120.0
SECONDS = 60 / BPM  # of a beat

Label = tuple[float, float, str]  # from beat, to beat, in the syntax of Harte

_DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "#5", "6", "b7", "7")


def label(chord: Chord | None) -> str:
    """Return a chord in the syntax of Harte: "A:min7/b3"."""
    if chord is None:
        return NOBODY
    bass = (chord.bass - chord.root) % 12
    over = f"/{_DEGREES[bass]}" if bass else ""
    return f"{TONICS[chord.root]}:{chord.quality.shorthand}{over}"


def chord_of(pitches: Iterable[int]) -> Chord | None:
    """Return the chord of exactly these pitches; the lowest is its root where it can be."""
    rising = sorted(pitches)
    classes = {pitch % 12 for pitch in rising}
    bass = rising[0] % 12
    found = [
        Chord(root, quality, bass)
        for root in (bass, *sorted(classes - {bass}))
        for quality in QUALITIES
        if {(root + step) % 12 for step in quality.steps} == classes
    ]
    return found[0] if found else None


@dataclass(frozen=True)
class Song:
    """What is heard of a song, and what is true of it."""

    notes: tuple[Note, ...]
    truth: tuple[Label, ...]


def read_song(path: Path) -> Song:
    """Return a song of a MIDI file that has its chords as a track."""
    score = symusic.Score(path).resample(TICKS_PER_BEAT)
    heard = [
        Note(note.time, 0, note.pitch, max(note.duration, 1), note.velocity)
        for part in score.tracks
        if not part.name.startswith(TRUTH) and not part.is_drum
        for note in part.notes
    ]
    blocks: dict[int, list[Any]] = {}
    for part in score.tracks:
        for note in part.notes if part.name.startswith(TRUTH) else ():
            blocks.setdefault(note.time, []).append(note)
    return Song(tuple(sorted(heard)), tuple(_truth(blocks)))


def _truth(blocks: dict[int, list[Any]]) -> Iterator[Label]:
    """Yield a label for each block, up to the next, and between those that leave a gap."""
    begins = sorted(blocks)
    for begin, after in zip(begins, [*begins[1:], math.inf], strict=False):
        end = begin + max(note.duration for note in blocks[begin])
        end = min(end, after)
        chord = chord_of(note.pitch for note in blocks[begin])
        yield begin / TICKS_PER_BEAT, end / TICKS_PER_BEAT, label(chord) if chord else UNNAMED
        if end < after < math.inf:
            yield end / TICKS_PER_BEAT, after / TICKS_PER_BEAT, UNNAMED


def heard_in(song: Song) -> list[Label]:
    """Return what would have been shown while a song was played."""
    stage = _Stage()
    end = max(note.onset + note.duration for note in song.notes) // TICKS_PER_BEAT + 1
    ahead = list(song.notes)[::-1]
    for beat in range(end):
        stage.until(beat)
        if beat % KEY_EVERY == 0:
            recent = (beat - KEY_BEATS) * TICKS_PER_BEAT, beat * TICKS_PER_BEAT
            stage.lean_to([note for note in song.notes if recent[0] <= note.onset < recent[1]])
        stage.say(Pulse(beat * SECONDS, beat, BPM, playing=True, source="midi", status="locked"))
        while ahead and ahead[-1].onset < (beat + 1) * TICKS_PER_BEAT:
            stage.say(_play(ahead.pop()))
    begins = [*(begin for begin, _ in stage.shown), float(end)]
    spans = zip(pairwise(begins), stage.shown, strict=True)
    return [(begin, after, name) for (begin, after), (_, name) in spans if after > begin]


class _Stage:
    """A song that is played without waiting, and what is shown of it from which beat on."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, str]] = [(0.0, NOBODY)]
        self._sounding = Sounding()
        self._second = 0.0

    def lean_to(self, notes: Sequence[Note]) -> None:
        """Take the key of some notes for that of the song, if they have one."""
        self._sounding.key = detect_key(notes) or self._sounding.key

    def say(self, message: Message) -> None:
        self._sounding.take(message, self._second)
        self._note_down()

    def until(self, beat: float) -> None:
        """Let happen all that is due before a beat."""
        while (due := self._sounding.due) is not None and due <= beat * SECONDS:
            self._second = due
            self._sounding.look(due)
            self._note_down()
        self._second = beat * SECONDS

    def _note_down(self) -> None:
        name = label(self._sounding.chord)
        if name != self.shown[-1][1]:
            self.shown.append((self._second / SECONDS, name))


def _play(note: Note) -> Play:
    beat, length = note.onset / TICKS_PER_BEAT, note.duration / TICKS_PER_BEAT
    return Play(1, beat, length, 0, note.pitch, note.velocity)


def scores(songs: Sequence[Song]) -> dict[str, float]:
    """Return each of MEASURES over all songs, weighted by time, and changes shown per true one."""
    found, lengths, shown, true = [], [], 0, 0
    for song in track(songs, description="listening"):
        heard = heard_in(song)
        found.append(compared(song.truth, heard))
        lengths.append(song.truth[-1][1] - song.truth[0][0])
        shown, true = shown + len(heard), true + len(song.truth)
    means = {m: float(np.average([f[m] for f in found], weights=lengths)) for m in MEASURES}
    return means | {"changes": shown / true}


def compared(truth: Sequence[Label], heard: Sequence[Label]) -> dict[str, float]:
    """Return each of MEASURES of one song."""
    from mir_eval import chord as measures
    from mir_eval import util

    spans, names = np.array([row[:2] for row in truth]), [row[2] for row in truth]
    told, said = np.array([row[:2] for row in heard]), [row[2] for row in heard]
    told, said = util.adjust_intervals(told, said, spans.min(), spans.max(), NOBODY, NOBODY)
    pieces, names, said = util.merge_labeled_intervals(spans, names, told, said)
    lengths = util.intervals_to_durations(pieces)
    return {
        measure: measures.weighted_accuracy(getattr(measures, measure)(names, said), lengths)
        for measure in MEASURES
    }


def read_songs(folder: Path, split: str, most: int) -> list[Song]:
    """Return the songs of a split that have chords, `most` of its files at most; 0 is all."""
    try:
        listed = json.loads((folder / "manifest.json").read_text())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise MusicError(f"{folder}/manifest.json lists no files: {error}") from None
    names = [row["path"] for row in listed if row["split"] == split]
    songs = [read_song(folder / name) for name in names[: most or None]]
    found = [song for song in songs if song.truth and song.notes]
    if not found:
        raise MusicError(f"{folder}: no file of the split {split} has a track {TRUTH}")
    return found


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description="Measure how well chords are heard.")
    parser.add_argument("folder", type=Path, help="where manifest.json lies")
    parser.add_argument("--split", default="test", choices=("train", "valid", "test"))
    parser.add_argument("--songs", type=int, default=0, help="files at most; 0 is all")
    options = parser.parse_args()
    try:
        songs = read_songs(options.folder, options.split, options.songs)
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")
    print(f"songs: {len(songs)}")
    for name, value in scores(songs).items():
        print(f"{name}: {value:.3f}")


if __name__ == "__main__":
    main()
