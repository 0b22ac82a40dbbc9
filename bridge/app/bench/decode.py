"""How fast the models answer: a note step, against torch eager; phrase end to first note."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bridge.app.bench.rows import Row, spread
from bridge.app.bench.steps import CAPACITY, CONTEXTS, STEPS, Step, music, ratio, timed
from bridge.core.music import Note
from bridge.respond.cards import Card, list_cards, load_model
from bridge.respond.limits import Limits, voice_mask
from bridge.respond.notes.continuer import NoteContinuer
from bridge.respond.notes.graph import GRAPHS, StepGraph, TransformerGraph
from bridge.respond.onnx import Binding

ROUNDS = 12
GOAL_RATIO, GOAL_MS = 7.0, 2.5
GOAL_STEPS, GOAL_P99 = 1.3, 10.0  # of the first note: in note steps, in milliseconds
GOAL_HOST = 60.0  # microseconds


def decode(seconds: float, models: Path) -> list[Row]:
    """Measure every model of a folder; it takes as long as it takes."""
    del seconds
    rows: list[Row] = []
    for card in list_cards(models):
        for context in CONTEXTS if card.family in GRAPHS else ():  # a step of others is no note
            rows += _against_eager(models, card, context)
        rows += _first_note(models, card)
        if card.family == TransformerGraph.family:
            rows.append(_host(models / f"{card.name}.onnx", card.name))
    return rows


def others(seconds: float, models: Path) -> list[Row]:
    """Measure graphs of other sizes, where torch is there to make them."""
    del seconds, models
    if find_spec("torch") is None or find_spec("onnx") is None:
        print("torch is not installed, so nothing is compared with it: sh tools/setup.sh train")
        return []
    from bridge.app.bench.sizes import sizes

    return sizes()


def _against_eager(models: Path, card: Card, context: int) -> list[Row]:
    """Interleave rounds of the graph and of torch eager at one context length."""
    graph = GRAPHS[card.family](models / f"{card.name}.onnx", capacity=CAPACITY)
    graph.u[0] = 0.5
    steps = music(context + STEPS)
    graph.read(np.array(steps[:context], np.int64))
    eager = _eager(card, steps[:context])
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS + 2):
        graph.rewind(context)
        ours += timed(graph.step, steps[context:])
        if eager is not None:
            theirs += timed(eager, steps[context : context + 4])
    ours, theirs = ours[2 * STEPS :], theirs[2 * 4 :]
    name = f"{card.name} step at {context}"
    most = GOAL_MS if context == CONTEXTS[-1] else None
    rows = [spread(name, ours, most=most, note="int8, 1 thread")]
    if theirs:
        told = "eager mode, fp32, cache, 1 thread"
        rows.append(spread(f"{name}, torch", theirs, note=told))
        least = GOAL_RATIO if card.family == TransformerGraph.family else 0.0
        rows.append(
            ratio(f"{name}, torch / ours", theirs, ours, against="torch eager", least=least)
        )
    if context == CONTEXTS[-1]:
        rows.append(_allocations(graph, card.name, steps, context))
    return rows


def _eager(card: Card, heard: list[Step]) -> Callable[[Step], object] | None:
    """Return a torch stepper of the same sizes that has heard the music; None without torch."""
    try:
        from bridge.training.notes.eager import stepper_of
    except ImportError:
        return None
    stepper = stepper_of(card.shape)
    stepper.hear(heard)
    return stepper.step


def _allocations(graph: StepGraph, name: str, steps: list[Step], context: int) -> Row:
    """Measure what Python memory a step leaves behind."""
    graph.rewind(context)
    graph.step(steps[context])
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for step in steps[context + 1 :]:
        graph.step(step)
    left = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    per_step = left / (STEPS - 1)
    goal = "< 64 B: no array"
    return Row(f"{name} bytes left a step", per_step, "B", goal=goal, holds=per_step < 64)


def _first_note(models: Path, card: Card) -> list[Row]:
    """Measure from the end of a 64-note phrase, fed while it was played, to the first note."""
    model = load_model(models, card.name)
    rng = np.random.default_rng(0)
    limits = Limits(top_p=0.95, voices=voice_mask({0}), earliest=64 * 12, exact=True)
    phrase = _phrase(64)
    first: list[float] = []
    step: list[float] = []
    for _ in range(60):
        model.forget()
        for note in phrase[:-1]:
            model.feed([note], 96)
            model.catch_up()  # as the engine does between two notes
        begun = time.perf_counter()
        model.feed(phrase[-1:], 96)
        model.next_note(limits, rng)
        first.append((time.perf_counter() - begun) * 1000)
        free = limits.free()
        step += timed(lambda frame: model.next_note(frame, rng), [free] * 8)
    steps = statistics.median(first) / statistics.median(step)
    told = "from the end of a phrase of 64 notes that was fed as it was played"
    by_notes = card.family in GRAPHS  # one run of the graph is one note
    most = GOAL_P99 if by_notes else None
    return [
        spread(f"{card.name} first note", first, by="p99", most=most, note=told),
        Row(f"{card.name} first note, in steps", steps, "steps",
            goal=f"<= {GOAL_STEPS:g}" if by_notes else "",
            holds=steps <= GOAL_STEPS if by_notes else None),
    ]  # fmt: skip


def _phrase(count: int) -> list[Note]:
    return [Note(i * 12, 0, 60 + i % 12, 12, 80) for i in range(count)]


class _Clocked(TransformerGraph):
    """Tells how long its last run took, in milliseconds."""

    inside = 0.0

    def _run(self, binding: Binding, count: int) -> None:
        begun = time.perf_counter()
        super()._run(binding, count)
        self.inside = (time.perf_counter() - begun) * 1000


def _host(path: Path, name: str) -> Row:
    """Measure what a note costs outside the graph, while the memory has much to say."""
    graph = _Clocked(path)
    model = NoteContinuer(name, graph)
    model.feed(_phrase(256), 96)
    limits, rng = Limits(top_p=0.95, voices=voice_mask({0})), np.random.default_rng(0)
    outside = []
    for _ in range(200):
        whole = timed(lambda frame: model.next_note(frame, rng), [limits])[0]
        outside.append((whole - graph.inside) * 1000)
    told = "a note drawn: limits, memory, dice, rows"
    return spread(f"{name} outside the graph", outside, "us", most=GOAL_HOST, note=told)
