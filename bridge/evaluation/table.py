"""The table of bits per note: shipped models against PPM and a loop pedal, on the same items.

`python -m bridge.evaluation.table --data FILE [--split valid] [--items N] [--write-cards]`, where
FILE is made by `bridge.training.prepare`. Writes `table.md` and `table.json` into `--out`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bridge.core.errors import BridgeError, ModelError, SettingError
from bridge.evaluation.baselines import MixedPpm, PrimePpm, long_memory
from bridge.evaluation.figures import Figures, Interval, figures, resample, score_all
from bridge.evaluation.items import CONTINUATION_BEATS, PRIME_BEATS, Item, Library, draw_items
from bridge.evaluation.models import ModelScorer
from bridge.evaluation.pedal import CopyBestLag
from bridge.evaluation.scoring import FLOOR, Scorer
from bridge.respond.cards import Card, list_cards
from bridge.training.dataset import PACK_SHARES

GROUPS = tuple(packs for _, packs in PACK_SHARES)
GROUP_NAMES = ("pop", "games", "drums", "lead sheets", "scores")
ITEMS = 48  # of each group
SAMPLE = 2_000_000  # notes of the train split that PPM hears


def items_of(library: Library, split: str, count: int) -> list[Item]:
    """Draw the items of a split; raises SettingError where it has none."""
    items = draw_items(library, split, GROUPS, count)
    if not items:
        beats = PRIME_BEATS + CONTINUATION_BEATS
        raise SettingError(f"data: no piece of the {split} split holds {beats} beats in one meter")
    return items


def scorers(library: Library, folder: Path, cards: list[Card], fitting: list[Item]) -> list[Scorer]:
    """Return all rows of the table, the baselines fitted."""
    long = long_memory(library, PACK_SHARES, SAMPLE)
    return [
        *(ModelScorer.load(folder, card, remembers=True) for card in cards),
        *(ModelScorer.load(folder, card) for card in cards),
        MixedPpm.fitted(long, fitting),
        PrimePpm.fitted(fitting),
        CopyBestLag.fitted(long, fitting),
    ]


def measure(rows: list[Scorer], items: list[Item], console: Console) -> list[Figures]:
    """Let all scorers hear all items, and sum up."""
    weights = resample(items, GROUPS)
    found = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    )
    with progress:
        tasks = [progress.add_task(row.name, total=len(items)) for row in rows]
        for task, row in zip(tasks, rows, strict=True):
            result = score_all(row, items, partial(progress.advance, task))
            found.append(figures(result, items, GROUPS, weights))
    return found


def _cell(value: Interval) -> str:
    return f"{value[0]:.2f} [{value[1]:.2f}, {value[2]:.2f}]"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render(found: list[Figures], items: list[Item], split: str) -> str:
    """Return the table as Markdown."""
    notes = sum(item.count for item in items)
    pieces = len({item.piece for item in items})
    hidden = [
        [
            f.name,
            *map(_cell, (f.total, f.onset, f.sound, f.per_beat)),
            *("-" if total is None else f"{total:.2f}" for total in f.groups),
        ]
        for f in found
    ]
    shown = [
        [f.name, _cell(f.shown_total), f"{f.shown['duration']:.2f}", f"{f.shown['velocity']:.2f}"]
        for f in found
        if f.shown and f.shown_total
    ]
    heads = ["", "bits per note", "onset", "voice and pitch", "bits per beat", *GROUP_NAMES]
    return f"""\
Bits per note on the {split} split, lower is better: {PRIME_BEATS} beats to hear, the next\
 {CONTINUATION_BEATS} beats foretold note by note.
{len(items)} items with {notes:,} notes from {pieces} pieces; in brackets 95 % of a bootstrap over\
 pieces.

{_table(heads, hidden)}

Nobody sees durations or velocities here. Baselines are fitted on the valid split; every\
 probability holds {FLOOR:g} of a uniform one; silence after the last note is not charged.

The models with true durations and velocities to hear:

{_table(["", "onset, voice and pitch", "duration", "velocity"], shown)}
"""


def as_json(found: list[Figures], items: list[Item], split: str) -> str:
    """Return all that was measured as JSON."""
    rows = [asdict(f) | {"groups": dict(zip(GROUP_NAMES, f.groups, strict=True))} for f in found]
    report = {
        "split": split,
        "items": len(items),
        "pieces": len({item.piece for item in items}),
        "notes": sum(item.count for item in items),
        "packs": dict(zip(GROUP_NAMES, GROUPS, strict=True)),
        "rows": rows,
    }
    return json.dumps(report, indent=2) + "\n"


def write_cards(found: list[Figures], cards: list[Card], folder: Path) -> None:
    """Keep the bits by attribute (durations and velocities known) in the models' cards."""
    shown = {f.name: f.shown for f in found if f.shown}
    for card in cards:
        bits = {name: round(value, 4) for name, value in shown[card.name].items()}
        card.model_copy(update={"test_bits": bits}).write(folder / f"{card.name}.json")


def run(options: argparse.Namespace, console: Console) -> None:
    """Measure, print and write."""
    library = Library.load(options.data)
    cards = list_cards(options.models)
    if not cards:
        raise ModelError(f"models {options.models}: there are none")
    items = items_of(library, options.split, options.items)
    rows = scorers(library, options.models, cards, items_of(library, "valid", ITEMS))
    found = measure(rows, items, console)
    text = render(found, items, options.split)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "table.md").write_text(text)
    (options.out / "table.json").write_text(as_json(found, items, options.split))
    if options.write_cards:
        write_cards(found, cards, options.models)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description="Bits per note of models and baselines.")
    parser.add_argument("--data", type=Path, required=True, help="file made by prepare")
    parser.add_argument("--models", type=Path, default=Path("models/onnx"), help="models and cards")
    parser.add_argument("--out", type=Path, default=Path("runs/table"), help="folder to write to")
    parser.add_argument("--split", choices=("test", "valid"), default="test", help="what to score")
    parser.add_argument("--items", type=int, default=ITEMS, help="items of each group of packs")
    parser.add_argument(
        "--write-cards", action="store_true", help="keep the bits in the models' cards"
    )
    options = parser.parse_args()
    if options.write_cards and options.split != "test":
        parser.error("--write-cards keeps bits of the test split; leave out --split valid")
    try:
        run(options, Console())
    except BridgeError as error:
        parser.exit(error.exit_code, f"{error}\n")


if __name__ == "__main__":
    main()
