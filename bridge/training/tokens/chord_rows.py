"""Training rows of the chord families: excerpts without their drums, onsets gathered to strings.

A row holds START, then a delay and a string for each event; a delay's part is 0, a string's 1. Its
first bar line is the one before the excerpt's first note of any kind, as `ChordContinuer` has it.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from bridge.core.voices import DRUMS
from bridge.respond.steps import LONGEST_SHIFT
from bridge.respond.tokens.chords import CHORDS, strings_of
from bridge.training.asked import ask
from bridge.training.corpus import Batch, Columns, Corpus, excerpt
from bridge.training.tokens.rows import Ints, ahead, empty, write

PARTS = ("onset", "sound")
NOTES_PER_TOKEN = 2.0  # of an excerpt: an event has 2.4 notes, and a fifth of all notes are drums


def spell(column: Columns) -> dict[str, Ints]:
    """Spell n notes as T tokens.

    Returns token, place, part, note (the number of the event), notes (how many an event stands for)
    and first (the row in `column` of the event's first note), all (T,). `column` (n,) is as
    `prepare` names it.
    """
    opened = int(column["onset"][0] - column["position"][0])
    rows = [(CHORDS.start, 0, -1, 0, 0, 0)]
    last, here, event = opened, 0, 0
    tuned = np.flatnonzero(column["voice"] != DRUMS).tolist()
    onsets, pitches = column["onset"].tolist(), column["pitch"].tolist()
    for onset, group in groupby(tuned, key=onsets.__getitem__):
        members = list(group)
        position = int(column["position"][members[0]])
        for said in strings_of({pitches[member] for member in members}):
            delay, count = min(onset - last, LONGEST_SHIFT), len(said.pitches)
            string = CHORDS.string_token + said.string
            rows.append((delay, here, 0, event, count, members[0]))
            rows.append((string, position, 1, event, count, members[0]))
            last, here, event = onset, position, event + 1
    table = np.array(rows, np.int64)
    names = ("token", "place", "part", "note", "notes", "first")
    return {name: table[:, at] for at, name in enumerate(names)}


def draw(corpus: Corpus, size: tuple[int, int], rng: np.random.Generator, *, vary: bool) -> Batch:
    """Draw a batch of arrays of `size` (rows, steps); see `Draw` and `spell`.

    `note` counts through the whole batch. An event that would be cut in two is left out.
    """
    rows, steps = size
    batch = empty(rows, steps) | {"notes": np.zeros((rows, steps), np.int64)}
    for row in range(rows):
        piece, column = excerpt(corpus, int(NOTES_PER_TOKEN * steps), rng, vary=vary)
        spelled = spell(column)
        count = min(len(spelled["token"]), (steps - 1) // 2 * 2 + 1)
        write(batch, row, spelled, count)
        if vary:
            wish = ask(column, int(corpus.style[piece]), float(corpus.qpm[piece]), rng)
            batch["wish"][row, :count] = wish[ahead(spelled["first"])[:count]]
    return batch
