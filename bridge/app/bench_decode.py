"""How fast the models answer: a note step, against torch eager; phrase end to first note."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bridge.app.bench import Row, spread
from bridge.core.music import Note
from bridge.respond.cards import Card, list_cards, load_model
from bridge.respond.limits import Limits, voice_mask
from bridge.respond.notes.graph import GRAPHS, StepGraph

CONTEXTS = (64, 256)  # steps heard before the measured ones
ROUNDS, STEPS = 12, 16
GOAL_RATIO = 5.0
Step = tuple[int, ...]


def _music(count: int) -> list[Step]:
    """Return steps of an endless scale in eighths, START left out."""
    scale = (60, 62, 63, 65, 67, 68, 70, 72)
    return [(12, 0, scale[i % 8], 6, 10, i * 12 % 96, 96, i * 12) for i in range(count)]


def _time(deed: Callable[[Step], object], steps: list[Step]) -> list[float]:
    """Return the milliseconds each step took."""
    times = []
    for step in steps:
        begun = time.perf_counter()
        deed(step)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _spread(name: str, times: list[float], note: str = "") -> Row:
    return spread(name, times, note=note)


def decode(seconds: float, models: Path) -> list[Row]:
    """Measure every model of a folder; it takes as long as it takes."""
    del seconds
    if find_spec("torch") is None:
        print("torch is not installed, so nothing is compared with it: sh tools/setup.sh train")
    rows: list[Row] = []
    for card in list_cards(models):
        for context in CONTEXTS if card.family in GRAPHS else ():  # a step of others is no note
            rows += _against_eager(models, card, context)
        rows += _first_note(models, card)
    return rows


def _against_eager(models: Path, card: Card, context: int) -> list[Row]:
    """Interleave rounds of the graph and of torch eager at one context length."""
    graph = GRAPHS[card.family](models / f"{card.name}.onnx")
    graph.u[0] = 0.5
    music = _music(context + STEPS)
    graph.read(np.array(music[:context], np.int64))
    eager = _eager(card, music[:context])
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS + 2):
        graph.rewind(context)
        ours += _time(graph.step, music[context:])
        if eager is not None:
            theirs += _time(eager, music[context : context + 4])
    ours, theirs = ours[2 * STEPS :], theirs[2 * 4 :]
    name = f"{card.name} step at {context}"
    rows = [_spread(name, ours, "int8, 1 thread")]
    if theirs:
        rows.append(_spread(f"{name}, torch", theirs, "eager mode, fp32, cache, 1 thread"))
        ratio = statistics.median(theirs) / statistics.median(ours)
        goal = f">= {GOAL_RATIO:g} x" if card.family == "note-transformer" else ""
        holds = ratio >= GOAL_RATIO if goal else None
        rows.append(
            Row(f"{name}, torch / ours", ratio, "x", goal=goal, holds=holds,
                ratio=ratio, against="torch eager")
        )  # fmt: skip
    if context == CONTEXTS[-1]:
        rows.append(_allocations(graph, card.name, music, context))
    return rows


def _eager(card: Card, heard: list[Step]) -> Callable[[Step], object] | None:
    """Return a torch stepper of the same sizes that has heard the music; None without torch."""
    try:
        from bridge.training.notes.eager import stepper_of
    except ImportError:
        return None
    stepper = stepper_of(card.shape)
    for step in heard:
        stepper.step(step)
    return stepper.step


def _allocations(graph: StepGraph, name: str, music: list[Step], context: int) -> Row:
    """Measure what Python memory a step leaves behind."""
    graph.rewind(context)
    graph.step(music[context])
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for step in music[context + 1 :]:
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
    phrase = [Note(i * 12, 0, 60 + i % 12, 12, 80) for i in range(64)]
    first: list[float] = []
    step: list[float] = []
    for _ in range(40):
        model.forget()
        for note in phrase[:-1]:
            model.feed([note], 96)
        begun = time.perf_counter()
        model.feed(phrase[-1:], 96)
        model.next_note(limits, rng)
        first.append((time.perf_counter() - begun) * 1000)
        free = limits.free()
        for _ in range(8):
            begun = time.perf_counter()
            model.next_note(free, rng)
            step.append((time.perf_counter() - begun) * 1000)
    ratio = statistics.median(first) / statistics.median(step)
    return [
        _spread(
            f"{card.name} first note",
            first,
            "from the end of a phrase of 64 notes that was fed as it was played",
        ),
        Row(f"{card.name} first note, in steps", ratio, "steps", goal="<= 3", holds=ratio <= 3),
    ]
