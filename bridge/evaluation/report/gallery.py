"""Answers to look at and listen to: chosen by the hash of their items, not by eye or ear."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from bridge.core.events import NoteRow
from bridge.core.music import TICKS_PER_BEAT, Meter
from bridge.core.voices import VOICES
from bridge.evaluation.answers import Generator
from bridge.evaluation.items import Item
from bridge.evaluation.notes import Passage, prime_of
from bridge.evaluation.report.sheets import answer_to, item_id

SIZE = 20
BPM = 120.0  # prepared music knows no tempo

Part = tuple[str, Sequence[NoteRow]]
Save = Callable[[Path, Sequence[Part], Meter, float], None]  # file, tracks, meter, tempo
Bars = Sequence[tuple[float, float, int]]  # onset and duration in beats, pitch
Draw = Callable[[Bars, Bars, float, Path, str], None]  # heard, played, bar, file, title


def chosen(items: Sequence[Item], size: int = SIZE) -> list[Item]:
    """Return those whose hashes are the lowest, whatever order they come in."""
    by_hash = {hashlib.sha1(item_id(i).encode(), usedforsecurity=False).digest(): i for i in items}
    return [by_hash[key] for key in sorted(by_hash)[:size]]


def hang(
    folder: Path, items: Sequence[Item], player: Generator, save: Save, draw: Draw | None
) -> None:
    """Write the first answer to each chosen item behind its prime, as MIDI and as a picture."""
    folder.mkdir()
    for number, item in enumerate(chosen(items), start=1):
        heard, played = prime_of(item), answer_to(item, player, 0)
        tracks = [*_tracks(heard, "seed "), *_tracks(played, "")]
        path = folder / f"answer-{number:02}-{item_id(item)}.mid"
        save(path, tracks, meter_of(heard.bar_ticks), BPM)
        if draw:
            title = f"{player.name} goes on after {heard.length:g} beats of {item_id(item)}"
            draw(_bars(heard), _bars(played), heard.bar_beats, path.with_suffix(".png"), title)


def meter_of(bar: int) -> Meter:
    """Return a meter with bars of so many ticks."""
    for unit in (4, 8, 16, 32):
        beats, rest = divmod(bar * unit, 4 * TICKS_PER_BEAT)
        if not rest and beats <= 32:
            return Meter(beats, unit)
    return Meter()


def _tracks(music: Passage, prefix: str) -> list[Part]:
    """Return a track for each voice."""
    tracks: dict[int, list[NoteRow]] = {}
    columns = (music.onset, music.duration, music.pitch, music.velocity, music.voice)
    for row in zip(*(column.tolist() for column in columns), strict=True):
        tracks.setdefault(row[4], []).append(row)
    return [(f"{prefix}{VOICES[voice].name}", rows) for voice, rows in sorted(tracks.items())]


def _bars(music: Passage) -> Bars:
    columns = (music.onset, music.duration, music.pitch)
    return list(zip(*(column.tolist() for column in columns), strict=True))
