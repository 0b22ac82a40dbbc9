"""Writes daw_templates/ from the tables, or tells whether it is up to date.

What a new parameter is turned by is written down beside it, in bridge/desk/cc_numbers.toml.
"""

from __future__ import annotations

from pathlib import Path

from bridge.core.errors import SettingError
from bridge.desk import cc_numbers
from bridge.desk.cc_map import ledger
from bridge.desk.table import Table
from bridge.desk.templates import templates, unpacked


def update(folder: Path, *, check: bool, numbers: Path = cc_numbers.FILE) -> None:
    """Write all files; with `check`, raise SettingError naming what is stale or of no use."""
    if check and not folder.is_dir():
        raise SettingError(
            f"{folder} is not there; antiphon templates makes it, --out names another"
        )
    table = Table(numbers=cc_numbers.read(numbers))
    given = ledger(table)
    if given != table.numbers:
        _give(numbers, given, table, check=check)
    files = templates(table)
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


def _give(path: Path, given: cc_numbers.Ledger, table: Table, *, check: bool) -> None:
    """Write down the numbers of what is new; with `check`, raise SettingError."""
    if check:
        known = {name for c in table.numbers.values() for each in c.values() for name in each}
        wanted = {name for c in given.values() for each in c.values() for name in each}
        lacks = ", ".join(sorted(wanted - known)) or "a controller"
        raise SettingError(f"{path} is out of date: it lacks {lacks}; run antiphon templates")
    try:
        path.write_text(cc_numbers.text(given), encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingError(f"{path} cannot be written: {error.strerror or error}") from None


def _same(folder: Path, path: str, data: bytes) -> bool:
    try:
        return unpacked(path, (folder / path).read_bytes()) == unpacked(path, data)
    except (OSError, ValueError):
        return False


def _strange(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Return the files that no table asks for (any more)."""
    there = (path for path in folder.rglob("*") if path.is_file())
    return sorted({path.relative_to(folder).as_posix() for path in there} - files.keys())
