"""Writes docs/models.md from the cards, the recipes and the table of families."""

from __future__ import annotations

from pathlib import Path

from bridge.app.places import models_folder
from bridge.core.errors import SettingError
from bridge.respond.cards import Card, list_cards
from bridge.respond.families import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "models.md"
RECIPES = ROOT / "bridge" / "training" / "configs"

HEAD = """\
<!-- Made by `antiphon docs` from the models' cards and recipes. -->

# Models

Each can be chosen while you play, by `/jam/model NAME`; it takes over at the next bar line.

Bits per note are those of onset, voice and pitch of music that no model has learned from: 32 beats
are heard, the next 16 foretold; nobody sees durations or velocities. Fewer are better. "With
memory" is as it plays live, with what was played in this session mixed in. Milliseconds are those
of one processor for a note of an answer, hearing the 32 beats included. What loops, compression and
other simple means cost is in the [README](../README.md); models that cost more have learned for
minutes only. Figures of fewer places are of less music. How they learn, and a study of optimisers
and losses: [training](training.md).

"""
MAKE = """
## Make them again

```
make data PACKS="folders of MIDI files"     # the ten packs are named in docs/training.md
make train CONFIG=NAME                      # resumes when it is called again
make export CONFIG=NAME                     # models/onnx/NAME.onnx and its card
antiphon evaluate --data data/notes.npz --items 48 --write-cards    # the figures of this page
antiphon docs                               # this page
```
"""


def page(models: Path) -> str:
    """Return the whole page."""
    cards = list_cards(models)
    lines = [
        "| model | size | bits per note, with memory | without | places | ms per note | trained |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
        *(_line(card, models) for card in cards),
    ]
    return HEAD + "\n".join(lines) + "\n" + "".join(_section(card) for card in cards) + MAKE


def update(*, check: bool) -> None:
    """Write the page; with `check`, raise SettingError if it is not up to date."""
    told = page(models_folder({}))
    if not check:
        PAGE.write_text(told, encoding="utf-8", newline="\n")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != told:
        raise SettingError(f"{PAGE.name} is out of date; run: antiphon docs")


def _line(card: Card, models: Path) -> str:
    figures = ["-"] * 4
    if found := card.measured:
        bits = (f"{found.bits_with_memory:.2f}", f"{found.bits:.2f}")
        figures = [*bits, f"{found.items}", f"{found.ms_per_note:.2f}"]
    size = (models / f"{card.name}.onnx").stat().st_size / 1e6
    parts = (
        f"[{card.name}](#{card.name})",
        f"{card.parameters / 1e6:.1f} M, {size:.1f} MB",
        *figures,
        card.trained,
    )
    return f"| {' | '.join(parts)} |"


def _section(card: Card) -> str:
    recipe = RECIPES / f"{card.family}.toml"
    family = FAMILIES[card.family]
    curve = PAGE.parent / "pictures" / f"{card.name}-curve.png"
    valid = ", ".join(f"{name} {bits:.2f}" for name, bits in card.valid_bits.items())
    exact, packed = (card.parity.get(name, 0) for name in ("fp32_worst", "int8_mean"))
    made = f"Family `{card.family}`, {card.weights} weights, exported {card.exported},"
    graph = (
        f"The graph differs from torch by {exact:.0e} nats at worst and costs {packed:+.4f} bits"
    )
    parts = [
        f"\n## {card.name}\n",
        f"{made} {card.licence}. Trained: {card.trained}.",
        f"It plays {family.plays}. {family.fills_in}".strip() + "\n",
        f"On valid as it learned: {valid} bits. {graph} in int8.\n",
        f"Learned from {card.data}.\n",
        f"```toml\n{recipe.read_text(encoding='utf-8').strip()}\n```" if recipe.exists() else "",
        f"\n![Bits on valid by minutes](pictures/{curve.name})" if curve.exists() else "",
    ]
    return "\n".join(part for part in parts if part) + "\n"
