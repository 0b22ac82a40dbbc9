"""Fit how far the session's memory is to be trusted: the constants of `bridge.respond.memory`.

`python -m bridge.evaluation.trust --data FILE [--models DIR]` prints TRUST_SHIFT and TRUST_SOUND.
Each is a row of weights w by length of the longest matching context; a weight is the one under
which (1 - w) network + w memory finds the continuations of the valid split most likely, all models
together.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.progress import track

from bridge.core.errors import BridgeError, ModelError
from bridge.evaluation.groups import ITEMS, items_of
from bridge.evaluation.items import Item, Library
from bridge.evaluation.models import ModelScorer, sound_shares
from bridge.evaluation.scoring import Floats
from bridge.respond.cards import list_cards
from bridge.respond.memory import LONGEST, SHORTEST, Memory, sound

FEWEST = 100  # symbols; a weight fitted on fewer would be chance
STEP = 0.01

Sample = tuple[int, float, float]  # length of the match, share of the network, of the memory


def collect(item: Item, network: Floats) -> tuple[list[Sample], list[Sample]]:
    """Return the samples of shifts and of sounds along a continuation.

    `network` (N, 2) holds the shares of the true onset and sound without a memory.
    """
    memory = Memory()
    shifts: list[Sample] = []
    sounds: list[Sample] = []
    for row, (shift, voice, pitch) in enumerate(item.steps.notes[1:, :3].tolist()):
        at = row + 1 - item.begin
        if at >= 0:
            shares, matched = memory.match_shifts()
            shifts.append((matched, float(network[at, 0]), shares.get(shift, 0.0)))
            shares, matched = memory.match_sounds(shift)
            sounds.append((matched, float(network[at, 1]), shares.get(sound(voice, pitch), 0.0)))
        memory.learn(shift, voice, pitch)
    return shifts, sounds


def fit(samples: Sequence[Sample]) -> tuple[float, ...]:
    """Return the weight for each length of match, 0 where too few were seen."""
    rows = np.array(samples)
    grid = np.arange(0, 1, STEP)
    weights = []
    for matched in range(LONGEST + 1):
        _, network, memory = rows[rows[:, 0] == matched].T
        if matched < SHORTEST or len(network) < FEWEST:
            weights.append(0.0)
            continue
        mixed = grid[:, None] * memory + (1 - grid[:, None]) * network
        weights.append(float(grid[np.log2(mixed + 1e-12).sum(axis=1).argmax()]))
    return tuple(round(weight, 2) for weight in weights)


def main() -> None:
    """Fit as the command line says."""
    parser = argparse.ArgumentParser(description="Fit the trust in the session's memory.")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--models", type=Path, default=Path("models/onnx"), help="models and cards")
    options = parser.parse_args()
    try:
        items = items_of(Library.load(options.data), "valid", ITEMS)
        if not (cards := list_cards(options.models)):
            raise ModelError(f"models {options.models}: there are none")
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")
    shifts: list[Sample] = []
    sounds: list[Sample] = []
    for scorer in [ModelScorer.load(options.models, card.name) for card in cards]:
        for item in track(items, scorer.name):
            found = collect(item, sound_shares(scorer.bits(item, hidden=False)))
            shifts += found[0]
            sounds += found[1]
    print("TRUST_SHIFT =", fit(shifts))
    print("TRUST_SOUND =", fit(sounds))


if __name__ == "__main__":
    main()
