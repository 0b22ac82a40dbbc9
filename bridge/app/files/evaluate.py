"""`antiphon evaluate`: a report on how good the models are, next to baselines and the truth."""

from __future__ import annotations

from rich.console import Console

from bridge.evaluation.report.make import Order, make
from bridge.send.take import write_midi


def evaluate(order: Order) -> None:
    """Measure, show the table and write the report."""
    make(order, Console(), write_midi)
