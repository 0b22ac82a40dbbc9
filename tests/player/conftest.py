"""A stage for players."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.player.stage import Stage


@pytest.fixture
def stage() -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def build(source: str = "internal", *, one_cable: bool = False) -> Stage:
        stages.append(Stage(source, one_cable=one_cable))
        stages[-1].play(0.02)
        return stages[-1]

    yield build
    for each in stages:
        each.close()
