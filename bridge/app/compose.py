"""`antiphon continue`: phrases in files are continued without ports, faster than real time."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.app.asked import told, values_of
from bridge.app.joined import joined
from bridge.app.places import prompt_reader
from bridge.app.prompting import Prompting
from bridge.app.seeds import Seed, read_seed
from bridge.app.smf import read_song
from bridge.core.errors import BridgeError, MusicError, SettingError
from bridge.core.events import NoteRow
from bridge.core.music import TICKS_PER_BEAT, Note
from bridge.core.params import Settings, Value, strict
from bridge.core.voices import DRUMS, VOICE_NAMES, VOICES
from bridge.listen.detect import detect_key, is_line
from bridge.listen.feel import learn
from bridge.respond.candidates import Taste, best_answer
from bridge.respond.cards import Card, load_model
from bridge.respond.continuer import Continuer
from bridge.respond.frame import Scene, limits_of
from bridge.respond.limits import Limits
from bridge.respond.prompt import PromptReader
from bridge.send.take import FILE_TICKS, Part, render, write_song

#: A file may hold any instrument; a range is for whoever names one.
WHOLE_RANGE = Settings(range_low=0, range_high=127)


def continue_seed(
    model: Continuer, seed: Seed, bars: int, settings: Settings, number: int
) -> list[Note]:
    """Return the notes of `bars` bars after a seed, ticks counted from their first bar line.

    They are played by the instruments of the seed, or by the one that settings name.
    """
    bar = seed.meter.bar_ticks
    model.forget()
    model.feed(seed.notes, bar)
    begin, end = seed.start, seed.start + bars * bar
    feel, before = learn(seed.notes), None
    found = []
    taste = Taste(settings.candidates, tuple(seed.notes), detect_key(seed.notes), bar)
    limits = _limits(seed, settings)
    for note in best_answer(model, limits, end, seed=number, taste=taste):
        before = feel.given(note, settings.feel, before, (begin, end))
        length = max(round(min(before.duration, end - before.onset - before.offset)), 1)
        found.append(replace(before, onset=before.onset - begin, duration=length))
    return found


def _limits(seed: Seed, settings: Settings) -> Limits:
    """Return the frame of what continues a seed."""
    voices = {n.voice for n in seed.notes}
    line = len(voices) == 1 and DRUMS not in voices and is_line(seed.notes)
    if settings.voice_answer != "same":
        voices = {VOICE_NAMES.index(settings.voice_answer)}
    key = detect_key(seed.notes)
    scene = Scene(phrase=seed.notes, key=key, line=line, bpm=seed.bpm, voices=voices)
    return limits_of(settings, scene, seed.start)


def _tracks(notes: Sequence[Note]) -> list[Part]:
    """Return a track for each voice, in beats."""
    tracks: dict[int, list[NoteRow]] = {}
    for n in notes:
        beat, length = (n.onset + n.offset) / TICKS_PER_BEAT, n.duration / TICKS_PER_BEAT
        tracks.setdefault(n.voice, []).append((beat, length, n.pitch, n.velocity, n.voice))
    return [(f"Antiphon {VOICES[voice].name}", rows) for voice, rows in sorted(tracks.items())]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of `antiphon continue`."""

    bars: int
    model: str
    number: int = -1  # the seed number; -1 draws one
    #: Parameters by name, as given; a wish named here outweighs the prompt.
    given: Mapping[str, Value] = field(default_factory=dict)
    prompt: str = ""
    with_seed: bool = False
    force: bool = False
    as_json: bool = False


def compose(seeds: Sequence[Path], out: Path, order: Order, models: Path) -> None:
    """Continue every seed and write the files; a bad seed is told and the others are done."""
    settings = _settings(order)
    places = targets(seeds, out, force=order.force)
    model = load_model(models, order.model)
    settings, said = _prompted(settings, Card.read(models / f"{order.model}.json"))
    if said:
        print(said, file=sys.stderr if order.as_json else sys.stdout)
    if order.number < 0:
        order = replace(order, number=secrets.randbelow(2**31))
    reports: list[dict[str, Any]] = []
    failed: BridgeError | None = None
    for path, place in zip(seeds, places, strict=True):
        try:
            reports.append(_one(model, path, place, order, settings))
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


def _settings(order: Order) -> Settings:
    """Return the parameters of an order; a value beyond its limits is refused."""
    settings = strict(strict(WHOLE_RANGE, "seed", order.number), "prompt", order.prompt)
    for name, value in order.given.items():
        settings = strict(settings, name, value)
    return settings


def _prompted(settings: Settings, card: Card) -> tuple[Settings, str]:
    """Return parameters with what their prompt asks for, and what was understood of it."""
    if not settings.prompt:
        return settings, ""
    reading = PromptReader.load(prompt_reader()).read(settings.prompt)
    turns = Prompting(settings).turns(settings, dict(values_of(reading)))
    for name, value in turns.items():
        settings = strict(settings, name, value)
    return settings, told(reading, card)


def _one(
    model: Continuer, path: Path, place: Path, order: Order, settings: Settings
) -> dict[str, Any]:
    """Continue one seed; return what to report."""
    seed = read_seed(path)
    begun = time.monotonic()
    notes = continue_seed(model, seed, order.bars, settings, order.number)
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
        "seed_file": str(path),
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
