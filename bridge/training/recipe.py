"""Recipes: the .toml files that say how a network is built and taught."""

from __future__ import annotations

import argparse
import math
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from bridge.core.errors import SettingError
from bridge.training.lesson import LESSONS
from bridge.training.notes.network import Shape as NoteShape
from bridge.training.rolls.network import Shape as RollShape
from bridge.training.tokens.network import Shape as TokenShape

#: What a recipe may say besides the sizes of its network.
TEACHING = {
    "family", "steps", "rows", "longer", "longer_after", "rate", "warmup", "weight_decay", "clip",
    "minutes", "optimiser", "loss", "gamma", "window", "seed", "workers", "compile",
}  # fmt: skip
NEEDED = ("steps", "rows", "rate", "warmup", "weight_decay", "clip", "minutes")
SIZES = {field.name for shape in (NoteShape, TokenShape, RollShape) for field in fields(shape)}


def read_config(path: Path) -> dict[str, Any]:
    """Return a recipe; raises SettingError where it cannot be one."""
    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"config {path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"config {path}: {error}") from None
    if config.get("family") not in LESSONS:
        known = ", ".join(LESSONS)
        raise SettingError(f"config {path}: family {config.get('family')!r} is not one of {known}")
    if unknown := config.keys() - TEACHING - SIZES:
        raise SettingError(f"config {path}: knows no {min(unknown)}")
    if missing := [name for name in NEEDED if not isinstance(config.get(name), int | float)]:
        raise SettingError(f"config {path}: {missing[0]} must be a number")
    texts = ("family", "cell", "optimiser", "loss")
    if wrong := [n for n, value in config.items() if isinstance(value, str) and n not in texts]:
        raise SettingError(f"config {path}: {wrong[0]} must be a number")
    return config


def positive(text: str) -> float:
    """Return a number above 0; raises argparse's error for any other text."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be above 0, not {text}")
    return number
