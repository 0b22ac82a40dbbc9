"""Writes daw_templates/ from the tables, or tells whether it is up to date."""

from __future__ import annotations

from pathlib import Path

from bridge.core.errors import SettingError
from bridge.desk.table import Table
from bridge.desk.templates import templates, unpacked


def update(folder: Path, *, check: bool) -> None:
    """Write all files; with `check`, raise SettingError naming what is stale or of no use."""
    if check and not folder.is_dir():
        raise SettingError(
            f"{folder} is not there; antiphon templates makes it, --out names another"
        )
    files = templates(Table())
    stale = [path for path, data in files.items() if not _same(folder, path, data)]
    if check:
        if found := [*stale, *_strange(folder, files)]:
            raise SettingError(
                f"{folder} is out of date: {', '.join(found)}; run antiphon templates,"
                " and remove what it no longer makes"
            )
        return
    try:
        for path in stale:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(files[path])
    except OSError as error:
        raise SettingError(f"{folder} cannot be written: {error.strerror or error}") from None


def _same(folder: Path, path: str, data: bytes) -> bool:
    try:
        return unpacked(path, (folder / path).read_bytes()) == unpacked(path, data)
    except (OSError, ValueError):
        return False


def _strange(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Return the files that no table asks for (any more)."""
    there = (path for path in folder.rglob("*") if path.is_file())
    return sorted({path.relative_to(folder).as_posix() for path in there} - files.keys())
