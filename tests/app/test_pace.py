"""How long the steps of a model took lately."""

from __future__ import annotations

from bridge.app.pace import REMEMBERED, Pace, Stopwatch


def test_the_pace_is_that_of_the_last_steps() -> None:
    watch = Stopwatch()
    assert watch.pace == Pace(0.0, 0.0, 0.0)
    for _ in range(REMEMBERED):
        watch.note(1.0)
    for k in range(REMEMBERED):
        watch.note(k / REMEMBERED)
    assert watch.pace == Pace(0.5, 243 / REMEMBERED, 253 / REMEMBERED)


def test_another_model_begins_anew() -> None:
    watch = Stopwatch()
    watch.note(0.2)
    watch.reset()
    assert watch.pace == Pace()
    watch.note(0.1)
    assert watch.pace == Pace(0.1, 0.1, 0.1)
