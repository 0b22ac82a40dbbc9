"""Checkpoints: written whole, and read back to be exported or measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from bridge.training.corpus import Corpus
from bridge.training.lesson import LESSONS, Lesson

COPIES = 8  # of the weights that checkpoints take: moments, best, last, and one being written


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
