"""`antiphon continue`: phrases in files are continued without ports, faster than real time."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import symusic

from bridge.core.errors import BridgeError, MusicError, SettingError
from bridge.core.events import NoteRow
from bridge.core.music import TICKS_PER_BEAT, Meter, Note, snap
from bridge.core.params import Settings, change
from bridge.core.voices import VOICES, voice_of
from bridge.respond.answer import answer
from bridge.respond.cards import load_model
from bridge.respond.continuer import Continuer
from bridge.respond.limits import Limits, voice_mask
from bridge.send.take import write_midi

RELEASE_SLACK = 3  # ticks: a last note held this far over the bar line does not open another bar


@dataclass(frozen=True, slots=True)
class Seed:
    """A phrase from a file, moved so that its last meter's bar lines are multiples of the bar."""

    path: Path
    notes: tuple[Note, ...]
    meter: Meter
    bpm: float

    @property
    def start(self) -> int:
        """The tick of the bar line on which the continuation begins."""
        bar = self.meter.bar_ticks
        end = max(n.onset + n.duration for n in self.notes) - RELEASE_SLACK
        return max(-(-end // bar), self.notes[-1].onset // bar + 1) * bar


def read_seed(path: Path) -> Seed:
    """Read a MIDI file; raises MusicError where it is none or has no notes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MusicError(f"seed {path}: cannot be read ({error.strerror})") from None
    if data[:4] != b"MThd":
        raise MusicError(f"seed {path}: not a MIDI file; it must begin with 'MThd'")
    try:
        score = symusic.Score.from_midi(data)
    except Exception:  # noqa: BLE001 - symusic raises many kinds for a broken file
        raise MusicError(f"seed {path}: the MIDI file is broken") from None
    scale = TICKS_PER_BEAT / score.ticks_per_quarter
    signatures = [
        (t.time * scale, Meter(t.numerator, t.denominator)) for t in score.time_signatures
    ]
    begin, meter = signatures[-1] if signatures else (0.0, Meter())
    moved = -snap(begin) % meter.bar_ticks
    found = {}
    for track in score.tracks:
        voice = voice_of(track.program, drums=track.is_drum)
        for n in track.notes:
            onset = snap(n.time * scale)
            length = max(round(n.duration * scale), 1)
            note = Note(onset + moved, voice, n.pitch, length, max(n.velocity, 1))
            found[note.onset, voice, n.pitch] = note
    if not found:
        raise MusicError(f"seed {path}: has no notes")
    bpm = score.tempos[-1].qpm if len(score.tempos) else 120.0
    return Seed(path, tuple(sorted(found.values())), meter, bpm)


def continue_seed(
    model: Continuer, seed: Seed, bars: int, limits: Limits, number: int
) -> list[Note]:
    """Return the notes of `bars` bars after a seed, ticks counted from their first bar line."""
    bar = seed.meter.bar_ticks
    model.forget()
    model.feed(seed.notes, bar)
    begin, end = seed.start, seed.start + bars * bar
    voices = voice_mask({n.voice for n in seed.notes})
    frame = replace(limits, voices=voices, earliest=begin, exact=True)
    found = []
    for note in answer(model, frame, end, number):
        length = min(note.duration, end - note.onset)
        found.append(Note(note.onset - begin, note.voice, note.pitch, length, note.velocity))
    return found


def _tracks(notes: Sequence[Note], shift: int) -> list[tuple[str, list[NoteRow]]]:
    """Return a track for each voice, in beats, moved by `shift` ticks."""
    tracks: dict[int, list[NoteRow]] = {}
    for n in notes:
        row = (
            (n.onset + shift) / TICKS_PER_BEAT,
            n.duration / TICKS_PER_BEAT,
            n.pitch,
            n.velocity,
            n.voice,
        )
        tracks.setdefault(n.voice, []).append(row)
    return [(VOICES[voice].name, rows) for voice, rows in sorted(tracks.items())]


def targets(seeds: Sequence[Path], out: Path) -> list[Path]:
    """Return where each continuation goes: one file, or a folder with a file for each seed."""
    single = out.suffix.lower() in (".mid", ".midi") and not out.is_dir()
    if single and len(seeds) > 1:
        raise SettingError(f"--out {out}: {len(seeds)} seeds need a folder, not one file")
    if single:
        places = [out]
    else:
        places, used = [], set()
        for seed in seeds:
            name, count = seed.stem, 1
            while name in used:
                count += 1
                name = f"{seed.stem}-{count}"
            used.add(name)
            places.append(out / f"{name}.mid")
    for seed, place in zip(seeds, places, strict=True):
        if place.exists() and seed.exists() and place.samefile(seed):
            raise SettingError(f"--out {place}: is the seed itself; choose another file or folder")
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of `antiphon continue`."""

    bars: int
    model: str
    number: int = -1  # the seed number; -1 draws one
    temperature: float = 0.95
    top_p: float = 0.95
    memory: float = 1.0
    with_seed: bool = False
    as_json: bool = False


def compose(seeds: Sequence[Path], out: Path, order: Order, models: Path) -> None:
    """Continue every seed and write the files; a bad seed is told and the others are done."""
    places = targets(seeds, out)
    model = load_model(models, order.model)
    number = order.number if order.number >= 0 else secrets.randbelow(2**31)
    order = replace(order, number=number)
    reports: list[dict[str, Any]] = []
    failed: BridgeError | None = None
    for path, place in zip(seeds, places, strict=True):
        try:
            reports.append(_one(model, path, place, order))
        except BridgeError as error:
            if failed is not None:  # the first is told last, as the reason of the exit code
                print(f"antiphon: {error}", file=sys.stderr)
            failed = failed or error
            continue
        if not order.as_json:
            line = "{out}: {notes} notes in {bars} bars, {seconds:.2f} s, seed {seed}"
            print(line.format(**reports[-1]))
    if order.as_json:
        print(json.dumps(reports, indent=2))
    if failed is not None:
        raise failed


def _limits(order: Order) -> Limits:
    """Return the frame of an order; values beyond the parameters' limits are brought to them."""
    settings = Settings()
    for name in ("temperature", "top_p", "memory"):
        settings = change(settings, name, getattr(order, name))
    return Limits(temperature=settings.temperature, top_p=settings.top_p, memory=settings.memory)


def _one(model: Continuer, path: Path, place: Path, order: Order) -> dict[str, Any]:
    """Continue one seed; return what to report."""
    phrase = read_seed(path)
    begun = time.monotonic()
    notes = continue_seed(model, phrase, order.bars, _limits(order), order.number)
    seconds = time.monotonic() - begun
    tracks = _tracks(notes, 0)
    if order.with_seed:
        bar = phrase.meter.bar_ticks
        first = phrase.notes[0].onset // bar * bar
        tracks = [(f"seed {n}", rows) for n, rows in _tracks(phrase.notes, -first)]
        tracks += _tracks(notes, phrase.start - first)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MusicError(f"{place.parent}: cannot be made ({error.strerror})") from None
    write_midi(place, tracks, phrase.meter, phrase.bpm)
    music = order.bars * phrase.meter.bar_beats * 60 / phrase.bpm
    return {
        "seed_file": str(path),
        "out": str(place),
        "model": model.name,
        "seed": order.number,
        "bars": order.bars,
        "notes": len(notes),
        "meter": str(phrase.meter),
        "bpm": round(phrase.bpm, 3),
        "seconds": round(seconds, 4),
        "times_real_time": round(music / max(seconds, 1e-9), 1),
    }
