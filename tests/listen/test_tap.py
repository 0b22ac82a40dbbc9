"""Tapping a tempo."""

from __future__ import annotations

import pytest

from bridge.listen.tap import Taps


def tapped(*seconds: float) -> float | None:
    taps = Taps()
    bpm = None
    for second in seconds:
        found = taps.tap(second)
        bpm = found if found is not None else bpm
    return bpm


def steady(bpm: float, count: int, begin: float = 5.0) -> list[float]:
    return [begin + number * 60 / bpm for number in range(count)]


def test_one_tap_is_no_tempo() -> None:
    assert Taps().tap(1.0) is None


@pytest.mark.parametrize("bpm", [40, 97.5, 120, 240])
def test_two_taps_are_a_tempo(bpm: float) -> None:
    assert tapped(*steady(bpm, 2)) == pytest.approx(bpm)


def test_unsteady_fingers_are_evened_out() -> None:
    errors = (0.01, -0.012, 0.008, -0.01, 0.012, -0.008, 0.01, -0.01)
    seconds = [second + error for second, error in zip(steady(120, 8), errors, strict=True)]
    assert tapped(*seconds) == pytest.approx(120, abs=1)


def test_after_a_pause_a_new_tempo_begins() -> None:
    assert tapped(*steady(120, 8), *steady(80, 2, begin=20.0)) == pytest.approx(80)


def test_another_tempo_is_taken_at_its_second_tap() -> None:
    first = steady(120, 8)
    assert tapped(*first, first[-1] + 60 / 70) == pytest.approx(70)


def test_a_finger_that_bounces_taps_once() -> None:
    seconds = [at for second in steady(100, 4) for at in (second, second + 0.03)]
    assert tapped(*seconds) == pytest.approx(100)


def test_old_taps_are_forgotten() -> None:
    drifting = [5.0]
    for number in range(40):
        drifting.append(drifting[-1] + 60 / (100 + number))
    assert tapped(*drifting) == pytest.approx(136, abs=1)
