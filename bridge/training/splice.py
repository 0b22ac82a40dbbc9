"""Excerpts that go on with another piece: there only the wishes tell what comes.

Of music that goes on, what was heard tells the next note to 0.01 bits of what its wishes would add,
so a network hardly learns to listen to them. Here a piece breaks off at a bar line, and another one
in another style goes on, moved to where its pitch classes fit those of the first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.core.voices import DRUMS
from bridge.training.corpus import Columns, Corpus, excerpt

FEWEST = 24  # notes of either piece
TRIES = 8  # draws of a second piece until its style is another one


def medley(corpus: Corpus, room: int, rng: np.random.Generator, *, vary: bool) -> Columns:
    """Draw an excerpt of at most `room` notes; `corpus.splice` of those varied change their piece.

    Returns columns (n,) as `excerpt` does.
    """
    first = excerpt(corpus, room, rng, vary=vary)
    if not vary or rng.random() >= corpus.splice or len(first["onset"]) < 2 * FEWEST:
        return first
    style = corpus.style[first["piece"][0]]
    for _ in range(TRIES):
        second = excerpt(corpus, room, rng, vary=True)
        if corpus.style[second["piece"][0]] != style:
            cut = int(rng.integers(FEWEST, len(first["onset"]) - FEWEST + 1))
            return joined(first, second, cut, room)
    return first


def joined(first: Columns, second: Columns, cut: int, room: int) -> Columns:
    """Let `second` follow from the bar line before note `cut` of `first`; at most `room` notes.

    `second` begins with its first whole bar; where it has none, or `first` has nothing before that
    line, it is `first` that comes back.
    """
    line = first["onset"][cut] - first["position"][cut]
    before = first["onset"] < line
    opening = second["onset"][0] - second["position"][0]
    begin = opening + (second["bar"][0] if second["position"][0] else 0)
    after = second["onset"] >= begin
    if not before.any() or not after.any():
        return first
    kept = {name: values[before] for name, values in first.items()}
    added = {name: values[after] for name, values in second.items()}
    added["onset"] = added["onset"] - begin + line
    added["pitch"] = fitted(added, kept)
    return {name: np.concatenate([kept[name], added[name]])[:room] for name in kept}


def fitted(added: Columns, kept: Columns) -> NDArray[np.int64]:
    """Return the pitches of `added`, moved by -5..+6 semitones to where they fit `kept` best.

    What fits is the scalar product of how often each pitch class is struck; drums stay.
    """
    tuned = added["voice"] != DRUMS
    pitch = added["pitch"]
    if not tuned.any():
        return pitch
    there = np.bincount(kept["pitch"][kept["voice"] != DRUMS] % 12, minlength=12)
    here = np.bincount(pitch[tuned] % 12, minlength=12)
    low, high = int(pitch[tuned].min()), int(pitch[tuned].max())
    steps = [step for step in range(-5, 7) if low + step >= 0 and high + step <= 127]
    best = max(steps, key=lambda step: (int(there @ np.roll(here, step)), -abs(step)))
    return pitch + best * tuned
