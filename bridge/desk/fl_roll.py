"""FL Studio's piano-roll script: the last take as numbers, since FL's Python can read no file."""

from __future__ import annotations

import math
from string import Template

from bridge.core.events import NoteRow, TakeDone
from bridge.core.music import Meter
from bridge.desk.table import NAME

MARK = f"# {NAME}: the last take."
NO_TAKE = TakeDone(take=0, meter_beats=4, meter_unit=4, bpm=120, phrase=(), answer=())
EARLY = 1 / 48  # beats: half a tick before a bar line is on it

_SCRIPT = Template('''\
$mark Written anew after every answer; run it again with Ctrl+Alt+Y (Cmd+Opt+Y).
"""Put the last take into the piano roll: the answer, your phrase, or both."""

import flpianoroll as flp

TAKE = $take
PARTS = "The answer,Your phrase,Both"
# Beat, length in beats, pitch, velocity 1..127; beat 0 is the bar line before the phrase.
PHRASE: "list[tuple[float, float, int, int]]" = $phrase
ANSWER: "list[tuple[float, float, int, int]]" = $answer
ANSWER_BAR = $bar  # the beat of the bar line before the answer


def createDialog() -> flp.ScriptDialog:
    told = f"Take {TAKE}: {len(PHRASE)} notes of yours, {len(ANSWER)} of the answer."
    form = flp.ScriptDialog("$name", told if TAKE else "No take yet: play, and run this again.")
    form.AddInputCombo("Part", PARTS, 0)
    return form


def apply(form: flp.ScriptDialog) -> None:
    part = round(form.GetInputValue("Part"))
    start = ANSWER_BAR if part == 0 else 0.0
    for notes, color, wanted in ((ANSWER, 1, part != 1), (PHRASE, 0, part != 0)):
        if not wanted:
            continue
        for beat, length, pitch, velocity in notes:
            note = flp.Note()
            note.number = pitch
            note.time = max(0, round((beat - start) * flp.score.PPQ))
            note.length = max(1, round(length * flp.score.PPQ))
            note.velocity = velocity / 127
            note.color = color
            flp.score.addNote(note)
''')


def piano_roll(take: TakeDone) -> str:
    """Return `Antiphon.pyscript` with a take in it; take 0 is none yet."""
    bar = Meter(take.meter_beats, take.meter_unit).bar_beats
    first = min((row[0] for row in take.phrase or take.answer), default=0.0)
    begins = min((row[0] for row in take.answer), default=first)
    zero, answer_bar = _bar_line(first, bar), _bar_line(begins, bar)
    return _SCRIPT.substitute(
        mark=MARK, name=NAME, take=take.take, phrase=_literal(take.phrase, zero),
        answer=_literal(take.answer, zero), bar=repr(round(answer_bar - zero, 4)),
    )  # fmt: skip


def _bar_line(beat: float, bar: float) -> float:
    return math.floor((beat + EARLY) / bar) * bar


def _literal(rows: tuple[NoteRow, ...], zero: float) -> str:
    notes = (
        f"    ({round(beat - zero, 4)!r}, {round(length, 4)!r}, {pitch}, {velocity}),\n"
        for beat, length, pitch, velocity, _ in rows
    )
    inside = "".join(notes)
    return f"[\n{inside}]" if inside else "[]"
