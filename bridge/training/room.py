"""Room for what a long piece of work will write, looked for before it begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from bridge.core.errors import SettingError


def check_room(out: Path, trial: Path, needed: int, why: str) -> None:
    """Make the folder of `trial`, a file that is written and taken away.

    Raises SettingError about `--out` where that cannot be, or fewer bytes than `needed` are free;
    `why` says so of {}.
    """
    try:
        trial.parent.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise SettingError(f"--out {out}: cannot be written ({error.strerror})") from None
    free = shutil.disk_usage(trial.parent).free
    if free < needed:
        wanted = why.format(f"{needed / 1e6:,.0f} MB")
        raise SettingError(f"--out {out}: {free / 1e6:,.0f} MB are free, {wanted}")
