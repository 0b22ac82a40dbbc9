"""`antiphon models`: what models there are, from their cards."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bridge.core.errors import ModelError
from bridge.respond.cards import Card, check_model, model_files
from bridge.respond.families import FAMILIES

CAPTION = (
    "bits per note: onset, voice and pitch of unheard music, with / without the session's memory;"
    " less is better"
)


def show(models: Path, as_json: bool) -> None:  # noqa: FBT001 - a command's flag
    """Print the models of a folder, and then raise ModelError if any is broken."""
    cards, flaws = _cards(models)
    if not (cards or flaws):
        raise ModelError(f"no models in {models}")
    _print(cards, models, as_json=as_json)
    if flaws:
        raise ModelError("; ".join(flaws))


def _cards(models: Path) -> tuple[list[Card], list[str]]:
    """Return the cards that can be read, and what is wrong with the others."""
    cards, flaws = [], []
    for path in model_files(models):
        try:
            cards.append(check_model(models, path.stem))
        except ModelError as flaw:
            flaws.append(str(flaw))
    return cards, flaws


def _print(cards: list[Card], models: Path, *, as_json: bool) -> None:
    if as_json:
        told = [card.model_dump() | {"plays": FAMILIES[card.family].plays} for card in cards]
        print(json.dumps(told, indent=2))
        return
    table = Table(title=f"Models in {models}", box=None, pad_edge=False)
    for heading in ("name", "size", "bits per note", "ms per note", "licence"):
        table.add_column(heading, no_wrap=True)
    for card in cards:
        table.add_row(*_row(card, models))
    console = Console()
    console.print(table)
    console.print(CAPTION, highlight=False)
    for card in cards:
        plays = FAMILIES[card.family].plays
        console.print(f"{card.name}: plays {plays}; {card.trained}", highlight=False)
    for data in dict.fromkeys(card.data for card in cards):
        names = ", ".join(card.name for card in cards if card.data == data)
        console.print(f"\n{names} learned from {data}.", highlight=False)


def _row(card: Card, models: Path) -> tuple[str, ...]:
    size = (models / f"{card.name}.onnx").stat().st_size / 1e6
    found = card.measured
    return (
        card.name,
        f"{card.parameters / 1e6:.1f} M, {size:.1f} MB",
        f"{found.bits_with_memory:.2f} / {found.bits:.2f}" if found else "-",
        f"{found.ms_per_note:.2f}" if found else "-",
        card.licence,
    )
