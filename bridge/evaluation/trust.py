"""Fit how far the session's memory is to be trusted beside a model, and keep it in its card.

    python -m bridge.evaluation.trust NAME... --data notes.npz --write-cards

Each weight w is the one under which (1 - w) network + w memory finds the continuations of the valid
split most likely, by length of the longest matching context. A card is given weights of its own
only where they save MARGIN bits a note on pieces they were not fitted on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bridge.core.errors import BridgeError, ModelError
from bridge.core.music import Note
from bridge.evaluation.groups import groups_of, items_of
from bridge.evaluation.items import Item, Library
from bridge.evaluation.models import notes_of
from bridge.respond.cards import Card, check_model, list_cards, load_model
from bridge.respond.continuer import Continuer
from bridge.respond.families import FAMILIES
from bridge.respond.memory import LONGEST, SHORTEST, USUAL_TRUST, Trust

ITEMS = 24  # of each group of packs
FEWEST = 100  # symbols; a weight fitted on fewer would be chance
STEP = 0.01
HALF = 0.5  # the weight under which a memory is measured
MARGIN = 0.005  # bits a note; anything less is chance

Sample = tuple[int, float, float]  # length of the match, share of the network, of the memory


class Decision(NamedTuple):
    """One sound and the shift before it."""

    piece: int
    notes: int
    shift: Sample
    sound: Sample


@dataclass(frozen=True)
class Probe(Trust):
    """One weight whatever matched, and the lengths that did since `clear`."""

    shift_lengths: list[int] = field(default_factory=list)
    sound_lengths: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, weight: float) -> Probe:
        """Return a probe of a weight."""
        weights = (0.0,) * SHORTEST + (weight,) * (LONGEST + 1 - SHORTEST)
        return cls(weights, weights)

    def of_shift(self, matched: int) -> float:
        """Note a length and return the weight."""
        self.shift_lengths.append(matched)
        return super().of_shift(matched)

    def of_sound(self, matched: int) -> float:
        """Note a length and return the weight."""
        self.sound_lengths.append(matched)
        return super().of_sound(matched)

    def clear(self) -> None:
        """Forget the lengths."""
        self.shift_lengths.clear()
        self.sound_lengths.clear()


def units(family: str, notes: Sequence[Note]) -> list[list[Note]]:
    """Return notes so that each part is one decision of the family, if that can be."""
    decides = FAMILIES[family].decides
    if decides == "onsets":
        return [list(together) for _, together in groupby(notes, key=lambda note: note.onset)]
    if decides == "notes from below":
        notes = sorted(notes, key=lambda note: (note.onset, note.pitch))
    return [[note] for note in notes]


class Told(NamedTuple):
    """What a decision cost one way, and what the memory had to go by."""

    notes: int
    lengths: tuple[int, int]  # of the match, for the shift and for the sound
    bits: tuple[float, float]


def walk(model: Continuer, probe: Probe, family: str, item: Item) -> list[Told]:
    """Return the decisions along the continuation of an item.

    Those of which the memory is not asked once (drums on a roll, chords too large for a string) are
    left out.
    """
    notes, bar = notes_of(item, hidden=False), int(item.steps.bar[0])
    model.forget()
    model.feed(notes[: item.begin - 1], bar)
    found = []
    for unit in units(family, notes[item.begin - 1 :]):
        probe.clear()
        costs = np.array(model.bits(unit, bar))
        if len(probe.sound_lengths) == 1:
            lengths = probe.shift_lengths[0], probe.sound_lengths[0]
            bits = float(costs[:, 0].sum()), float(costs[:, 1:3].sum())
            found.append(Told(len(unit), lengths, bits))
    return found


def collect(folder: Path, name: str, items: Iterable[Item]) -> list[Decision]:
    """Return the decisions of a model along the continuations of items.

    It is led along each twice: alone, and with the memory at HALF, whence the memory's own shares.
    """
    family = check_model(folder, name).family
    probes = Probe.of(0.0), Probe.of(HALF)
    models = [load_model(folder, name, probe) for probe in probes]
    found = []
    for item in items:
        ways = [walk(m, p, family, item) for m, p in zip(models, probes, strict=True)]
        for alone, mixed in zip(*ways, strict=True):
            shift, sound = map(_sample, alone.lengths, alone.bits, mixed.bits)
            found.append(Decision(item.piece, alone.notes, shift, sound))
    return found


def _sample(matched: int, alone: float, mixed: float) -> Sample:
    """Return the sample of what cost so many bits alone, and so many with the memory at HALF."""
    network = 2**-alone
    return matched, network, max((2**-mixed - (1 - HALF) * network) / HALF, 0.0)


def fit(samples: Sequence[Sample], usual: Sequence[float]) -> tuple[float, ...]:
    """Return the weight for each length of match, the usual one where too few were seen."""
    rows = np.array(samples)
    grid = np.arange(0, 1, STEP)
    weights = list(usual)
    for matched in range(SHORTEST, LONGEST + 1):
        _, network, memory = rows[rows[:, 0] == matched].T
        if len(network) >= FEWEST:
            mixed = grid[:, None] * memory + (1 - grid[:, None]) * network
            weights[matched] = round(float(grid[_bits(mixed).sum(axis=1).argmin()]), 2)
    return tuple(weights)


def trust_of(decisions: Sequence[Decision]) -> Trust:
    """Return what decisions say of a memory."""
    return Trust(
        fit([decision.shift for decision in decisions], USUAL_TRUST.shifts),
        fit([decision.sound for decision in decisions], USUAL_TRUST.sounds),
    )


def price(decisions: Sequence[Decision], trust: Trust) -> float:
    """Return the bits of all decisions, onset and sound, under a trust."""
    shifts = _priced([decision.shift for decision in decisions], trust.shifts)
    return shifts + _priced([decision.sound for decision in decisions], trust.sounds)


def _priced(samples: Sequence[Sample], weights: Sequence[float]) -> float:
    matched, network, memory = np.array(samples).T
    weight = np.array(weights)[matched.astype(int)]
    return float(_bits((1 - weight) * network + weight * memory).sum())


def _bits(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return -np.log2(shares + 1e-15)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was found for a model; bits a note of onset and sound on the valid split."""

    trust: Trust
    alone: float
    usual: float
    own: float  # of each half of the pieces under what was fitted on the other

    @property
    def pays(self) -> bool:
        """Whether weights of its own are worth having."""
        return self.own < self.usual - MARGIN

    def says(self) -> str:
        """Return one line."""
        kept = "its own is kept" if self.pays else "the usual one is kept"
        bits = f"{self.alone:.3f} without, {self.usual:.3f} with the usual trust"
        return f"{bits}, {self.own:.3f} with its own, bits a note on valid: {kept}"


def fitted(decisions: Sequence[Decision]) -> Fitted:
    """Return the trust that decisions of a model teach, and what it is worth."""
    notes = sum(decision.notes for decision in decisions)
    halves = [[d for d in decisions if d.piece % 2 == half] for half in (0, 1)]
    if not all(halves):
        raise ModelError("trust: too little music on the valid split to fit it")
    own = sum(price(h, trust_of(o)) for h, o in zip(halves, reversed(halves), strict=True))
    alone = Trust(*[(0.0,) * (LONGEST + 1)] * 2)
    return Fitted(
        trust_of(decisions), price(decisions, alone) / notes, price(decisions, USUAL_TRUST) / notes,
        own / notes,
    )  # fmt: skip


def refit(folder: Path, name: str, library: Library, count: int, *, write: bool) -> Fitted:
    """Fit the trust of a model on `count` valid items of each group; `write` it into its card."""
    items = items_of(library, "valid", count, groups_of(library))
    found = fitted(collect(folder, name, track(items, name)))
    if write:
        path = folder / f"{name}.json"
        trust = found.trust if found.pays else None
        Card.read(path).model_copy(update={"trust": trust}).write(path)
    return found


def main() -> None:
    """Fit as the command line says."""
    parser = argparse.ArgumentParser(description="Fit the trust in the session's memory.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="models; all there are, if none")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--models", type=Path, default=Path("models/onnx"), help="models and cards")
    parser.add_argument("--items", type=int, default=ITEMS, help="of each group of packs")
    parser.add_argument("--write-cards", action="store_true", help="keep it in the models' cards")
    options = parser.parse_args()
    try:
        library = Library.load(options.data)
        names = options.names or [card.name for card in list_cards(options.models)]
        if not names:
            raise ModelError(f"models {options.models}: there are none")
        for name in names:
            write = options.write_cards
            found = refit(options.models, name, library, options.items, write=write)
            print(f"{name}: {found.says()}", flush=True)
            print(f"  shifts {found.trust.shifts}\n  sounds {found.trust.sounds}", flush=True)
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
