"""The table of model families: what a card may name, and how such a file becomes a continuer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.respond.continuer import Continuer
from bridge.respond.device import Device
from bridge.respond.memory import Trust
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import LstmGraph, StepGraph, TransformerGraph
from bridge.respond.rolls import frames
from bridge.respond.rolls.continuer import RollContinuer
from bridge.respond.rolls.graph import RollGraph
from bridge.respond.steps import FINGERPRINT
from bridge.respond.tokens.chords import CHORDS
from bridge.respond.tokens.families import TOKEN_FAMILIES, open_chords, open_model
from bridge.respond.tokens.graph import TransformerTokens

#: Note by note in their usual order; those of an onset from the lowest up; or an onset at once.
Decides = Literal["notes", "notes from below", "onsets"]


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model; `fingerprint` tells what its steps or tokens mean."""

    name: str
    fingerprint: str
    #: By the model's name, its file, where, and how far the session's memory is trusted beside it.
    load: Callable[[str, Path, Device, Trust], Continuer]
    on_gpu: bool = False  # has an fp16 graph; recurrent ones are faster on the CPU
    fills_in: str = ""  # what it cannot express, and what its adapter does about it
    ensemble: bool = True  # plays many instruments at once, drums among them; else one tuned one
    decides: Decides = "notes"  # what is one decision of it, as `Continuer.bits` is to be asked

    @property
    def plays(self) -> str:
        """What it plays, in words."""
        return "drums and twelve instruments at once" if self.ensemble else "one tuned instrument"


def _notes(graph: type[StepGraph]) -> Family:
    def load(name: str, path: Path, device: Device, trust: Trust) -> Continuer:
        return NoteContinuer(name, graph(path, device), trust)

    return Family(graph.family, FINGERPRINT, load, on_gpu=graph is TransformerGraph)


def _tokens(family: str, fills_in: str = "") -> Family:
    def load(name: str, path: Path, device: Device, trust: Trust) -> Continuer:
        return open_model(family, name, path, trust, device=device)

    row = TOKEN_FAMILIES[family]
    on_gpu = row.graph is TransformerTokens
    return Family(family, row.spelling.fingerprint, load, on_gpu, fills_in)


def _roll(name: str, fills_in: str) -> Family:
    def load(model: str, path: Path, device: Device, trust: Trust) -> Continuer:
        return RollContinuer(model, RollGraph(name, path, device), trust)

    return Family(
        name, frames.FINGERPRINT, load, fills_in=fills_in, ensemble=False,
        decides="notes from below",
    )  # fmt: skip


def _chords(family: str, fills_in: str) -> Family:
    def load(name: str, path: Path, device: Device, trust: Trust) -> Continuer:
        return open_chords(family, name, path, trust, device=device)

    return Family(
        family, CHORDS.fingerprint, load, fills_in=fills_in, ensemble=False, decides="onsets"
    )


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        _notes(TransformerGraph),
        _notes(LstmGraph),
        _tokens("event-transformer"),
        _tokens(
            "remi-lstm",
            "The meter has no token: only Positions within the bar may follow. Two bars of 4/4 "
            "(192 ticks) or more between onsets are one token, Later: how much more is not told.",
        ),
        _roll(
            "roll-convgru",
            "A roll has no drums, voices or velocities and ends at C1 and B7: it answers in one"
            " tuned voice, as loud as the player, on sixteenths.",
        ),
        _roll(
            "roll-lstm",
            "A roll has no drums, voices or velocities and ends at C1 and B7: it answers in one"
            " tuned voice, as loud as the player, on sixteenths, and plays nothing shorter.",
        ),
        _chords(
            "chord-gru",
            "Drums are not heard; all other voices are one, that of the note heard last; a chord's"
            " octaves lie near those before it; lengths and loudness are those usual of late.",
        ),
    )
}
