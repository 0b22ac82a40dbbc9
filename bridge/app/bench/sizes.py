"""How fast graphs of other sizes are, by chance weights: against memory, torch, x-transformers."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bridge.app.bench.rows import Row, spread
from bridge.app.bench.steps import CAPACITY, CONTEXTS, STEPS, Floor, music, ratio, timed
from bridge.respond.notes.graph import TransformerGraph
from bridge.training import yardsticks
from bridge.training.notes.eager import EagerStepper

ROUNDS = 10
TOKENS_PER_NOTE = 4  # of a model that spells notes: onset, pitch, duration, velocity
#: By size: times the floor, times as fast as torch, and milliseconds at the longest context.
GOALS = {"5 M": (3.0, 15.0, 0.5), "25 M": (1.6, 7.0, 2.5)}


def sizes() -> list[Row]:
    """Measure note steps of all sizes and what they are held against."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = [row for name in yardsticks.SIZES for row in _size(folder, name)]
        return rows + _lstm(folder) + _x_transformers(folder)


def _size(folder: Path, name: str) -> list[Row]:
    shape = yardsticks.SIZES[name]
    path = folder / "notes.onnx"
    eager = yardsticks.write_notes(path, shape)
    graph = TransformerGraph(path, capacity=CAPACITY)
    graph.u[0] = 0.5
    weights = yardsticks.weight_bytes(path)
    a_step = 2 * shape["layers"] * shape["kv_heads"] * shape["dim"] // shape["heads"] * 4
    rows = []
    for context in CONTEXTS:
        floor = Floor(weights + a_step * context)
        rows += _at(f"{name} step at {context}", graph, eager, floor, context)
    return rows


def _at(
    name: str, graph: TransformerGraph, eager: EagerStepper, floor: Floor, context: int
) -> list[Row]:
    """Interleave rounds of the graph, of torch and of reading memory at one context length."""
    steps = music(context + STEPS)
    graph.rewind(0)
    graph.read(np.array(steps[:context], np.int64))
    eager.hear(steps[:context])
    ours: list[float] = []
    theirs: list[float] = []
    least: list[float] = []
    graph.step(steps[context])
    for _ in range(ROUNDS):
        graph.rewind(context)
        ours += timed(graph.step, steps[context:])
        least += timed(floor.read, range(STEPS))
        theirs += timed(eager.step, steps[context : context + 3])
    above, faster, most = GOALS[name.partition(" step")[0]]
    p50 = statistics.median(ours)
    over = p50 / statistics.median(least)
    speed = floor.size / statistics.median(least) / 1e6
    told = f"{floor.size / 1e6:.1f} MB at {speed:.0f} GB/s; five heads and the dice are in the step"
    at_length = context >= 256
    return [
        spread(name, ours, most=most if context == CONTEXTS[-1] else None,
               note="int8, 1 thread, weights of chance"),
        Row(f"{name} / floor", over, "x", goal=f"<= {above:g} x" if at_length else "",
            holds=over <= above if at_length else None, note=told,
            ratio=over, against="reading its bytes"),
        ratio(f"{name}, torch / ours", theirs, ours, against="torch eager",
              least=faster if context == 256 else 0.0),
    ]  # fmt: skip


def _lstm(folder: Path) -> list[Row]:
    """Measure one token of an LSTM of three layers, 512 wide, against torch."""
    tokens = yardsticks.Tokens(folder / "lstm.onnx", "lstm", yardsticks.LSTM)
    tokens.hear(8)
    ours, theirs = _interleaved(tokens.step, tokens.eager(), STEPS)
    return [
        spread("LSTM of 7 M, a token", ours, note="int8, 1 thread, logits out"),
        ratio("LSTM of 7 M, torch / ours", theirs, ours, against="torch eager", least=50.0),
    ]


def _interleaved(
    ours: Callable[[], object], theirs: Callable[[], object], count: int
) -> tuple[list[float], list[float]]:
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        found[0].extend(timed(lambda _: ours(), range(count)))
        found[1].extend(timed(lambda _: theirs(), range(4)))
    return found[0][count:], found[1][4:]


def _x_transformers(folder: Path) -> list[Row]:
    """Measure its own `generate` with cached keys against as many weights of ours."""
    context, count = 256, 8
    name = "x-transformers 512 x 12"
    generate = yardsticks.x_transformers(context)
    if generate is None:
        print("x-transformers is not installed, so nothing is compared with it: pip install"
              " 'antiphon[bench]'")  # fmt: skip
        return []
    tokens = yardsticks.Tokens(folder / "deep.onnx", "transformer", yardsticks.DEEP)
    yardsticks.write_notes(folder / "notes.onnx", yardsticks.DEEP)
    graph = TransformerGraph(folder / "notes.onnx", capacity=CAPACITY)
    notes = context // TOKENS_PER_NOTE
    steps = music(notes + STEPS)
    graph.read(np.array(steps[:notes], np.int64))
    theirs: list[float] = []
    a_token: list[float] = []
    a_note: list[float] = []
    for _ in range(max(1, ROUNDS // 2)):
        first, all_ = (_seconds(generate, n) for n in (1, 1 + count))
        theirs.append((all_ - first) * 1000 / count)
        tokens.hear(context)
        a_token += timed(lambda _: tokens.step(), range(STEPS))
        graph.rewind(notes)
        a_note += timed(graph.step, steps[notes:])
    note = [ms * TOKENS_PER_NOTE for ms in theirs]
    return [
        spread(f"{name}, a token", theirs, note=f"its own generate, fp32, cached, after {context}"),
        spread("44 M, a token of ours", a_token, note="int8, as many weights, logits out"),
        spread("44 M, a note of ours", a_note, note=f"int8, as many weights, after {notes} notes"),
        ratio("a token, x-transformers / ours", theirs, a_token, against=name, least=7.5),
        ratio(
            f"a note, x-transformers ({TOKENS_PER_NOTE} tokens) / ours",
            note,
            a_note,
            against=name,
            least=25,
        ),
    ]


def _seconds(generate: Callable[[int], object], count: int) -> float:
    begun = time.perf_counter()
    generate(count)
    return time.perf_counter() - begun
