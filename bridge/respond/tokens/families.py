"""The token families: which alphabet and which kind of graph each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.respond.device import CPU, Device
from bridge.respond.memory import USUAL_TRUST, Trust
from bridge.respond.onnx import Graph
from bridge.respond.tokens.chord_continuer import ChordContinuer
from bridge.respond.tokens.chords import CHORDS
from bridge.respond.tokens.continuer import TokenContinuer
from bridge.respond.tokens.events import EventSpelling
from bridge.respond.tokens.graph import RecurrentTokens, TokenGraph, TransformerTokens
from bridge.respond.tokens.remi import RemiSpelling
from bridge.respond.tokens.spelling import Spelling


@dataclass(frozen=True, slots=True)
class TokenFamily:
    """A row of the table."""

    spelling: Spelling
    graph: type[TokenGraph]


TOKEN_FAMILIES: Mapping[str, TokenFamily] = {
    "event-transformer": TokenFamily(EventSpelling(), TransformerTokens),
    "remi-lstm": TokenFamily(RemiSpelling(), RecurrentTokens),
}

#: Those whose events are whole chords; the alphabet is that of `bridge.respond.tokens.chords`.
CHORD_FAMILIES: Mapping[str, type[TokenGraph]] = {"chord-gru": RecurrentTokens}


def open_graph(family: str, path: Path, device: Device = CPU) -> TokenGraph:
    """Open a file of a token family; raises ModelError where it is none, or DeviceError."""
    if family in CHORD_FAMILIES:
        graph = Graph(path, family, CHORDS.fingerprint, device)
        return CHORD_FAMILIES[family](graph, CHORDS.size)
    row = TOKEN_FAMILIES[family]
    graph = Graph(path, family, row.spelling.fingerprint, device)
    return row.graph(graph, row.spelling.size)


def open_model(
    family: str, name: str, path: Path, trust: Trust = USUAL_TRUST, *, device: Device = CPU
) -> TokenContinuer:
    """Return a model of a token family as a continuer; raises ModelError or DeviceError."""
    spelling = TOKEN_FAMILIES[family].spelling
    return TokenContinuer(name, open_graph(family, path, device), spelling, trust)


def open_chords(
    family: str, name: str, path: Path, trust: Trust = USUAL_TRUST, *, device: Device = CPU
) -> ChordContinuer:
    """Return a model of a chord family as a continuer; raises ModelError or DeviceError."""
    return ChordContinuer(name, open_graph(family, path, device), trust)
