"""Which style an answer is in, to an ear that heard a little of every style.

Each style is a PPM (`bridge.evaluation.ppm`) over music of the train split in that style, in all
twelve keys and with all tuned instruments as one, so that it hears rhythm, intervals and chords. An
answer is in the style that foretells it best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.core.voices import DRUMS
from bridge.core.wishes import BY_NAME
from bridge.evaluation.items import Ints
from bridge.evaluation.ppm import KINDS, LongMemory, symbols
from bridge.evaluation.scoring import Floats, bits
from bridge.respond.steps import LONGEST_SHIFT, PITCH, VOICE
from bridge.training.corpus import Corpus

STYLES = BY_NAME["style"].choices
NOTES, RUN = 20_000, 256  # of each style; notes of a piece heard in one go
SEED = 22


@dataclass(frozen=True, slots=True)
class StyleEar:
    """One memory for each style, in the order of the wish's choices."""

    memories: Sequence[LongMemory]

    @classmethod
    def taught(cls, corpus: Corpus, notes: int = NOTES) -> StyleEar:
        """Hear `notes` of every style; one that the corpus has nothing of is never heard again."""
        return cls([LongMemory(_runs(corpus, row, notes)) for row in range(len(STYLES))])

    def bits(self, notes: Ints) -> Floats:
        """Return what notes (N, 3 or more: shift, voice, pitch) cost in each style, bits a note."""
        row = symbols(_plain(notes, 0))
        costs = [bits(_last(m.shares(row))).sum() if m.size else np.inf for m in self.memories]
        return np.array(costs) / len(notes)

    def style(self, notes: Ints) -> int:
        """Return the row of the style that foretells notes best."""
        return int(self.bits(notes).argmin())


def _last(shares: Floats) -> Floats:
    """Return the shares (2N, orders) of all symbols with the longest context, (N, 2)."""
    return shares[:, -1].reshape(-1, len(KINDS))


def _plain(notes: Ints, step: int) -> Ints:
    """Return notes with one tuned voice, moved by some semitones."""
    tuned = notes[:, VOICE] != DRUMS
    plain = notes[:, : PITCH + 1].copy()
    plain[tuned, VOICE] = 0
    plain[tuned, PITCH] = np.clip(plain[tuned, PITCH] + step, 0, 127)
    return plain


def _runs(corpus: Corpus, style: int, notes: int) -> Iterator[Ints]:
    """Yield rows of symbols, each run in all keys."""
    rng = np.random.default_rng([SEED, style])
    pieces = np.flatnonzero(corpus.style == style)
    length = (corpus.ends - corpus.starts)[pieces]
    heard = 0
    while heard < notes and len(pieces):
        piece = int(rng.choice(pieces, p=length / length.sum()))
        first, end = int(corpus.starts[piece]), int(corpus.ends[piece])
        begin = int(rng.integers(first, max(end - RUN, first) + 1))
        part = {n: corpus.columns[n][begin : begin + RUN] for n in ("onset", "voice", "pitch")}
        onset = part["onset"].astype(np.int64)
        shift = np.minimum(np.diff(onset, prepend=onset[0]), LONGEST_SHIFT)
        table = np.column_stack([shift, part["voice"], part["pitch"]]).astype(np.int64)
        for step in range(-5, 7):
            yield symbols(_plain(table, step))
        heard += len(onset)
