"""Files that are complete or absent, whatever dies while they are written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def put_beside(path: Path, data: bytes) -> Path:
    """Write data to a new file in the folder of `path` and return that file; OSError."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        beside.chmod(0o644)  # mkstemp's own 0600 would hide the file from a DAW's other user
    except OSError:
        beside.unlink()
        raise
    return beside


def put(path: Path, data: bytes) -> None:
    """Write a file in place of what was there; OSError if that cannot be."""
    beside = put_beside(path, data)
    try:
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
