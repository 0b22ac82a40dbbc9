"""The music that is measured on: a prepared file, or folders of MIDI files that become one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from bridge.core.errors import SettingError
from bridge.evaluation.items import Library
from bridge.training.prepare import prepare

Tell = Callable[[str], None]


def source_of(data: Path) -> Path | list[Path]:
    """Return a prepared file, or the packs in a folder, which may be a pack itself.

    Raises SettingError where there is neither.
    """
    if data.is_file():
        return data
    if not data.is_dir():
        raise SettingError(f"--data {data}: there is no such file or folder")
    data = data.absolute()
    if (data / "manifest.json").is_file():
        return [data]
    if packs := sorted(path.parent for path in data.glob("*/manifest.json")):
        return packs
    raise SettingError(
        f"--data {data}: no pack in it; a pack is a folder with a manifest.json, which"
        f" `python -m bridge.training.manifest {data}` writes"
    )


def load(source: Path | list[Path], cache: Path, tell: Tell) -> Library:
    """Return the music of a prepared file, or of packs, which are prepared once.

    Their prepared file lies in the folder `cache`; its name changes whenever the packs do.
    """
    if isinstance(source, Path):
        return Library.load(source)
    packs = source
    file = cache / f"prepared-{_state(packs)}.npz"
    if file.exists():
        tell(f"taking the packs as they were prepared before: {file}")
    else:
        tell(f"preparing {', '.join(pack.name for pack in packs)}; kept in {file}")
        part = file.with_suffix(".part.npz")
        try:
            prepare(packs, part, tell)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return Library.load(file)


def _state(packs: list[Path]) -> str:
    """Return a name for the packs as they are: another one when a file is new or has changed."""
    found = hashlib.sha1(usedforsecurity=False)
    for pack in packs:
        for path in sorted(path for path in pack.rglob("*") if path.is_file()):
            status = path.stat()
            found.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return found.hexdigest()[:12]
