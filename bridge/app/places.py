"""Where things lie when nobody says otherwise."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from bridge.core.errors import ModelError, MusicError, SettingError

TAKES = Path("takes")


def models_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return ANTIPHON_MODELS, else the checkout's models/onnx."""
    if chosen := environment.get("ANTIPHON_MODELS"):
        return Path(chosen)
    return Path(str(files("bridge"))).parent / "models" / "onnx"


def prompt_reader() -> Path:
    """Return the file of what reads prompts; it belongs to the program, not to a model."""
    return Path(str(files("bridge"))).parent / "models" / "prompt.npz"


def style_manners() -> Path:
    """Return the file of how styles differ; it belongs to the program, not to a model."""
    return prompt_reader().with_name("styles.npz")


def model_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the models in a folder: each has a file and a card."""
    return tuple(sorted(p.stem for p in folder.glob("*.onnx") if p.with_suffix(".json").exists()))


def check_model(name: str, names: Sequence[str], folder: Path) -> None:
    """Raise ModelError if there are no models, SettingError if there is none of that name."""
    if not names:
        raise ModelError(f"no models in {folder}")
    if name not in names:
        raise SettingError(f"model cannot be {name!r}; it may be {', '.join(names)}")


def check_writable(folder: Path) -> None:
    """Raise MusicError unless takes could be written to a folder, which need not exist yet."""
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return
    except OSError:
        raise MusicError(f"{folder} cannot be written; choose a folder with --takes") from None
