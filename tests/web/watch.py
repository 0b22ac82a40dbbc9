"""A browser that looks at a hub without children."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.app.hub.hub import Hub
from tests.web.chromium import Driver, Page
from tests.web.stage import tell

READY = "document.querySelectorAll('.row').length > 20"


def look(
    folder: Path,
    driver: Driver,
    see: Callable[[Page, Hub], None],
    *,
    commands: dict[str, tuple[str, ...]] | None = None,
    **options: Any,
) -> None:
    """Open a page on a hub and look at it, in a thread of its own; it has no children but these."""

    async def story(hub: Hub, port: int) -> None:
        def watch() -> None:
            page = driver.open(f"http://127.0.0.1:{port}/", **options)
            page.until(READY)
            see(page, hub)
            assert page.complaints == []
            page.close()

        await asyncio.to_thread(watch)

    tell(story, folder, commands=commands or {})
