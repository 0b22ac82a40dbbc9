"""A report from order to folder: nothing in the folder changes before all is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bridge.core.errors import ModelError, SettingError
from bridge.core.params import Settings
from bridge.evaluation.groups import ITEMS, groups_of, items_of
from bridge.evaluation.models import name_of
from bridge.evaluation.report.data import load, source_of
from bridge.evaluation.report.folder import publish, workplace, writing
from bridge.evaluation.report.gallery import Draw, Save, hang
from bridge.evaluation.report.render import as_json, facts_of, headline, markdown
from bridge.evaluation.report.rows import Row, baselines, models
from bridge.evaluation.report.run import SUITES, Music, Suite, measure
from bridge.evaluation.report.run import Measured as Sheets
from bridge.evaluation.report.summary import Summary, summarise
from bridge.respond.cards import Card, Measured, check_model, list_cards

DEFAULT = Settings().model
NO_PICTURES = "Pictures are left out: they need matplotlib (pip install 'antiphon[train]')."


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of `antiphon evaluate`."""

    names: tuple[str, ...] = ()  # of models; all of their folder where none is named
    models: Path
    data: Path  # a prepared file, a pack, or a folder of packs
    out: Path
    suite: str = "quick"
    split: str = "test"
    items: int | None = None  # of each group of packs, instead of the suite's
    candidates: int = 1  # answers tried for each that is measured
    write_cards: bool = False

    @property
    def plan(self) -> Suite:
        """The suite, with as many items as were asked for."""
        suite = SUITES[self.suite]
        return suite if self.items is None else replace(suite, items=self.items)


def make(order: Order, console: Console, save: Save) -> None:
    """Measure, print the table and write the report; `save` writes a MIDI file."""
    if order.write_cards and order.split != "test":
        raise SettingError("--write-cards keeps bits of the test split; leave out --split valid")
    cards, source = cards_of(order), source_of(order.data)
    say = partial(console.print, markup=False, highlight=False, soft_wrap=True)
    with workplace(order.out) as part:
        library = load(source, order.out, say)
        groups = groups_of(library)
        items = items_of(library, order.split, order.plan.items, groups)
        music = Music(library, groups, items)
        say(f"{len(items)} items; the baselines are being fitted")
        rows = models(order.models, [card.name for card in cards], order.candidates)
        rows += baselines(library, groups, items_of(library, "valid", ITEMS, groups))
        begun = time.monotonic()
        found = _measure(music, rows, order.plan, console)
        told = summarise(music, rows, found)
        facts = facts_of(
            suite=order.suite, split=order.split, plan=order.plan, data=order.data,
            seconds=time.monotonic() - begun,
        )  # fmt: skip
        with writing(order.out):
            draw = _draw_plots(part, told, found)
            if draw is None:
                say(NO_PICTURES)
            assert rows[0].player
            hang(part / "gallery", items, rows[0].player, save, draw)
            (part / "table.md").write_text(markdown(music, told, facts), encoding="utf-8")
            text = as_json(music, told, found, facts)
            (part / "table.json").write_text(text, encoding="utf-8")
            publish(part, order.out)
    if order.write_cards:
        write_cards(told, cards, order.models, len(items))
    say(headline(told))
    say(f"The report is in {order.out}.")


def cards_of(order: Order) -> list[Card]:
    """Return the cards of the models that are asked for; raises ModelError for any that is not."""
    if order.names:
        return [check_model(order.models, name) for name in dict.fromkeys(order.names)]
    if not (cards := list_cards(order.models)):
        raise ModelError(f"models {order.models}: there are none")
    return sorted(cards, key=lambda card: card.name != DEFAULT)  # it answers in the gallery


def _draw_plots(folder: Path, told: list[Summary], found: Sheets) -> Draw | None:
    """Draw the plots and return what draws an answer; None where there is no matplotlib."""
    if find_spec("matplotlib") is None:
        return None
    from bridge.evaluation.report import plots, rolls  # noqa: PLC0415 - they need matplotlib

    plots.draw_all(folder, told, found)
    return rolls.draw


class Tenths:
    """Tells of every tenth of a long work."""

    def __init__(self, total: int, tell: Callable[[str], None]) -> None:
        self._done, self._total, self._tell = 0, total, tell

    def __call__(self) -> None:
        """One more item is done."""
        before, self._done = self._done, self._done + 1
        if 10 * self._done // self._total > 10 * before // self._total:
            self._tell(f"{self._done} of {self._total} items are measured")


def _measure(music: Music, rows: list[Row], plan: Suite, console: Console) -> Sheets:
    """Measure behind a bar that tells the time left; in a file, each tenth is a line."""
    if not console.is_terminal:
        return measure(music, rows, plan, Tenths(len(music.items), console.print))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task("items", total=len(music.items))
        return measure(music, rows, plan, partial(progress.advance, task))


def write_cards(told: list[Summary], cards: list[Card], folder: Path, items: int) -> None:
    """Keep in the models' cards what was measured: bits with and without memory, and speed."""
    rows = {row.name: row for row in told if row.bits}
    for card in cards:
        alone, live = rows[card.name], rows[name_of(card.name, memory=True)]
        assert alone.bits is not None
        assert alone.bits.shown is not None
        assert live.bits is not None
        assert live.ms_per_note is not None
        found = Measured(
            items=items,
            bits=round(alone.bits.total[0], 3),
            bits_with_memory=round(live.bits.total[0], 3),
            ms_per_note=round(live.ms_per_note, 2),
        )
        shown = {name: round(value, 4) for name, value in alone.bits.shown.items()}
        card.model_copy(update={"test_bits": shown, "measured": found}).write(
            folder / f"{card.name}.json"
        )
