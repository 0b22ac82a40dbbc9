"""Checkpoints: room for them, written whole, and read back to be exported or measured."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch

from bridge.core.errors import SettingError
from bridge.training.corpus import Corpus
from bridge.training.lesson import LESSONS, Lesson

ROOM = 8  # copies of the weights that checkpoints take: moments, best, last, and one being written


def check_room(out: Path, parameters: int) -> None:
    """Make the folder of a run; raises SettingError where it cannot hold its checkpoints."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "room").write_bytes(b"")
        (out / "room").unlink()
    except OSError as error:
        raise SettingError(f"--out {out}: cannot be written ({error.strerror})") from None
    needed, free = ROOM * 4 * parameters, shutil.disk_usage(out).free
    if free < needed:
        raise SettingError(
            f"--out {out}: {free / 1e6:,.0f} MB are free, checkpoints need {needed / 1e6:,.0f} MB"
        )


def save(path: Path, **parts: Any) -> None:
    """Write a checkpoint so that an interruption leaves the old or the new one whole."""
    torch.save(parts, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def load_lesson(checkpoint: Path, data: Path) -> tuple[Lesson, dict[str, Any]]:
    """Return the lesson of a best.pt, its network in evaluation mode, and all that is kept there.

    `data` is a prepared file, of which a family may have counted the train split.
    """
    saved = torch.load(checkpoint, weights_only=True, map_location="cpu")
    lesson = LESSONS[saved["config"]["family"]](saved["config"], Corpus.load(data, 0))
    lesson.network.load_state_dict(saved["model"])
    lesson.network.eval()
    return lesson, saved
