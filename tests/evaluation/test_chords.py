"""How well chords are heard: labels, truth from blocks, and a song that is heard as it is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import symusic
from mir_eval.chord import encode

from bridge.core.chords import QUALITIES, Chord, Quality
from bridge.core.errors import MusicError
from bridge.evaluation.chords import (
    MEASURES,
    chord_of,
    compared,
    heard_in,
    label,
    read_song,
    read_songs,
)

BLOCKS = ((48, 52, 55), (45, 48, 52), (41, 45, 48), (43, 47, 50))
NAMES = ["C:maj", "A:min", "F:maj", "G:maj"]


def write_song(path: Path) -> Path:
    """A bar for each chord: the blocks are the truth, and an arpeggio of each is heard."""
    score = symusic.Score(480)
    truth, heard = symusic.Track(name="CHORDS"), symusic.Track(name="PIANO")
    for bar, pitches in enumerate(BLOCKS):
        for pitch in pitches:
            truth.notes.append(symusic.Note(bar * 1920, 1920, pitch, 90))
        for n in range(8):
            pitch = (*pitches, pitches[0] + 12)[n % 4]
            heard.notes.append(symusic.Note(bar * 1920 + n * 240, 1920 - n * 240, pitch, 90))
    score.tracks.append(truth)
    score.tracks.append(heard)
    score.dump_midi(path)
    return path


@pytest.mark.parametrize("quality", QUALITIES, ids=lambda quality: quality.shorthand)
def test_every_label_is_understood(quality: Quality) -> None:
    """mir_eval reads the root, the steps and the bass of each chord out of its label."""
    for step in quality.steps:
        root, steps, bass = encode(
            label(Chord(3, quality, (3 + step) % 12)), reduce_extended_chords=True
        )
        assert (root, bass) == (3, step)
        assert set(np.flatnonzero(steps)) <= set(quality.steps)


def test_a_block_is_named_by_its_lowest_note_where_it_can_be() -> None:
    """A, C, E and G is Am7 over A and C6 over C; a heap of neighbours is nothing."""
    assert label(chord_of((57, 60, 64, 67))) == "A:min7"
    assert label(chord_of((48, 57, 64, 67))) == "C:maj6"
    assert label(chord_of((52, 60, 67))) == "C:maj/3"
    assert chord_of((60, 61, 62)) is None


def test_a_song_is_heard_without_its_truth(tmp_path: Path) -> None:
    """The chords shown are those of the file, each less than a bar late."""
    song = read_song(write_song(tmp_path / "song.mid"))
    assert [name for _, _, name in song.truth] == NAMES
    heard = heard_in(song)
    assert all(end == begin for (_, end, _), (begin, _, _) in pairwise(heard))
    assert [name for _, _, name in heard if name in NAMES] == NAMES
    assert set(compared(song.truth, heard)) == set(MEASURES)


def test_a_folder_without_songs_is_refused(tmp_path: Path) -> None:
    """One line says what is missing."""
    with pytest.raises(MusicError, match="lists no files"):
        read_songs(tmp_path, "test", 0)
    (tmp_path / "manifest.json").write_text('{"files": []}')
    with pytest.raises(MusicError, match="no file of the split test has a track CHORDS"):
        read_songs(tmp_path, "test", 0)
