"""`antiphon continue`: phrases in files are continued without ports, faster than real time."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bridge.app.engine.notices import without_drums
from bridge.app.files.joined import joined
from bridge.app.files.order import (
    THE_SEEDS,
    Order,
    Voices,
    Wanted,
    named_voices,
    settings_of,
    wanted_of,
)
from bridge.app.files.seeds import Seed, read_seed
from bridge.app.files.smf import read_song
from bridge.app.places import style_manners
from bridge.core.errors import BridgeError, MusicError, SettingError
from bridge.core.events import note_rows
from bridge.core.music import Note
from bridge.core.params import Settings
from bridge.core.voices import DRUMS, VOICES
from bridge.listen.detect import detect_key, is_line
from bridge.listen.feel import learn
from bridge.respond.candidates import Taste, best_answer
from bridge.respond.cards import Card, load_model
from bridge.respond.continuer import Continuer
from bridge.respond.frame import Scene, limits_of
from bridge.respond.limits import Limits
from bridge.respond.manner import Manners
from bridge.send.take import FILE_TICKS, Part, render, write_song


def continue_seed(
    model: Continuer,
    seed: Seed,
    bars: int,
    settings: Settings,
    number: int,
    *,
    voices: Voices = THE_SEEDS,
) -> list[Note]:
    """Return the notes of `bars` bars after a seed, ticks counted from their first bar line.

    They are played by the instruments of the seed, or by those that are named.
    """
    bar = seed.meter.bar_ticks
    model.forget()
    model.feed(seed.notes, bar)
    begin, end = seed.start, seed.start + bars * bar
    feel, before = learn(seed.notes), None
    found = []
    taste = Taste(settings.candidates, tuple(seed.notes), detect_key(seed.notes), bar)
    limits = _limits(seed, settings, voices)
    for note in best_answer(model, limits, end, seed=number, taste=taste):
        before = feel.given(note, settings.feel, before, (begin, end))
        length = max(round(min(before.duration, end - before.onset - before.offset)), 1)
        found.append(replace(before, onset=before.onset - begin, duration=length))
    return found


def _limits(seed: Seed, settings: Settings, voices: Voices = THE_SEEDS) -> Limits:
    """Return the frame of what continues a seed."""
    heard = {n.voice for n in seed.notes}
    playing = voices.beside(heard, settings.voice_answer)
    if not playing:
        raise MusicError(f"{seed.path}: nobody is left to play; name instruments by --voices")
    scene = Scene(
        phrase=seed.notes,
        key=detect_key(seed.notes),
        line=len(heard) == 1 and DRUMS not in heard and is_line(seed.notes),
        bpm=seed.bpm,
        voices=playing,
        wanted=playing if voices.named else None,
        manners=_manners(style_manners()),
    )
    return limits_of(settings, scene, seed.start)


@cache
def _manners(path: Path) -> Manners | None:
    """Return those of styles, read once for all seeds."""
    return Manners.load(path)


def _tracks(notes: Sequence[Note]) -> list[Part]:
    """Return a track for each voice, in beats."""
    tracks: dict[int, list[Note]] = {}
    for note in notes:
        tracks.setdefault(note.voice, []).append(note)
    return [
        (f"Antiphon {VOICES[voice].name}", note_rows(played))
        for voice, played in sorted(tracks.items())
    ]


def _places(seeds: Sequence[Path], out: Path) -> list[Path]:
    """Return where each continuation goes: one file, or a folder with a file for each seed."""
    if out.is_file() and not out.suffix:
        raise SettingError(f"--out {out}: is a file, but a name without .mid is a folder's")
    if out.is_dir() or not out.suffix:
        places, used = [], set()
        for seed in seeds:
            name, count = seed.stem, 1
            while name in used:
                count += 1
                name = f"{seed.stem}-{count}"
            used.add(name)
            places.append(out / f"{name}.mid")
        return places
    if out.suffix.lower() not in (".mid", ".midi"):
        raise SettingError(f"--out {out}: must end in .mid or .midi; a new folder has no dot")
    if len(seeds) > 1:
        raise SettingError(f"--out {out}: {len(seeds)} seeds need a folder, not one file")
    return [out]


def targets(seeds: Sequence[Path], out: Path, *, force: bool) -> list[Path]:
    """Return where each continuation goes, or raise if something would be lost there."""
    places = _places(seeds, out)
    for place in places:
        if not place.exists():
            continue
        if any(seed.exists() and place.samefile(seed) for seed in seeds):
            raise SettingError(f"--out {place}: is the seed itself; choose another file or folder")
        if not force:
            raise SettingError(f"--out {place}: exists; add --force to write over it")
    return places


def compose(seeds: Sequence[Path], out: Path, order: Order, models: Path) -> None:
    """Continue every seed and write the files; a bad seed is told and the others are done."""
    settings_of(order), named_voices(order.voices)  # a mistake is told before all else
    places = targets(seeds, out, force=order.force)
    model = load_model(models, order.model, device=order.device)
    card = Card.read(models / f"{order.model}.json")
    wanted = wanted_of(order, card)
    aside = sys.stderr if order.as_json else sys.stdout
    if "(" in model.provider:  # not where it was wanted
        print(f"antiphon: {model.name} on {model.provider}", file=sys.stderr)
    for line in wanted.says:
        print(line, file=aside)
    drums_told = False
    if order.number < 0:
        order = replace(order, number=secrets.randbelow(2**31))
    reports: list[dict[str, Any]] = []
    failed: BridgeError | None = None
    for path, place in zip(seeds, places, strict=True):
        try:
            seed = read_seed(path)
            reports.append(_one(model, seed, place, order, wanted))
        except BridgeError as error:
            if failed is not None:  # the first is told last, as the reason of the exit code
                print(f"antiphon: {error}", file=sys.stderr)
            failed = failed or error
            continue
        flaw = without_drums(card, {n.voice for n in seed.notes} | wanted.voices.named)
        if flaw and not drums_told:
            print(flaw, file=aside)
        drums_told = drums_told or bool(flaw)
        if not order.as_json:
            line = "{out}: {notes} notes in {bars} bars, {seconds:.2f} s, seed {seed}"
            print(line.format(**reports[-1]))
    if order.as_json:
        print(json.dumps(reports, indent=2))
    if failed is not None:
        raise failed


def _one(model: Continuer, seed: Seed, place: Path, order: Order, wanted: Wanted) -> dict[str, Any]:
    """Continue one seed; return what to report."""
    begun = time.monotonic()
    notes = continue_seed(
        model, seed, order.bars, wanted.settings, order.number, voices=wanted.voices
    )
    seconds = time.monotonic() - begun
    per_beat = seed.song.per_beat if order.with_seed else FILE_TICKS
    data = render(
        _tracks(notes), seed.meter, seed.bpm, per_beat=per_beat, instruments=seed.instruments
    )
    if order.with_seed:
        data = joined(seed, read_song(data), order.bars)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MusicError(f"{place.parent}: cannot be made ({error.strerror})") from None
    write_song(place, data)
    music = order.bars * seed.meter.bar_beats * 60 / seed.bpm
    return {
        "seed_file": str(seed.path),
        "out": str(place),
        "model": model.name,
        "seed": order.number,
        "bars": order.bars,
        "notes": len(notes),
        "meter": str(seed.meter),
        "bpm": round(seed.bpm, 3),
        "seconds": round(seconds, 4),
        "times_real_time": round(music / max(seconds, 1e-9), 1),
    }
