"""A preset: a name, and the values of the parameters it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.params import PARAMS, Settings

KEPT = tuple(name for name, row in PARAMS.items() if row.knob.preset)


@dataclass(frozen=True, slots=True)
class Preset:
    """The preset in force: `settings` are those of the moment it was saved or recalled."""

    name: str
    settings: Settings

    def holds(self, settings: Settings) -> bool:
        """Tell whether everything a preset keeps is still as it was."""
        return all(getattr(settings, name) == getattr(self.settings, name) for name in KEPT)
