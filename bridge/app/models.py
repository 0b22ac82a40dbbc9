"""`antiphon models`: what models there are, from their cards."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from bridge.core.errors import ModelError
from bridge.respond.cards import Card, check_model


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
    for path in sorted(models.glob("*.onnx")):
        try:
            cards.append(check_model(models, path.stem))
        except ModelError as flaw:
            flaws.append(str(flaw))
    return cards, flaws


def _print(cards: list[Card], models: Path, *, as_json: bool) -> None:
    if as_json:
        joined = ",\n".join(card.model_dump_json(indent=2) for card in cards)
        print(f"[{joined}]")
        return
    caption = (
        "bits per note: onset, voice and pitch, durations and velocities known; less is better"
    )
    table = Table(title=f"Models in {models}", caption=caption, box=None, pad_edge=False)
    for heading in ("name", "size", "bits per note"):
        table.add_column(heading, no_wrap=True)
    for heading in ("trained", "licence"):
        table.add_column(heading)
    for card in cards:
        table.add_row(*_row(card, models))
    Console().print(table)


def _row(card: Card, models: Path) -> tuple[str, ...]:
    size = (models / f"{card.name}.onnx").stat().st_size / 1e6
    bits = card.test_bits or card.valid_bits
    headline = sum(bits[name] for name in ("shift", "voice", "pitch"))
    which = "test" if card.test_bits else "valid"
    return (
        card.name,
        f"{card.parameters / 1e6:.1f} M, {size:.1f} MB",
        f"{headline:.2f} ({which})",
        card.trained,
        card.licence,
    )
