"""The table of benchmarks: each is one line, and whatever lists, runs or times them reads it here.

It must stay light: the command line reads it for its help.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from typing import cast

from bridge.app.bench.rows import Measure

ALL = "all"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A function of `(seconds, models)` that returns rows, and how long it takes."""

    group: str  # what is typed to have it measured
    what: str  # what the progress line says
    function: str  # module:name, imported when it is wanted
    share: float = 0.0  # of the seconds asked for
    extra: float = 0.0  # seconds besides, about

    def takes(self, seconds: float) -> float:
        """Return about how many seconds it takes when `seconds` are asked for."""
        return seconds * self.share + self.extra

    @property
    def measure(self) -> Measure:
        """The function."""
        return cast("Measure", pkgutil.resolve_name(self.function))


# fmt: off
BENCHMARKS = (
    Benchmark("decode", "steps of the models", "bridge.app.bench.decode:decode", extra=30),
    Benchmark("decode", "steps on a GPU", "bridge.app.bench.gpu:gpu", extra=2),
    Benchmark("sizes", "graphs of other sizes", "bridge.app.bench.decode:others", extra=90),
    Benchmark("clock", "simulated clocks", "bridge.app.bench.clock:clock", extra=30),
    Benchmark("clock", "a clock on JACK", "bridge.app.bench.real_clock:real", extra=60),
    Benchmark("timing", "the player alone", "bridge.app.bench.player:alone", 0.2, 4),
    Benchmark("timing", "the player, cores busy", "bridge.app.bench.player:crowded", 0.2, 6),
    Benchmark("timing", "onsets on JACK", "bridge.app.bench.onsets:onsets", 0.4, 30),
    Benchmark("live", "a jam at 180 BPM", "bridge.app.bench.live:fast", 10.0, 8),
    Benchmark("live", "a jam at 120 BPM", "bridge.app.bench.live:answering", 0.2, 10),
    Benchmark("live", "a jam at rest", "bridge.app.bench.live:rest", 0.1, 5),
    Benchmark("panel", "the web panel", "bridge.app.bench.panel:panel", 0.5, 25),
    Benchmark("osc", "10,000 messages a second", "bridge.app.bench.osc:flooded", 1.0, 10),
    Benchmark("turns", "taking turns", "bridge.app.bench.turns:turns", 1.0, 15),
)
# fmt: on


def groups() -> tuple[str, ...]:
    """Return what can be asked for."""
    return (*dict.fromkeys(b.group for b in BENCHMARKS), ALL)


def chosen(group: str) -> tuple[Benchmark, ...]:
    """Return the benchmarks of a group, or all."""
    return tuple(b for b in BENCHMARKS if group in (b.group, ALL))
