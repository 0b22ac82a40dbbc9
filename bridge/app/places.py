"""Where things lie when nobody says otherwise."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from bridge.core.errors import ModelError, MusicError, SettingError

TAKES = Path("takes")
TAKES_LISTED = 100  # as many as fit into a datagram for certain


def models_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return ANTIPHON_MODELS, else the checkout's models/onnx."""
    if chosen := environment.get("ANTIPHON_MODELS"):
        return Path(chosen)
    return Path(str(files("bridge"))).parent / "models" / "onnx"


def presets_folder() -> Path:
    """Return the folder of presets and learned knobs where this system keeps settings."""
    return _settings_folder() / "presets"


def ports_file() -> Path:
    """Return the file of the MIDI ports that were chosen on this machine."""
    return _settings_folder() / "ports.toml"


def token_file() -> Path:
    """Return the file of the token that opens the panel to the network."""
    return _settings_folder() / "lan-token"


def _settings_folder() -> Path:
    import platformdirs

    return platformdirs.user_config_path("Antiphon", appauthor=False)


def take_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the newest takes in a folder, the newest first."""
    stems = sorted(
        (p.stem for p in folder.glob("*_take-*.mid")), reverse=True
    )  # a date begins them
    return tuple(f"{stem}.mid" for stem in stems[:TAKES_LISTED])


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
