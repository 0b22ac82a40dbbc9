"""The takes over HTTP: a list of them, and each as the file it is.

Conventions: the folder is the snapshot's; only what the list names is given, so that no name can
lead out of the folder.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bridge.control.desk import Desk

LISTED = 500  # the newest; older ones stay in the folder
MIDI_TYPE = "audio/midi"


def takes_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the newest takes of a folder by name, newest first; none where it is missing.

    `time` is the file's, in seconds since 1970, `size` in bytes.
    """
    found = []
    for path in folder.glob("*.mid"):
        try:
            if path.is_file() and not path.is_symlink():
                told = path.stat()
                found.append((told.st_mtime, path.name, told.st_size))
        except OSError:  # it went while we looked
            continue
    newest = sorted(found, reverse=True)[:LISTED]
    return {name: {"name": name, "time": when, "size": size} for when, name, size in newest}


def take_routes(desk: Desk) -> list[Route]:
    """Return `/takes`, a JSON list, and `/takes/NAME.mid`."""

    def folder() -> Path:
        return Path(desk.snapshot.takes)

    async def list_takes(_: Request) -> Response:
        found = await asyncio.to_thread(takes_in, folder())
        return JSONResponse(list(found.values()))

    async def give_take(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in await asyncio.to_thread(takes_in, folder()):
            return PlainTextResponse("there is no such take", 404)
        return FileResponse(folder() / name, media_type=MIDI_TYPE, filename=name)

    return [Route("/takes", list_takes), Route("/takes/{name}", give_take)]
