"""`antiphon models`: what models there are, from their cards."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from bridge.core.errors import ModelError
from bridge.respond.cards import Card, list_cards


def show(models: Path, as_json: bool) -> None:  # noqa: FBT001 - a command's flag
    """Print the models of a folder."""
    cards = list_cards(models)
    if not cards:
        raise ModelError(f"no models in {models}")
    if as_json:
        joined = ",\n".join(card.model_dump_json(indent=2) for card in cards)
        print(f"[{joined}]")
        return
    caption = (
        "bits per note: onset, voice and pitch, known durations and velocities; less is better"
    )
    table = Table(title=f"Models in {models}", caption=caption)
    table.add_column("name", no_wrap=True)  # what one has to type
    for heading in ("family", "size", "bits per note", "trained", "licence"):
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
        card.family,
        f"{card.parameters / 1e6:.1f} M, {size:.1f} MB",
        f"{headline:.2f} ({which})",
        card.trained,
        card.licence,
    )
