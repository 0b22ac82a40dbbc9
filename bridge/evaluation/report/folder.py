"""The folder of a report: all is written beside it first, and then put in place at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.core.errors import MusicError

#: Files of an earlier report that are not to stand beside a new one.
PICTURES = ("bits-from-seam.png", "f1-to-horizon.png", "bits-at-speed.png", "temperature.png")
ANSWERS = ("gallery/answer-*.mid", "gallery/answer-*.png")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what goes wrong while a folder is written to into MusicError."""
    try:
        yield
    except OSError as error:
        raise MusicError(f"--out {folder}: cannot be written ({error.strerror})") from None


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Make a folder, and lend a place in it that is gone afterwards; MusicError if impossible.

    That it can be written to is so known before the work begins.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        place = tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-")
    with place as name:
        yield Path(name)


def publish(part: Path, folder: Path) -> None:
    """Put a finished report in place of an earlier one, the table last."""
    for pattern in (*PICTURES, *ANSWERS):
        for old in folder.glob(pattern):
            old.unlink()
    files = sorted(path.relative_to(part) for path in part.rglob("*") if path.is_file())
    for file in sorted(files, key=lambda file: file.name.startswith("table.")):
        (folder / file).parent.mkdir(exist_ok=True)
        (part / file).replace(folder / file)
