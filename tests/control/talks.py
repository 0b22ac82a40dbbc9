"""A conversation with the stand-in for Live, over real UDP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bridge.app.ableton.talk import LiveTalk
from tests.control.ableton import Live, Track

Talking = Callable[..., tuple[Live, LiveTalk]]


@pytest.fixture
def talking(free_port: int) -> Iterator[Talking]:
    lives: list[Live] = []
    talks: list[LiveTalk] = []

    def start(*tracks: Track) -> tuple[Live, LiveTalk]:
        daw = Live(*tracks)
        daw.answers_to = free_port
        daw.thread.start()
        lives.append(daw)
        talks.append(LiveTalk((daw.port, free_port), patience=0.3))
        return daw, talks[-1]

    yield start
    for daw, talk in zip(lives, talks, strict=True):
        talk.__exit__(None, None, None)
        daw.close()
