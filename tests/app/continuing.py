"""Calling `antiphon continue` as a user does, and reading what it wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mido

from bridge.core.events import NoteRow
from bridge.core.music import Meter
from bridge.send.take import write_midi

FOUR_FOUR = Meter()


def write_seed(path: Path, meter: Meter = FOUR_FOUR, bpm: float = 96.0, voice: int = 0) -> Path:
    rows: list[NoteRow] = [
        (i * 0.5, 0.45, (60, 63, 67, 70, 72, 70)[i % 6], 80, voice) for i in range(16)
    ]
    write_midi(path, [("seed", rows)], meter, bpm)
    return path


def call(*arguments: object) -> tuple[int, str]:
    """Run the program in its own process, as a shell would."""
    command = [sys.executable, "-m", "bridge", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def notes_of(path: Path) -> list[tuple[int, int]]:
    """Return (tick, pitch) of every note-on, checking that each has its note-off."""
    found, sounding = [], set()
    for track in mido.MidiFile(path).tracks:
        tick = 0
        for message in track:
            tick += message.time
            key = (getattr(message, "channel", None), getattr(message, "note", None))
            if message.type == "note_on" and message.velocity:
                assert key not in sounding
                sounding.add(key)
                found.append((tick, message.note))
            elif message.type in ("note_on", "note_off"):
                sounding.remove(key)
    assert not sounding
    return sorted(found)


def refused(*arguments: object) -> str:
    """Call `continue` in vain; return its one line."""
    code, text = call("continue", *arguments)
    assert code == 2
    assert text.startswith("antiphon: ")
    assert text.count("\n") == 1
    return text
