"""Training rows of the token families: excerpts, spelled, one a row.

A row holds T tokens. Each belongs to a part of a note (0 onset, 1 sound, 2 touch, -1 for the tokens
that open a row or fill it up) and to a note of its row. In training, the touches of some rows are
not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bridge.core.voices import DRUMS
from bridge.respond.steps import LONGEST_SHIFT
from bridge.respond.tokens.spelling import BANDS, PITCHES, Spelling
from bridge.respond.wishes import WIDTH
from bridge.training.asked import ask
from bridge.training.corpus import HIDE, Batch, Columns, Corpus, excerpt

PARTS = ("onset", "sound", "touch")

Ints = NDArray[np.int64]


class Draw(Protocol):
    """Draws a batch of `size` (rows, steps) tokens."""

    def __call__(
        self, corpus: Corpus, size: tuple[int, int], rng: np.random.Generator, *, vary: bool
    ) -> Batch:
        """Return arrays (rows, steps): token, place, part, note and wish (..., W)."""


def spell(spelling: Spelling, column: Columns, *, hidden: bool) -> dict[str, Ints]:
    """Spell n notes: token, place, part and note, (T,) each, as `TokenContinuer` would.

    `column` (n,) is as `prepare` names it; the row opens at the bar line before its first note.
    """
    voices = column["voice"].tolist()
    opening = spelling.opening(voices[0], drums=DRUMS in voices)
    tokens, places = list(opening), [0] * len(opening)
    parts, notes = [-1] * len(opening), [0] * len(opening)
    last, here = int(column["onset"][0] - column["position"][0]), 0
    names = ("onset", "voice", "pitch", "duration", "velocity", "position", "bar")
    rows = zip(*(column[name].tolist() for name in names), strict=True)
    for number, (onset, voice, pitch, duration, velocity, position, bar) in enumerate(rows):
        shift = min(onset - last, LONGEST_SHIFT)
        for row, part in enumerate(spelling.order):
            if part == "onset":
                path = spelling.onsets(here, bar).paths[shift]
            elif part == "sound":
                path = spelling.sounds.paths[voice * PITCHES + pitch]
            else:
                touch = duration * BANDS + velocity
                path = spelling.unknown if hidden else spelling.touches.paths[touch]
            tokens += path
            places += [here] * len(path)
            kind = -1 if hidden and part == "touch" else PARTS.index(part)
            parts += [kind] * len(path)
            notes += [number] * len(path)
            here = position if row == spelling.order.index("onset") else here
        last = onset
    found = {"token": tokens, "place": places, "part": parts, "note": notes}
    return {name: np.array(values, np.int64) for name, values in found.items()}


def draw(
    spelling: Spelling,
    corpus: Corpus,
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    vary: bool,
) -> Batch:
    """Draw a batch of arrays of `size` (rows, steps): token, place, part, note and wish (..., W).

    `note` counts through the whole batch; `wish` is what is asked of the note that a token leads
    to, all zeros unless rows are varied.
    """
    rows, steps = size
    batch = empty(rows, steps)
    for row in range(rows):
        piece, column = excerpt(corpus, steps // 2, rng, vary=vary)
        spelled = spell(spelling, column, hidden=vary and rng.random() < HIDE)
        count = min(len(spelled["token"]), steps)
        write(batch, row, spelled, count)
        if vary:
            wish = ask(column, int(corpus.style[piece]), float(corpus.qpm[piece]), rng)
            batch["wish"][row, :count] = wish[ahead(spelled["note"])[:count]]
    return batch


def empty(rows: int, steps: int) -> Batch:
    """Return arrays (rows, steps) in which nothing is foretold and nothing asked for."""
    return {
        "token": np.zeros((rows, steps), np.int64),
        "place": np.zeros((rows, steps), np.int64),
        "part": np.full((rows, steps), -1, np.int64),
        "note": np.zeros((rows, steps), np.int64),
        "wish": np.zeros((rows, steps, WIDTH), np.float32),
    }


def write(batch: Batch, row: int, spelled: Mapping[str, Ints], count: int) -> None:
    """Write the first `count` tokens of an excerpt; notes are counted through the whole batch."""
    for name in batch.keys() & spelled.keys():
        batch[name][row, :count] = spelled[name][:count]
    batch["note"][row, :count] += row * batch["note"].shape[1]


def ahead(told: Ints) -> Ints:
    """Return of each token (T,) what is told of the next one: that one it foretells."""
    return np.append(told[1:], told[-1])
