"""How often an answer is as it was asked to be, beside how often it is so by itself.

    python -m bridge.evaluation.obedience --data notes.npz --models models/onnx NAME

Each wish is asked for alone, before the same primes of the valid split; what came is measured as in
training. Style and pace are left out: no count of notes tells them. Of voices that are asked for
together it is told how often all of them play, beside how often they do where no other may.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge.core.errors import BridgeError
from bridge.core.params import change
from bridge.core.voices import VOICE_NAMES, VOICES
from bridge.core.wishes import BY_NAME
from bridge.evaluation.answers import onsets_of
from bridge.evaluation.generate import AS_HEARD, Live
from bridge.evaluation.groups import groups_of, items_of
from bridge.evaluation.items import Ints, Item, Library
from bridge.respond.cards import load_model
from bridge.respond.continuer import Continuer
from bridge.respond.steps import PITCH, VOICE
from bridge.respond.wishes import VOICES_BEGIN, place
from bridge.training.asked import measured

MEASURABLE = ("density", "register", "tonality")
TOGETHER = (
    ("drums", "bass", "piano"),
    ("drums", "bass", "guitar", "strings"),
    ("piano", "strings"),
)
ITEMS = 8  # of each group of packs


@dataclass(frozen=True, slots=True)
class Obeyed:
    """One choice: shares of the answers that are as asked, asked for and left free."""

    wish: str
    choice: str
    asked: float
    free: float
    answers: int  # of those asked that could be measured


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and the places in the vector that tell whether it came."""

    wish: str
    choice: str
    places: tuple[int, ...]
    group: str = ""  # of what is measured; the wish if it is not named

    @property
    def measure(self) -> str:
        """The group of places to look at."""
        return self.group or self.wish

    @property
    def voices(self) -> frozenset[int]:
        """The voices asked for."""
        return frozenset(place - VOICES_BEGIN for place in self.places)


def requests() -> list[Request]:
    """Return every choice that can be measured, every voice, and some voices together."""
    chosen = [
        Request(name, choice, (place(name, choice),))
        for name in MEASURABLE
        for choice in BY_NAME[name].choices
    ]
    voices = [Request("voices", name, _voice_places([name])) for name in VOICE_NAMES]
    together = [
        Request("together", ", ".join(names), _voice_places(names), "voices") for names in TOGETHER
    ]
    return chosen + voices + together


def _voice_places(names: Sequence[str]) -> tuple[int, ...]:
    return tuple(VOICES_BEGIN + VOICE_NAMES.index(name) for name in names)


def places_of(item: Item, notes: Ints) -> dict[str, list[int]]:
    """Return by wish what an answer (N, 5) is measured to be."""
    column = {"onset": onsets_of(item, notes), "voice": notes[:, VOICE], "pitch": notes[:, PITCH]}
    return measured(column, -1, 0.0)


def _shares(found: Sequence[dict[str, list[int]]], request: Request) -> tuple[float, int]:
    """Return the share of answers that are as asked, and how many could be measured."""
    known = [answer[request.measure] for answer in found if request.measure in answer]
    hits = [set(request.places) <= set(places) for places in known]
    return (float(np.mean(hits)) if hits else float("nan")), len(hits)


def obedience(model: Continuer, items: Sequence[Item]) -> list[Obeyed]:
    """Ask for everything before every item."""

    def answers(live: Live) -> list[dict[str, list[int]]]:
        drawn = ((i, live.draw(item, np.random.default_rng(i))) for i, item in enumerate(items))
        return [places_of(items[i], notes) for i, notes in drawn if len(notes)]

    by_itself = answers(Live(model))
    # Where instruments are asked for, none is forbidden.
    every = frozenset(range(len(VOICES)))
    by_itself_of_all = answers(Live(model, voices=every, wanted=()))
    rows = []
    for request in requests():
        if request.wish == "voices":
            live, free = Live(model, voices=every, wanted=request.voices), by_itself_of_all
        elif request.wish == "together":
            live = Live(model, voices=request.voices, wanted=request.voices)
            free = answers(Live(model, voices=request.voices, wanted=()))
        else:
            wish = change(AS_HEARD, request.wish, request.choice)
            live, free = Live(model, wish), by_itself
        asked, count = _shares(answers(live), request)
        rows.append(Obeyed(request.wish, request.choice, asked, _shares(free, request)[0], count))
    return rows


def table(rows: Sequence[Obeyed]) -> str:
    """Return the rows as a table of Markdown."""
    lines = ["| wish | choice | asked for | left free | answers |", "|---|---|---:|---:|---:|"]
    lines += [
        f"| {r.wish} | {r.choice} | {100 * r.asked:.0f} % | {100 * r.free:.0f} % | {r.answers} |"
        for r in rows
    ]
    return "\n".join(lines)


def run(data: Path, models: Path, name: str, count: int) -> str:
    """Measure a model."""
    library = Library.load(data)
    items = items_of(library, "valid", count, groups_of(library))
    return table(obedience(load_model(models, name), items))


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description="Measure how wishes are obeyed.")
    parser.add_argument("name", metavar="NAME", help="the model")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--models", type=Path, required=True, help="folder of models")
    parser.add_argument("--items", type=int, default=ITEMS, help="primes of each group of packs")
    options = parser.parse_args()
    try:
        print(run(options.data, options.models, options.name, options.items))
    except BridgeError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
