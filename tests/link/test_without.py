"""Where the package for Ableton Link is not installed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.app.hub.view import Lines
from bridge.core.errors import SettingError
from bridge.core.params import Settings


def hub(tmp_path: Path, source: str) -> Hub:
    settings = Settings(clock_source=source)
    return Hub(Plan(settings=settings, osc_port=0, takes=tmp_path, commands={}), Lines())


@pytest.fixture(autouse=True)
def _without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aalink", None)


def test_auto_does_without(tmp_path: Path) -> None:
    async def story() -> Hub:
        jam = hub(tmp_path, "auto")
        await jam.open()
        with pytest.raises(SettingError, match="aalink"):
            jam.turn("clock_source", "link")
        await jam.close()
        return jam

    jam = asyncio.run(story())
    assert (jam.snapshot.settings.clock_source, jam.snapshot.fault) == ("auto", "")


def test_asked_for_by_name_it_is_told_at_the_start(tmp_path: Path) -> None:
    async def story() -> None:
        await hub(tmp_path, "link").open()

    with pytest.raises(SettingError, match=r"pip install 'antiphon\[link\]'"):
        asyncio.run(story())
