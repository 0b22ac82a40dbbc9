"""Presets as files: each a TOML file of a folder, its keys the names of parameters.

A preset holds what belongs to the music (`Knob.preset`). What a file does not name stays as it is,
so that a file written by hand may hold a key and a style and nothing else.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from bridge.control.preset import KEPT
from bridge.core.errors import BridgeError, SettingError
from bridge.core.files import put
from bridge.core.params import PARAMS, Settings, Value, find, strict

LEARNED = "learned.toml"  # what knobs were learned lies beside the presets
LONGEST = 60  # characters of a name
_NAME = re.compile(r"\w(?:[\w .,'&+()#!-]*[\w')!+#])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|learned", re.IGNORECASE)
_HEAD = (
    "# A preset of Antiphon: parameters by name. Recalled, it leaves alone what it does not name.\n"
)


def check_name(name: str) -> None:
    """Raise SettingError unless a name can be that of a file in any system, and of no other."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST or _RESERVED.fullmatch(name):
        raise SettingError(
            f"a preset cannot be called {name[:LONGEST]!r}; a name has letters, digits, spaces and"
            f" some signs, {LONGEST} characters at most"
        )


@dataclass(frozen=True, slots=True)
class PresetFolder:
    """The folder, which need not exist before something is saved."""

    folder: Path

    def names(self) -> tuple[str, ...]:
        """Return the names of all presets, sorted."""
        found = (path.stem for path in self.folder.glob("*.toml") if path.name != LEARNED)
        return tuple(sorted(found, key=str.casefold))

    def read(self, name: str) -> tuple[dict[str, Value], list[str]]:
        """Return the values of a preset by parameter, and the keys that are none of one.

        Raises SettingError where there is no such file, or one of its values cannot be.
        """
        check_name(name)
        settings, known, unknown = Settings(), [], []
        for key, raw in self._table(name).items():
            try:
                row = find(key)
            except SettingError:
                unknown.append(key)
                continue
            if row.name not in KEPT:
                unknown.append(key)
                continue
            known.append(row.name)
            settings = _with(settings, row.name, raw, name)
        return {key: getattr(settings, key) for key in known}, unknown

    def write(self, name: str, settings: Settings) -> None:
        """Keep what a preset keeps of some settings; BridgeError if it cannot be written."""
        check_name(name)
        text = _HEAD + tomli_w.dumps({key: getattr(settings, key) for key in KEPT})
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            put(self._path(name), text.encode())
        except OSError as error:
            raise BridgeError(f"{self._path(name)} cannot be written: {error.strerror}") from None

    def delete(self, name: str) -> None:
        """Delete a preset; SettingError if there is none."""
        check_name(name)
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            raise self._missing(name) from None
        except OSError as error:
            raise BridgeError(f"{self._path(name)} cannot be deleted: {error.strerror}") from None

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.toml"

    def _table(self, name: str) -> dict[str, object]:
        try:
            return tomllib.loads(self._path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise self._missing(name) from None
        except OSError as error:
            raise SettingError(f"preset {name} cannot be read: {error.strerror}") from None
        except ValueError as error:  # no UTF-8, no TOML
            raise SettingError(f"preset {name} cannot be read: {error}") from None

    def _missing(self, name: str) -> SettingError:
        names = ", ".join(self.names()[:20]) or "none"
        return SettingError(f"there is no preset {name!r} in {self.folder}; there are: {names}")


def told_of_unknown(name: str, keys: list[str]) -> str:
    """Return what is told of keys that were skipped."""
    shown = ", ".join(repr(key) for key in keys)[:120]
    return f"preset {name}: skipped {shown}, which no preset keeps"


def _with(settings: Settings, name: str, raw: object, preset: str) -> Settings:
    """Return settings with a value of a file, which must be one and within its limits."""
    try:
        if not isinstance(raw, int | float | str) or isinstance(raw, bool):
            kind = "text" if PARAMS[name].type is str else "a number"
            raise SettingError(f"{PARAMS[name].knob.address} must be {kind}, not {raw!r}")  # noqa: TRY301
        return strict(settings, name, raw)
    except SettingError as error:
        raise SettingError(f"preset {preset}: {error}") from None
