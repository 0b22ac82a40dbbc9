"""How often an answer is as it was asked to be, beside how often it is so by itself.

    python -m bridge.evaluation.obedience --data notes.npz --models models/onnx NAME

Each wish is asked for alone, before the same primes of the valid split; what came is measured as in
training, the style by an ear that heard a little of each (`bridge.evaluation.style_ear`). The pace
is left out: no count of notes tells it. Of voices that are asked for together it is told how often
all of them play, beside how often they do where no other may. `--wish style` asks for styles alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bridge.core.errors import BridgeError
from bridge.core.params import change
from bridge.core.voices import VOICE_NAMES, VOICES
from bridge.core.wishes import BY_NAME
from bridge.evaluation.answers import onsets_of, prime_table
from bridge.evaluation.generate import AS_HEARD, Live, notes_of
from bridge.evaluation.groups import groups_of, items_of
from bridge.evaluation.items import Ints, Item, Library
from bridge.evaluation.style_ear import StyleEar
from bridge.respond.cards import load_model
from bridge.respond.continuer import Continuer
from bridge.respond.manner import STRENGTH, Manners
from bridge.respond.steps import PITCH, VOICE
from bridge.respond.wishes import VOICES_BEGIN, place
from bridge.training.asked import measured
from bridge.training.corpus import Corpus

MEASURABLE = ("density", "register", "tonality", "style")
TOGETHER = (
    ("drums", "bass", "piano"),
    ("drums", "bass", "guitar", "strings"),
    ("piano", "strings"),
)
WISHES = (*MEASURABLE, "voices", "together")
ITEMS = 8  # of each group of packs


@dataclass(frozen=True, slots=True)
class Obeyed:
    """One choice: shares of the answers that are as asked, asked for and left free."""

    wish: str
    choice: str
    asked: float
    free: float
    answers: int  # of those asked that could be measured
    bits: float  # a note of those asked costs the model when nothing is asked
    free_bits: float  # and one of those left free


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


@dataclass(frozen=True, slots=True)
class Measured:
    """An answer: the places in the vector that it is measured to be, by wish, and its cost."""

    places: dict[str, list[int]]
    bits: float  # a note: onset, voice, pitch


def requests(wish: str = "") -> list[Request]:
    """Return every choice that can be measured, every voice, and some voices together.

    Or those of one `wish`.
    """
    chosen = [
        Request(name, choice, (place(name, choice),))
        for name in MEASURABLE
        for choice in BY_NAME[name].choices
    ]
    voices = [Request("voices", name, _voice_places([name])) for name in VOICE_NAMES]
    together = [
        Request("together", ", ".join(names), _voice_places(names), "voices") for names in TOGETHER
    ]
    return [r for r in chosen + voices + together if wish in ("", r.wish)]


def _voice_places(names: Sequence[str]) -> tuple[int, ...]:
    return tuple(VOICES_BEGIN + VOICE_NAMES.index(name) for name in names)


def places_of(item: Item, notes: Ints, ear: StyleEar) -> dict[str, list[int]]:
    """Return by wish what an answer (N, 5) is measured to be."""
    column = {"onset": onsets_of(item, notes), "voice": notes[:, VOICE], "pitch": notes[:, PITCH]}
    return measured(column, ear.style(notes), 0.0)


def _shares(found: Sequence[Measured], request: Request) -> tuple[float, int]:
    """Return the share of answers that are as asked, and how many could be measured."""
    known = [each.places[request.measure] for each in found if request.measure in each.places]
    hits = [set(request.places) <= set(places) for places in known]
    return (float(np.mean(hits)) if hits else float("nan")), len(hits)


def _cost(found: Sequence[Measured]) -> float:
    """Return the mean bits a note of answers."""
    return float(np.mean([each.bits for each in found])) if found else float("nan")


@dataclass(frozen=True, slots=True)
class Examiner:
    """Who asks for things before every item, and measures what comes."""

    items: Sequence[Item]
    ear: StyleEar
    manners: Manners | None = None  # by which answers are leaned to styles

    def answers(self, live: Live) -> list[Measured]:
        """Return what all answers are like."""
        found = []
        for i, item in enumerate(self.items):
            notes = live.draw(item, np.random.default_rng(i))
            if len(notes):
                cost = cost_of(live.model, item, notes)
                found.append(Measured(places_of(item, notes, self.ear), cost))
        return found

    def obedience(self, model: Continuer, wish: str = "") -> list[Obeyed]:
        """Ask for everything, or for all choices of a wish."""
        asked_for = requests(wish)
        by_itself = [] if wish in ("voices", "together") else self.answers(Live(model))
        # Where instruments are asked for, none is forbidden.
        every = frozenset(range(len(VOICES)))
        of_all = (
            self.answers(Live(model, voices=every, wanted=())) if wish in ("", "voices") else []
        )
        rows = []
        for request in asked_for:
            free = by_itself
            if request.wish == "voices":
                live, free = Live(model, voices=every, wanted=request.voices), of_all
            elif request.wish == "together":
                live = Live(model, voices=request.voices, wanted=request.voices)
                free = self.answers(Live(model, voices=request.voices, wanted=()))
            else:
                settings = change(AS_HEARD, request.wish, request.choice)
                live = Live(model, settings, manners=self.manners)
            found = self.answers(live)
            asked, count = _shares(found, request)
            own = _shares(free, request)[0], count, _cost(found), _cost(free)
            rows.append(Obeyed(request.wish, request.choice, asked, *own))
        return rows


def cost_of(model: Continuer, item: Item, notes: Ints) -> float:
    """Return the bits a note of an answer (N, 5) to a model that heard the prime, unasked."""
    bar = int(item.steps.bar[0])
    model.forget()
    model.feed(notes_of(prime_table(item)), bar)
    answer = notes_of(np.column_stack([onsets_of(item, notes), notes[:, 1:]]))
    return float(np.mean([sum(bits[: PITCH + 1]) for bits in model.bits(answer, bar)]))


def table(rows: Sequence[Obeyed]) -> str:
    """Return the rows as a table of Markdown."""
    lines = [
        "| wish | choice | asked for | left free | bits | left free | answers |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {r.wish} | {r.choice} | {100 * r.asked:.0f} % | {100 * r.free:.0f} %"
        f" | {r.bits:.2f} | {r.free_bits:.2f} | {r.answers} |"
        for r in rows
    ]
    return "\n".join(lines)


def examiner(data: Path, count: int, styles: Path, strength: float = STRENGTH) -> Examiner:
    """Return who examines with a prepared file; `styles` lean only where there is such a file."""
    library = Library.load(data)
    items = items_of(library, "valid", count, groups_of(library))
    manners = Manners.load(styles)
    if manners is not None:
        manners = replace(manners, strength=strength)
    return Examiner(items, StyleEar.taught(Corpus.load(data, 0)), manners)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description="Measure how wishes are obeyed.")
    parser.add_argument("name", metavar="NAME", help="the model")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--models", type=Path, required=True, help="folder of models")
    parser.add_argument("--items", type=int, default=ITEMS, help="primes of each group of packs")
    parser.add_argument("--wish", default="", choices=WISHES, help="ask for this alone")
    parser.add_argument("--styles", type=Path, default=Path("models/styles.npz"), help="manners")
    parser.add_argument("--strength", type=float, default=STRENGTH, help="times they are added")
    options = parser.parse_args()
    try:
        who = examiner(options.data, options.items, options.styles, options.strength)
        print(table(who.obedience(load_model(options.models, options.name), options.wish)))
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
