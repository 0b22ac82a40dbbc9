"""Puts templates where a DAW looks for them: tells first, asks, and can take it all back."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.app.daws.daw_folders import FILES, PROGRAMS, Machine, folder_of
from bridge.app.daws.setup_record import Copy, load, save
from bridge.core.errors import MusicError, SettingError
from bridge.desk.fl_roll import MARK
from bridge.desk.table import Table
from bridge.desk.templates import templates
from bridge.send.take import write_song

KEPT = ".before-antiphon"
Ask = Callable[[str], bool]
State = Literal["new", "same", "ours", "foreign"]
_SAYS = {
    "new": "write   {path}",
    "same": "leave   {path}: it is up to date",
    "ours": "renew   {path}: an older one of ours",
    "foreign": "replace {path}; what is there is kept as {kept}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One file to put in place."""

    path: Path
    data: bytes
    state: State

    @property
    def kept(self) -> Path:
        """Where a file that is not ours will be kept: a name that is free."""
        number, kept = 1, self.path.with_name(self.path.name + KEPT)
        while kept.exists():
            number += 1
            kept = self.path.with_name(f"{self.path.name}{KEPT}-{number}")
        return kept

    def __str__(self) -> str:
        return _SAYS[self.state].format(path=self.path, kept=self.kept.name)


def set_up(target: str, folder: Path | None, machine: Machine, ask: Ask) -> list[Path]:
    """Put a program's files in place and return them; nothing is done unless `ask` agrees.

    Raises SettingError when the folder is missing, cannot be written, or the answer was no.
    """
    root = (folder or folder_of(target, machine)).absolute()
    if not root.is_dir():
        raise SettingError(
            f"{root} is not there; start {PROGRAMS[target]} once, or name its folder with --folder"
        )
    steps = [step for step in _plan(target, root, machine) if step.state != "same"]
    if not steps:
        print(f"{PROGRAMS[target]}: everything is in place below {root}")
        return []
    if not ask("\n".join(map(str, steps))):
        raise SettingError("nothing was written; --yes does not ask")
    for step in steps:
        _do(step, target, machine)
    return [step.path for step in steps]


def take_back(target: str, machine: Machine, ask: Ask, *, folder: Path | None = None) -> list[Path]:
    """Remove what was put in place and bring back what was there; return the files.

    With a `folder` only what was put below it. A file that was changed since stays, and stays
    known; SettingError when the answer was no.
    """
    record = load(machine)
    known = record.copies.get(target, [])
    copies = [c for c in known if folder is None or _lies_in(c.path, folder)]
    missing = [c for c in copies if not c.path.exists()]
    ours = [c for c in copies if _is_ours(c.path, c.sha256) or (c in missing and c.is_kept)]
    done_with = [*ours, *(c for c in missing if c.kept is None)]
    told = [_undoes(copy) for copy in ours]
    told += [
        f"leave   {c.path}: it was changed since"
        for c in copies
        if c not in ours and c not in missing
    ]
    if not ours:
        where = f" from {folder}" if folder else ""
        print("\n".join([*told, f"{PROGRAMS[target]}: nothing to take back{where}"]))
    elif not ask("\n".join(told)):
        raise SettingError("nothing was removed; --yes does not ask")
    for copy in done_with:
        _undo(copy)
        known.remove(copy)
        save(record, machine)
    _unmake([folder for copy in done_with for folder in copy.made])
    return [copy.path for copy in ours]


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _plan(target: str, root: Path, machine: Machine) -> list[Step]:
    files = templates(Table())
    known = {copy.path: copy.sha256 for copy in load(machine).copies.get(target, [])}
    steps = []
    for source, below in FILES[target].items():
        path, data = root / below, files[source]
        steps.append(Step(path, data, _state(path, data, known.get(path, ""))))
    return steps


def _state(path: Path, data: bytes, sha256: str) -> State:
    if not path.exists():
        return "new"
    if path.is_file() and path.read_bytes() == data:
        return "same"
    return "ours" if _is_ours(path, sha256) else "foreign"


def _is_ours(path: Path, sha256: str) -> bool:
    """Tell whether a file is as we left it; the script with the last take is rewritten by us."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return _digest(data) == sha256 or bool(sha256 and data.startswith(MARK.encode()))


def _do(step: Step, target: str, machine: Machine) -> None:
    """Put a file in place; what we do is remembered before it is done, or it is not done."""
    record = load(machine)
    copies = record.copies.setdefault(target, [])
    before = next((copy for copy in copies if copy.path == step.path), None)
    kept, made = (before.kept, before.made) if before else (None, _missing(step.path.parent))
    aside = step.kept if step.state == "foreign" else None
    if aside and not (before and before.is_kept):  # else what was there first is what comes back
        kept = aside
    if before:
        copies.remove(before)
    copies.append(Copy(path=step.path, sha256=_digest(step.data), kept=kept, made=made))
    save(record, machine)
    try:
        step.path.parent.mkdir(parents=True, exist_ok=True)
        if aside:
            shutil.copy2(step.path, aside)
        write_song(step.path, step.data)
    except MusicError as error:
        raise SettingError(str(error)) from None
    except OSError as error:
        raise SettingError(f"{step.path} cannot be written: {error.strerror or error}") from None


def _undoes(copy: Copy) -> str:
    """Return what will be done to take a copy back."""
    removes = f"remove  {copy.path}" if copy.path.exists() else f"mend    {copy.path}: it is gone"
    return removes + (f"; bring back {copy.kept.name}" if copy.kept else "")


def _undo(copy: Copy) -> None:
    try:
        if copy.path.exists():  # it may never have come so far, and its folder be none
            copy.path.unlink()
        if copy.kept and copy.is_kept:
            copy.path.parent.mkdir(parents=True, exist_ok=True)
            copy.kept.rename(copy.path)
    except OSError as error:
        raise SettingError(f"{copy.path} cannot be taken back: {error.strerror or error}") from None


def _unmake(folders: list[Path]) -> None:
    """Remove the folders we made, unless something is in them."""
    for folder in sorted(folders, reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _missing(folder: Path) -> list[Path]:
    """Return the folders that have to be made, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
