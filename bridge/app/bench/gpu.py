"""Whether a GPU answers sooner than a core of the CPU: the same notes drawn on both."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.app.bench.rows import Row, spread
from bridge.app.bench.steps import CAPACITY, CONTEXTS, STEPS, music, ratio, timed
from bridge.respond.cards import HALF, Card, half_graph, list_cards
from bridge.respond.device import DEVICES, Device, check_offered
from bridge.respond.notes.graph import TransformerGraph
from bridge.respond.onnx import offered

ROUNDS = 12


def gpu(seconds: float, models: Path, device: Device = DEVICES["cuda"]) -> list[Row]:
    """Measure the models that have an fp16 graph; it takes as long as it takes.

    Raises DeviceError where the device is not to be had.
    """
    del seconds
    halves = [card for card in list_cards(models) if (models / f"{card.name}{HALF}").exists()]
    if halves:
        check_offered(device, offered())
    return [row for card in halves for row in _beside_the_cpu(models, card, device)]


def _beside_the_cpu(models: Path, card: Card, device: Device) -> list[Row]:
    """Interleave rounds of the fp16 graph there and of the 8-bit graph here."""
    path = models / f"{card.name}.onnx"
    there = TransformerGraph(half_graph(path, card), device, CAPACITY)
    here = TransformerGraph(path, capacity=CAPACITY)
    rows = []
    for context in CONTEXTS:
        theirs, ours = _interleaved(there, here, context)
        name = f"{card.name} step at {context}, {device.provider}"
        rows += [
            spread(name, theirs, note=f"fp16, {there.provider}"),
            ratio(f"{name}: CPU / GPU", ours, theirs, against="int8, 1 core"),
        ]
    return rows


def _interleaved(
    there: TransformerGraph, here: TransformerGraph, context: int
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of steps after `context` others, of either graph."""
    steps = music(context + STEPS)
    for graph in (there, here):
        graph.u[0] = 0.5
        graph.rewind(0)
        graph.read(np.array(steps[:context], np.int64))
    theirs: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS + 2):  # the first two warm it
        for graph, times in ((there, theirs), (here, ours)):
            graph.rewind(context)
            times.extend(timed(graph.step, steps[context:]))
    return theirs[2 * STEPS :], ours[2 * STEPS :]
