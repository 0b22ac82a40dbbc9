"""A hub without children, and the knobs and keys of somebody who plays it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge.app.hub.learned import controller_of
from bridge.app.hub.learning import Learner
from bridge.app.hub.mirror import Mirror
from bridge.control.history import History
from bridge.core.events import ControlChange, Heard, Mirrored
from bridge.core.params import Settings

Row = tuple[int, int, int, int]


def on(pitch: int, channel: int = 0) -> Heard:
    return Heard(0.5, 0x90 | channel, pitch, 90)


def off(pitch: int, channel: int = 0) -> Heard:
    return Heard(0.6, 0x80 | channel, pitch, 0)


class Stage:
    """What the engine would be told is written down, and what controllers would show."""

    def __init__(self, house: Any, surface: Any) -> None:
        self.house, self.surface = house, surface
        self.engine: list[Any] = []
        self.shown: list[Row] = []

    def told(self, who: str, message: Any) -> None:
        if isinstance(message, Mirrored):
            self.shown += message.rows
        elif who == "engine":
            self.engine.append(message)

    def hear(self, *messages: Any) -> None:
        """Have the player hear something, and let a window pass."""
        for message in messages:
            self.house.call(lambda m=message: self.house.hub._take_in("player", m))
        self.surface.settle()
        time.sleep(0.03)
        for _ in range(2):  # what was due meanwhile is done by the second at the latest
            self.house.call(lambda: None)
        self.surface.settle()

    def knob(self, number: int, *values: int, channel: int = 0) -> None:
        self.hear(*(ControlChange(0.0, channel, number, value) for value in values))

    def learn(self, address: str, *messages: Any) -> None:
        assert self.surface.ask("/jam/learn", address)[0] == "/jam/learning"
        self.hear(*messages)

    def begin_again(self, controller: str = "") -> None:
        """Forget all but the file, as a new start does."""
        hub = self.house.hub

        def begin() -> None:
            hub._deeds.mirror.close()
            hub._deeds.mirror = Mirror(
                hub, lambda m: hub.crew.send("player", m), controller_of(controller)
            )
            shelf = hub.plan.presets
            hub._deeds.learner = Learner(hub, shelf, controller, hub._deeds.mirror)
            hub._deeds.learner.open()

        self.house.call(begin)

    @property
    def settings(self) -> Settings:
        settings: Settings = self.house.hub.snapshot.settings
        return settings

    @property
    def file(self) -> Path:
        path: Path = self.house.hub.plan.presets / "learned.toml"
        return path


@contextmanager
def on_stage(
    house: Any, surface: Any, monkeypatch: pytest.MonkeyPatch, controller: str = ""
) -> Iterator[Stage]:
    """Give a house its first settings, nothing learned, and perhaps the map of a controller."""
    hub, stage = house.hub, Stage(house, surface)

    def as_new() -> None:
        hub.snapshot = hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
        hub._history = History()
        house.exchange._subscribers.clear()

    stage.file.unlink(missing_ok=True)
    house.call(as_new)
    surface.settle()
    monkeypatch.setattr(hub.crew, "send", stage.told)
    stage.begin_again(controller)
    yield stage
    surface.settle()
