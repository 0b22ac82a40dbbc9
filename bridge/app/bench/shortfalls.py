"""Why a goal is missed where it is: what the time goes to, what was tried, what the limit is.

Figures were taken on the machine of docs/benchmarks.md, the quietest tenth of many rounds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bridge.app.bench.rows import Row

UNKNOWN = "Why is not known yet."

#: Why by what a row is called; the first that fits counts.
REASONS = (
    (r"5 M step at 1000|(5|25) M step at \d+ / floor|(5|25) M step at \d+, torch / ours",
     ("The floor is reading the weights and the cache once, and nothing else. Of a 5 M step after "
     "256 notes (0.42 ms; onnxruntime's profiler, less its own cost for each node) the 34 "
     "`MatMulNBits` take 0.17 ms, of which reading 5.5 MB is 0.06; the 6 `GroupQueryAttention` "
     "0.14 ms, of which reading 1.6 MB is 0.02; the 214 small nodes 0.1 ms, and a node that "
     "computes nothing costs onnxruntime 0.28 us. All but thirty of these small nodes are "
     "embedding, five heads and their dice, in the graph because that is one run a note instead "
     "of five. What is added up to 1000 notes, 0.29 ms for 4.6 MB, is attention, on one thread, "
     "and reading them is 0.05 of it. Of a 25 M step (1.7 ms) the 42 `MatMulNBits` take 1.2 ms: "
     "8-bit weights go through the processor at 21 GB/s, while it reads memory at 53. The steps "
     "are as quick as those the goals were set by (1.66 and 2.72 ms for 25 M); what has moved is "
     "the floor, which was read at 20 to 40 GB/s then, and the heads, which were not in the "
     "step. Tried: blocks of 32 and 128, int4 (hardly quicker, and it costs bits), two threads "
     "(slower beside a DAW). What is left is fewer small nodes, or a kernel of our own.")),
    (r"25 M step at 1000",
     ("What the step reads no longer fits into the processor's cache, and memory comes and goes: "
     "2.3 ms on the same day, when one core read 53 GB a second, 2.9 when it read 41.")),
    (r"note-transformer step at 1000, torch / ours",
     ("From 64 to 1000 notes our step grows by 0.19 ms and torch's by 0.09: all of it is "
     "attention, for which onnxruntime's `GroupQueryAttention` on one thread takes longer than "
     "torch's products of matrices. Where less of a step is attention, at 64 and 256 notes, "
     "torch takes 12 and 11 times as long.")),
    (r".* first note, in steps",
     ("The first note is one run of the graph, as the goal wants, and the phrase's last note was "
     "read in the same run. What is left is outside the graph: taking in the last note (24 us), "
     "new limits (20 us), the memory's say (39 us, 26 in later steps), and code that has not run "
     "for a while, against later steps that follow each other without a pause. The limits come "
     "with the question, and the memory has to hear the last note first, so neither can be "
     "prepared while the phrase is played. In milliseconds the goal is kept twenty times over.")),
    (r"clock, .*: tempo error after one bar",
     ("rtmidi stamps a tick at the edge of JACK's period, so that each tick is known to lie "
     "within one period. All lines that are possible then are looked at, and the middle one is "
     "taken: half the error of least squares (p50), two thirds of it (p95). Where tick and "
     "period nearly divide, at 256 frames about 156, 117 and 94 BPM, tempos 0.13 BPM to either "
     "side are still possible after a bar (p95), and nobody can tell them apart by these stamps. "
     "`--api jack-exact` has stamps to the sample, and errs by less than 0.0001 BPM. A JACK "
     "server that is late loses time, and its clock with it.")),
    (r"jam CPU at rest",
     ("What is left are the looks at the MIDI input, which nothing can wait for: rtmidi has no "
     "descriptor, and a callback would hold up JACK's cycle. At rest it is 33 looks a second, "
     "two signs of life a second from each process, and the two watches of control; a wake-up of "
     "Python after a pause costs some 0.1 ms, because all of it has left the caches.")),
)  # fmt: skip

NEVER_RUN = (
    "CUDA, DirectML and CoreML were never run on hardware: no such machine was there. Tested in "
    "their stead is that each is asked for as onnxruntime wants it, that one which is missing is "
    "noticed and the CPU plays, and, with the memory of the CPU, all that differs on a device: "
    "keys and values that stay there, what is sent and fetched, the half-precision graph. "
    "`antiphon bench decode` measures CUDA where it is."
)


def shortfalls(rows: Sequence[Row]) -> list[str]:
    """Return the lines of a section that tells of each goal missed, and of what was never run."""
    missed: dict[str, list[Row]] = {}
    for row in rows:
        if row.holds is False:
            missed.setdefault(_reason(row.name), []).append(row)
    lines = ["## What falls short, and why", ""]
    for why, of in missed.items():
        lines.append(f"- {'; '.join(f'**{row.name}**: {_figure(row)}' for row in of)}. {why}")
    return [*lines, f"- {NEVER_RUN}"]


def _reason(name: str) -> str:
    return next((why for what, why in REASONS if re.fullmatch(what, name)), UNKNOWN)


def _figure(row: Row) -> str:
    return f"{row.value:.3g} {row.unit} ({row.goal})"
