"""How long the steps of a model took lately."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.app.engine.pace import REMEMBERED, Pace, Stopwatch, percentile


def test_the_pace_is_that_of_the_last_steps() -> None:
    watch = Stopwatch()
    assert watch.pace == Pace(0.0, 0.0, 0.0)
    for _ in range(REMEMBERED):
        watch.note(1.0)
    for k in range(REMEMBERED):
        watch.note(k / REMEMBERED)
    assert watch.pace == Pace(0.5, 243 / REMEMBERED, 253 / REMEMBERED)


@settings(max_examples=20)
@given(st.lists(st.floats(0, 0.1), min_size=1, max_size=2 * REMEMBERED))
def test_of_any_steps_the_last_ones_count(steps: list[float]) -> None:
    watch = Stopwatch()
    for seconds in steps:
        watch.note(seconds)
    last = sorted(steps[-REMEMBERED:])
    assert watch.pace == Pace(*(percentile(last, share) for share in (0.5, 0.95, 0.99)))


def test_another_model_begins_anew() -> None:
    watch = Stopwatch()
    watch.note(0.2)
    watch.reset()
    assert watch.pace == Pace()
    watch.note(0.1)
    assert watch.pace == Pace(0.1, 0.1, 0.1)
